// What is remembered over a stop, and what a damaged file does; limits at the outputs.
#include "terminal/app/memory.h"

#include "hal/io/outputs.h"
#include "terminal/app/limits_out.h"
#include "terminal/core/haul/control.h"
#include "terminal/core/recall/recall.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <fstream>

namespace lujing::app {
namespace {

std::string packed(const std::string& site) {
  protocol::TripRecord trip;
  trip.site = site;
  const std::vector<protocol::Record> records{{{}, trip, {}}};
  return core::pack_recalled(records);
}

void no_log(const std::string& /*line*/) {}

TEST(Memory, OutlivesAStop) {
  const tests::TempDir folder;
  {
    Memory memory(folder.path("recall"), no_log);
    EXPECT_EQ(memory.found(), "");
    memory.put(packed("A"));
    memory.put(packed("B"));
  }
  {
    Memory memory(folder.path("recall"), no_log);
    EXPECT_EQ(memory.found(), packed("B"));
    memory.put("");
  }
  EXPECT_EQ(Memory(folder.path("recall"), no_log).found(), "");
}

TEST(Memory, OfADamagedFileIsNoneAndSaysSo) {
  const tests::TempDir folder;
  std::string bytes = packed("A");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  std::ofstream(folder.path("recall"), std::ios::binary) << bytes;
  int lines = 0;
  Memory memory(folder.path("recall"), [&](const std::string&) { ++lines; });
  EXPECT_EQ(memory.found(), "");
  EXPECT_EQ(lines, 1);
}

TEST(LimitsOut, AreOnesOfTheOutputsThatAreThere) {
  hal::OutputBoard board({{"lock", hal::OutputKind::modbus_coil, 0, false},
                          {"speed_limit_kmh", hal::OutputKind::modbus_holding, 1, false}});
  EXPECT_EQ(board.wanted(0), std::nullopt);
  core::Limits limits;
  limits.lock = true;
  limits.speed_mps = 20 / 3.6;
  put_limits(limits, board);
  EXPECT_EQ(board.wanted(0), 1);
  EXPECT_EQ(board.wanted(1), 20);
  put_limits({}, board);
  EXPECT_EQ(board.wanted(0), 0);
  EXPECT_EQ(board.wanted(1), 0);
}

}  // namespace
}  // namespace lujing::app
