// What the devices say, checked with the means of those who listen to them.
#include "base/geo.h"
#include "hal/can/dbc.h"
#include "hal/can/decoder.h"
#include "sim/devices/bus.h"
#include "sim/devices/nmea.h"
#include "sim/devices/slcan.h"
#include "sim/world.h"
#include "tests/unit/sim/start.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <sstream>

namespace lujing::sim {
namespace {

const std::string vehicles_folder = std::string(LUJING_SOURCE_DIR) + "/deploy/vehicles/";

std::vector<std::string> fields(const std::string& sentence) {
  std::vector<std::string> result(1);
  for (const char c : sentence.substr(0, sentence.find('*'))) {
    if (c == ',') {
      result.emplace_back();
    } else {
      result.back() += c;
    }
  }
  return result;
}

double degrees(const std::string& text, std::size_t whole) {
  return std::stod(text.substr(0, whole)) + std::stod(text.substr(whole)) / 60;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    EXPECT_EQ(line.back(), '\r');
    line.pop_back();
    result.push_back(line);
  }
  return result;
}

TEST(Nmea, EachSentenceHasItsChecksumAndItsLength) {
  // The example of every NMEA text book.
  EXPECT_EQ(nmea_checksum("GPGLL,5057.970,N,00146.110,E,142451,A"), 0x27);
  NmeaReceiver receiver(7, "M-003");
  std::map<std::string, int> kinds;
  for (int second = 0; second < 120; ++second) {
    AntennaTruth truth{GeoPoint::from_degrees(30.39, 114.89), 20, 5, 1.0};
    for (const std::string& line : lines(receiver.epoch(truth, {start.ms + second * 1000L}))) {
      EXPECT_LE(line.size() + 2, 82U) << line;
      ASSERT_EQ(line.front(), '$');
      const std::size_t star = line.find('*');
      ASSERT_EQ(star + 3, line.size()) << line;
      EXPECT_EQ(std::stoi(line.substr(star + 1), nullptr, 16),
                nmea_checksum(line.substr(1, star - 1)));
      ++kinds[line.substr(1, 5)];
    }
  }
  for (const char* kind : {"GNRMC", "GNGGA", "GNGSA", "GPGSV", "BDGSV"}) {
    EXPECT_GE(kinds[kind], 120) << kind;
  }
}

TEST(Nmea, TheErrorIsSmallAndWanders) {
  NmeaReceiver receiver(7, "M-003");
  const AntennaTruth truth{GeoPoint::from_degrees(30.39, 114.89), 20, 12, 2.0};
  GeoPoint before;
  double worst_m = 0;
  double worst_step_m = 0;
  for (int second = 0; second < 3600; ++second) {
    const std::string rmc = lines(receiver.epoch(truth, {start.ms + second * 1000L}))[0];
    const auto f = fields(rmc);
    const GeoPoint said = GeoPoint::from_degrees(degrees(f[3], 2), degrees(f[5], 3));
    worst_m = std::max(worst_m, distance_m(said, truth.place));
    if (before.valid()) {
      worst_step_m = std::max(worst_step_m, distance_m(said, before));
    }
    before = said;
    EXPECT_NEAR(std::stod(f[7]) / 1.943844, 12.0, 0.4);
    EXPECT_NEAR(std::stod(f[8]), 2.0 * 180 / pi, 3.0);
  }
  EXPECT_GT(worst_m, 2.0) << "no receiver is that good";
  EXPECT_LT(worst_m, 15.0);
  EXPECT_LT(worst_step_m, 2.5) << "it jumps";
}

TEST(Nmea, ReadsSouthWestAndTheLastMinuteOfADegree) {
  NmeaReceiver receiver(1, "x");
  const AntennaTruth truth{GeoPoint::from_degrees(-0.9999999, -179.5), 20, 0, 0};
  const auto f = fields(lines(receiver.epoch(truth, start))[0]);
  EXPECT_EQ(f[4], "S");
  EXPECT_EQ(f[6], "W");
  EXPECT_NEAR(degrees(f[3], 2), 1.0, 2e-4);
  EXPECT_EQ(f[1], "010000.00");
  EXPECT_EQ(f[9], "150426");
}

TEST(Slcan, AnswersAsLawicelsManualSays) {
  SlcanAdapter adapter;
  EXPECT_EQ(adapter.take("\r\r"), "\r\r");
  EXPECT_EQ(adapter.take("C\r"), "\a") << "it is closed";
  EXPECT_EQ(adapter.take("O\r"), "\a") << "no bit rate yet";
  EXPECT_EQ(adapter.take("S9\r"), "\a");
  EXPECT_EQ(adapter.take("S5\rV\rO\r"), "\rV1013\r\r");
  EXPECT_TRUE(adapter.open());
  EXPECT_EQ(adapter.take("S6\r"), "\a") << "it is open";
  EXPECT_EQ(adapter.take("F\r"), "F00\r");
  EXPECT_EQ(adapter.take("t1232AABB\r"), "z\r");
  EXPECT_EQ(adapter.take("T18FEF1008FFFFFFFFFFFFFFFF\r"), "Z\r");
  EXPECT_EQ(adapter.take("t1232AAB\r"), "\a") << "half a byte";
  EXPECT_EQ(adapter.take("T18FEF1009FF\r"), "\a");
  EXPECT_EQ(adapter.take("?\r"), "\a");
  EXPECT_EQ(adapter.take("C"), "") << "not complete yet";
  EXPECT_EQ(adapter.take("\r"), "\r");
  EXPECT_FALSE(adapter.open());
}

TEST(Slcan, SendsFramesOnlyWhileOpen) {
  SlcanAdapter adapter;
  const CanFrame frame{0x18FEF100, {0xFF, 0x34, 0x17, 0xFC, 0xFF, 0x68, 0x00, 0xCF}};
  EXPECT_EQ(adapter.received(frame, 5), "");
  adapter.take("S5\rO\r");
  EXPECT_EQ(adapter.received(frame, 5), "T18FEF1008FF3417FCFF6800CF\r");
  adapter.take("C\rZ1\rO\r");
  EXPECT_EQ(adapter.received(frame, 60'031), "T18FEF1008FF3417FCFF6800CF001F\r");
}

TEST(Slcan, OutlivesGarbage) {
  SlcanAdapter adapter;
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (std::uint32_t n = random.below(40); n > 0; --n) {
      bytes += random.chance(0.3) ? '\r' : static_cast<char>(random.below(256));
    }
    adapter.take(bytes);
  }
  adapter.take("\rC\r");
  EXPECT_EQ(adapter.take("S5\rO\r"), "\r\r");
}

/// Every signal of every frame over a drive, decoded by the vehicle's DBC files.
class Listener {
 public:
  explicit Listener(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      auto database = hal::can::load_dbc(vehicles_folder + file);
      EXPECT_TRUE(database) << database.error().what();
      databases_.push_back(std::move(database).value());
    }
    std::vector<const hal::can::Database*> all;
    std::vector<hal::can::SignalWish> wishes;
    for (const auto& database : databases_) {
      all.push_back(&database);
      for (const auto& message : database.messages) {
        for (const auto& signal : message.signals) {
          wishes.push_back({message.name, signal.name, {}});
          names_.push_back(message.name + "." + signal.name);
        }
      }
    }
    auto decoder = hal::can::Decoder::compile(all, wishes);
    EXPECT_TRUE(decoder) << decoder.error().what();
    decoder_.emplace(std::move(decoder).value());
  }

  void take(const CanFrame& said) {
    hal::can::CanFrame frame;
    frame.id = said.id;
    frame.extended = true;
    frame.len = 8;
    std::copy(said.data.begin(), said.data.end(), frame.data.begin());
    const auto decoded = decoder_->decode(frame);
    EXPECT_FALSE(decoded.empty()) << "no DBC file knows " << std::hex << said.id;
    for (const auto& d : decoded) {
      EXPECT_EQ(d.state, hal::SignalState::ok) << names_[d.wish];
      now_[names_[d.wish]] = d.value;
    }
  }
  double now(const std::string& name) const {
    const auto at = now_.find(name);
    return at == now_.end() ? NAN : at->second;
  }
  bool heard_all() const { return now_.size() == names_.size(); }

 private:
  std::vector<hal::can::Database> databases_;
  std::vector<std::string> names_;
  std::optional<hal::can::Decoder> decoder_;
  std::map<std::string, double> now_;
};

TEST(Bus, SaysTheTruthInTheWordsOfTheDbcFiles) {
  World world = World::scenario("demo", 7, start).value();
  Listener sweeper({"chassis_j1939.dbc", "sweeper_body.dbc"});
  Listener sprinkler({"chassis_j1939.dbc", "sprinkler_body.dbc"});
  Bus sweeper_bus(VehicleType::sweeper, 7, "S-001");
  Bus sprinkler_bus(VehicleType::sprinkler, 7, "W-002");
  for (int step = 0; step < 50 * 600; ++step) {
    world.step();
    const VehicleState& swept = world.vehicles()[0].state();
    const VehicleState& sprinkled = world.vehicles()[1].state();
    for (const CanFrame& frame : sweeper_bus.step(swept, World::step_s)) {
      sweeper.take(frame);
      if (frame.id == 0x18FEF100) {
        EXPECT_NEAR(sweeper.now("CCVS1.WheelBasedVehicleSpeed"), swept.speed_mps * 3.6,
                    swept.speed_mps * 3.6 * 0.016 + 0.01);
      }
      if (frame.id == 0x18F40100) {
        EXPECT_EQ(sweeper.now("SweeperWork.SuctionMouthWorking"), swept.body.suction_down > 0.95);
        EXPECT_EQ(sweeper.now("SweeperWork.WaterPump"), swept.body.water_pump);
      }
      if (frame.id == 0x18F40102) {
        EXPECT_NEAR(sweeper.now("SweeperSpeeds.BrushSpeed"), swept.body.brush_rpm, 0.51);
      }
    }
    for (const CanFrame& frame : sprinkler_bus.step(sprinkled, World::step_s)) {
      sprinkler.take(frame);
      if (frame.id == 0x18F41100) {
        EXPECT_EQ(sprinkler.now("SprinklerWork.WaterPump"), sprinkled.body.water_pump);
      }
    }
    EXPECT_FALSE(sweeper.now("EEC1.EngineSpeed") < 600);
    EXPECT_FALSE(sweeper.now("EEC1.EngineSpeed") > 2200);
  }
  EXPECT_TRUE(sweeper.heard_all()) << "a signal that is in the DBC file was never said";
  EXPECT_TRUE(sprinkler.heard_all());
}

TEST(Bus, SaysEachMessageAtItsRate) {
  World world = World::scenario("demo", 7, start).value();
  Bus bus(VehicleType::sweeper, 7, "S-001");
  std::map<std::uint32_t, int> said;
  for (int step = 0; step < 50 * 60; ++step) {
    world.step();
    for (const CanFrame& frame : bus.step(world.vehicles()[0].state(), World::step_s)) {
      ++said[frame.id];
    }
  }
  EXPECT_NEAR(said[0x0CF00400], 3000, 1);
  EXPECT_NEAR(said[0x18FEF100], 600, 1);
  EXPECT_NEAR(said[0x18F40100], 600, 1);
  EXPECT_NEAR(said[0x18FEE017], 60, 1);
}

}  // namespace
}  // namespace lujing::sim
