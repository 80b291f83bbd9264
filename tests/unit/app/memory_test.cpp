// What is remembered over a stop, and what a damaged file does.
#include "terminal/app/memory.h"

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

}  // namespace
}  // namespace lujing::app
