// A journal replayed gives the records that it gave when it was written, byte for byte, twice.
// A difference is a change of what the product decides: see CHANGES.md before making it golden.
#include "terminal/journal/replay.h"
#include "tests/replay/rides.h"
#include "tests/support/journals.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace lujing::replay {
namespace {

std::string golden(const std::string& name) {
  return std::string(LUJING_SOURCE_DIR) + "/tests/replay/golden/" + name;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Replayed {
  std::string json;
  std::string canonical;
};

Replayed replay_of(const std::string& path) {
  Replayed replayed;
  const auto summary = journal::replay(path, [&](const protocol::Numbered& numbered) {
    replayed.json += protocol::to_json(numbered.record) + "\n";
    protocol::append_canonical(numbered.record, replayed.canonical);
  });
  EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.error().what());
  if (summary) {
    EXPECT_FALSE(summary->damage.any());
    replayed.json += "{\"chain\":\"" + protocol::to_hex(summary->chain) + "\"}\n";
  }
  return replayed;
}

/// The first line that differs, for a person; empty if none does.
std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream left(a);
  std::istringstream right(b);
  std::string x;
  std::string y;
  for (int line = 1;; ++line) {
    const bool more_x = static_cast<bool>(std::getline(left, x));
    const bool more_y = static_cast<bool>(std::getline(right, y));
    if (!more_x && !more_y) return "";
    if (x != y || more_x != more_y) {
      return "line " + std::to_string(line) + "\n  golden " + (more_x ? x : "(end)") +
             "\n  now    " + (more_y ? y : "(end)");
    }
  }
}

class Golden : public ::testing::TestWithParam<std::string> {};

TEST_P(Golden, ReplaysToTheSameBytesTwice) {
  const std::string path = golden(GetParam() + ".ljj");
  const Replayed once = replay_of(path);
  const Replayed twice = replay_of(path);
  EXPECT_FALSE(once.canonical.empty());
  EXPECT_EQ(once.canonical, twice.canonical);
  EXPECT_EQ(once.json, twice.json);
}

TEST_P(Golden, ReplaysToWhatItWas) {
  const Replayed now = replay_of(golden(GetParam() + ".ljj"));
  EXPECT_EQ(first_difference(text_of(golden(GetParam() + ".jsonl")), now.json), "");
}

INSTANTIATE_TEST_SUITE_P(Journals, Golden,
                         ::testing::Values("unsealed", "near_misses", "sweeping", "wrong", "any"),
                         [](const auto& named) { return named.param; });

TEST(GoldenRides, AreWhatTheirJournalsHold) {
  std::vector<std::string> names;
  for (const GoldenRide& ride : golden_rides()) {
    auto journal = journal::Journal::open(golden(ride.name + ".ljj"));
    ASSERT_TRUE(journal.ok()) << journal.error().what();
    journal::ObservationEncoder held;
    journal::ObservationEncoder told;
    hal::Observation observation;
    while (journal->next(observation)) held.add(observation);
    for (const auto& each : ride.told) told.add(each);
    EXPECT_TRUE(held.bytes() == told.bytes()) << ride.name;
    EXPECT_EQ(journal->header().core_config, config::to_toml(ride.config)) << ride.name;
  }
}

TEST(GoldenRides, ReachWhatTheyAreMeantFor) {
  const auto count = [](const std::string& name, const std::string& what) {
    const std::string text = text_of(golden(name + ".jsonl"));
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
      ++found;
    }
    return found;
  };
  EXPECT_EQ(count("unsealed", "\"raised\""), 1U);
  EXPECT_EQ(count("unsealed", "\"cleared\""), 1U);
  EXPECT_EQ(count("unsealed", "\"suppressed\""), 1U);
  EXPECT_EQ(count("near_misses", "MT-01"), 0U);
  EXPECT_GT(count("sweeping", "\"turn\""), 0U);
  EXPECT_GT(count("sweeping", "\"stop\""), 0U);
  EXPECT_GT(count("any", "\"raised\""), 0U);
}

// Its fixes are exact, and its speed leaps between 30 and 5 km/h: the track has to follow.
TEST(GoldenRides, TheTrackOfNearMissesStaysAtItsFixes) {
  for (const GoldenRide& ride : golden_rides()) {
    if (ride.name != "near_misses") continue;
    std::vector<std::pair<BootTime, GeoPoint>> fixes;
    for (const auto& told : ride.told) {
      const auto* fix = std::get_if<hal::GnssFix>(&told.what);
      if (fix) fixes.emplace_back(told.at, fix->position);
    }
    int compared = 0;
    for (const auto& record : test::run(ride.config, ride.told)) {
      const auto* point = std::get_if<protocol::TrackPoint>(&record.payload);
      for (const auto& [at, position] : fixes) {
        if (!point || record.stamp.boot_ms != at.ns / ns_per_ms) continue;
        ++compared;
        EXPECT_LT(distance_m(point->position, position), 4) << record.stamp.boot_ms;
        EXPECT_EQ(point->source, protocol::PositionSource::gnss) << record.stamp.boot_ms;
      }
    }
    EXPECT_GT(compared, 30);
  }
}

}  // namespace
}  // namespace lujing::replay
