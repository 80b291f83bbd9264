// lujing-ctl signals: what it prints.
#include "ctl/signals.h"

#include "tests/support/typed.h"
#include "tests/unit/hal_can/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace lujing::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Signals : public ::testing::Test {
 protected:
  Signals() {
    args_.dbc = {dir_.file("truck.dbc", std::string(hal::truck_dbc) +
                                            "BO_ 291 Upper: 2 X\n"
                                            " SG_ Pump : 0|2@1+ (1,0) [0|3] \"a,b\" X\n"
                                            "VAL_ 291 Pump 0 \"off\" 1 \"on \"\"quoted\" ;\n")};
  }
  int run() { return run_signals(args_, out_, err_); }

  hal::TempDir dir_;
  SignalsArgs args_;
  std::ostringstream out_;
  std::ostringstream err_;
};

const char* const log =
    "(100.500000) can0 18FEF100#FF8032FFFFFFFFFF\n"
    "(100.600000) can0 123#01\n"
    "(100.700000) can0 18FEF117#FFFFFFFFFFFFFFFF\n"
    "(100.800000) can0 555#01\n";

TEST_F(Signals, CsvOfALog) {
  args_.dbc = {dir_.file("t.dbc", std::string(hal::truck_dbc) +
                                      "BO_ 291 Upper: 2 X\n"
                                      " SG_ Pump : 0|2@1+ (1,0) [0|3] \"a,b\" X\n"
                                      "VAL_ 291 Pump 0 \"off\" 1 \"on\" ;\n")};
  args_.input = dir_.file("a.log", log);
  EXPECT_EQ(run(), 0) << err_.str();
  EXPECT_EQ(out_.str(),
            "time,message,signal,value,unit\n"
            "100.500000,CCVS1,WheelBasedVehicleSpeed,50.5,km/h\n"
            "100.600000,Upper,Pump,1,\"a,b\"\n"
            "100.700000,CCVS1,WheelBasedVehicleSpeed,,km/h\n");
  out_.str("");
  args_.names = true;
  args_.messages = {"Upper"};
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(out_.str(),
            "time,message,signal,value,unit,name\n100.600000,Upper,Pump,1,\"a,b\",on\n");
}

TEST_F(Signals, ADamagedDbcIsRefusedWithItsLineAndAHintOnlyWhereItHelps) {
  args_.input = dir_.file("a.log", log);
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("truck.dbc:7: "));
  EXPECT_THAT(err_.str(), Not(HasSubstr("--lenient"))) << "no reading takes this one";
  args_.dbc = {dir_.file("long.dbc", std::string(hal::truck_dbc) +
                                         "BO_ 291 Upper: 1 X\n"
                                         " SG_ Pump : 0|16@1+ (1,0) [0|3] \"\" X\n")};
  err_.str("");
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("--lenient takes this file"));
  args_.lenient = true;
  EXPECT_EQ(run(), 0) << err_.str();
  args_.lenient = false;
  args_.dbc = {"/nowhere.dbc"};
  err_.str("");
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("/nowhere.dbc"));
  EXPECT_THAT(err_.str(), Not(HasSubstr("--lenient")));
}

TEST_F(Signals, ADbcWithoutAMessageIsNoDbc) {
  args_.input = dir_.file("a.log", log);
  for (const char* text : {"", "VERSION \"\"", "\n\n", "BU_: ECU\n"}) {
    args_.dbc = {dir_.file("none.dbc", text)};
    err_.str("");
    out_.str("");
    EXPECT_EQ(run(), 1) << text;
    EXPECT_THAT(err_.str(), HasSubstr("none.dbc: has no message"));
    EXPECT_EQ(out_.str(), "") << "no head without anything behind it";
  }
}

TEST_F(Signals, ALogWithoutAnythingToDecodeIsSaid) {
  args_.dbc = {dir_.file("t.dbc", hal::truck_dbc)};
  args_.input = dir_.path().string();
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("is a folder"));
  args_.input = dir_.file("empty.log", "");
  EXPECT_EQ(run(), 0);
  EXPECT_THAT(err_.str(), HasSubstr("empty.log: holds no frame"));
  args_.input = dir_.file("other.log", "(100.500000) can0 555#01\n");
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("the DBC files know none"));
}

TEST_F(Signals, JsonLines) {
  args_.dbc = {dir_.file("t.dbc", hal::truck_dbc)};
  args_.input = dir_.file("a.log", log);
  args_.json = true;
  EXPECT_EQ(run(), 0);
  std::istringstream lines(out_.str());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(nlohmann::json::parse(line),
            nlohmann::json::parse(R"({"time":100.5,"message":"CCVS1","value":50.5,"unit":"km/h",
                                      "signal":"WheelBasedVehicleSpeed","state":"ok"})"));
  std::getline(lines, line);
  const auto second = nlohmann::json::parse(line);
  EXPECT_TRUE(second["value"].is_null());
  EXPECT_EQ(second["state"], "not_available");
}

TEST_F(Signals, UnreadableLinesAreNamedAndTheRestIsDecoded) {
  args_.dbc = {dir_.file("t.dbc", hal::truck_dbc)};
  args_.input = dir_.file("a.log", std::string("what\n") + log);
  EXPECT_EQ(run(), 2);
  EXPECT_THAT(err_.str(), HasSubstr("a.log:1: no time stamp"));
  EXPECT_THAT(err_.str(), HasSubstr("1 of 5 lines"));
  EXPECT_THAT(out_.str(), HasSubstr("50.5"));
}

TEST_F(Signals, WhatIsMissingIsNamed) {
  args_.dbc = {dir_.file("t.dbc", hal::truck_dbc)};
  args_.input = "/nowhere.log";
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("/nowhere.log: cannot be read"));
  args_.messages = {"Gone"};
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("no DBC file has a message Gone"));
  EXPECT_THAT(err_.str(), Not(HasSubstr("--lenient")));
  args_.messages.clear();
  args_.input = "slcan:/dev/nowhere";
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("plugged in"));
}

TEST(SignalsCommand, HelpHasAnExampleAndTheExitCodeIsHandedOn) {
  const auto help = test::typed(add_signals_command, {"signals", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("lujing-ctl signals truck.log --dbc"));
  const auto missing =
      test::typed(add_signals_command, {"signals", "--dbc", "/nowhere.dbc", "/nowhere.log"});
  EXPECT_THAT(missing.err, HasSubstr("/nowhere.dbc"));
  EXPECT_EQ(missing.exit_code, 1);
}

}  // namespace
}  // namespace lujing::ctl
