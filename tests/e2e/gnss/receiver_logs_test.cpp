// Recordings of real receivers through the real gpsd, our source and the core: nothing crashes, no
// jump is believed, no date is 1024 weeks off, and deciding again gives the same records.
#include "hal/gnss/gnss.h"
#include "protocol/record.h"
#include "terminal/core/core.h"
#include "terminal/core/snapshot.h"
#include "tests/support/gpsd_process.h"
#include "tests/support/heard.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace lujing {
namespace {

using test_support::GpsdProcess;
using test_support::GpsdWatch;
using test_support::Heard;
namespace fs = std::filesystem;

constexpr std::int64_t day_ms = 86'400'000;
constexpr double top_speed_mps = 150 / 3.6;

/// Everything that the source says while gpsd reads these bytes.
std::vector<hal::Observation> observe(const std::string& bytes) {
  GpsdProcess gpsd;
  GpsdWatch truth(gpsd.port());
  Heard heard;
  hal::GnssConfig config;
  config.port = gpsd.port();
  const auto source = hal::open_gnss(config);
  source->start(heard.sink());
  EXPECT_TRUE(gpsd.wait_for_clients(
      2, [&] { return test_support::has_asked_gpsd(source->health_line()); }));
  EXPECT_TRUE(gpsd.say(bytes));
  truth.read_until_quiet();
  EXPECT_TRUE(heard.wait_count<hal::GnssFix>(truth.reports("TPV").size()));
  source->stop();
  EXPECT_EQ(heard.of<hal::GnssFix>().size(), truth.reports("TPV").size()) << "each report once";
  auto observations = heard.all();
  observations.insert(observations.begin(), {BootTime{}, hal::Boot{1}});
  return observations;
}

struct Decided {
  std::vector<protocol::Record> records;
  std::string bytes;  ///< their canonical form
  core::FixCounts fixes;
};

Decided decide(const std::vector<hal::Observation>& observations, UtcTime earliest) {
  core::CoreConfig config;
  config.gnss.earliest_utc = earliest;
  core::Core core(config);
  Decided decided;
  for (const hal::Observation& observation : observations) core.take(observation, decided.records);
  for (const auto& record : decided.records) protocol::append_canonical(record, decided.bytes);
  decided.fixes = core.snapshot().fixes;
  return decided;
}

/// No two neighbours of one track imply more than the speed limit. Places are on a grid of 1 cm and
/// a stamp is in milliseconds.
void expect_no_jump(const std::vector<protocol::Record>& records) {
  const protocol::Record* before = nullptr;
  for (const protocol::Record& record : records) {
    const auto* point = std::get_if<protocol::TrackPoint>(&record.payload);
    if (point == nullptr) continue;
    if (before != nullptr && point->reason != protocol::TrackReason::first && record.stamp.utc_ms &&
        before->stamp.utc_ms) {
      const auto& start = std::get<protocol::TrackPoint>(before->payload);
      const double way_m = distance_m(start.position, point->position);
      const double time_s =
          static_cast<double>(*record.stamp.utc_ms - *before->stamp.utc_ms) / 1000.0;
      EXPECT_LE(way_m, top_speed_mps * std::max(time_s, 0.0) + 0.1)
          << protocol::to_json(*before) << "\n"
          << protocol::to_json(record);
    }
    before = &record;
  }
}

void print_head() {
  std::printf("%-30s %7s %8s %7s %8s %8s %4s %9s %9s %6s %6s\n", "receiver", "reports", "accepted",
              "no_fix", "position", "accuracy", "jump", "time_back", "duplicate", "weeks",
              "points");
}

void print_row(const std::string& name, const Decided& decided) {
  using core::FixReason;
  const auto of = [&](FixReason reason) { return static_cast<long>(decided.fixes.of(reason)); };
  const auto points = std::count_if(
      decided.records.begin(), decided.records.end(), [](const protocol::Record& record) {
        return std::holds_alternative<protocol::TrackPoint>(record.payload);
      });
  std::printf("%-30s %7ld %8ld %7ld %8ld %8ld %4ld %9ld %9ld %6ld %6ld\n", name.c_str(),
              static_cast<long>(decided.fixes.fixes), of(FixReason::accepted),
              of(FixReason::no_fix), of(FixReason::position), of(FixReason::accuracy),
              of(FixReason::jump), of(FixReason::time_back), of(FixReason::duplicate),
              static_cast<long>(decided.fixes.weeks_corrected), static_cast<long>(points));
}

struct Dates {
  UtcTime first;
  UtcTime last;
};

/// When each recording was made, from the index beside them.
std::map<std::string, Dates> recording_dates(const fs::path& index) {
  std::map<std::string, Dates> dates;
  std::ifstream file(index);
  std::string line;
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::string field;
    for (std::istringstream words(line); std::getline(words, field, ',');) fields.push_back(field);
    if (fields.size() < 9) continue;
    const auto first = from_iso8601(fields[7] + "Z");
    const auto last = from_iso8601(fields[8] + "Z");
    if (first && last) dates[fields[0]] = {std::min(*first, *last), std::max(*first, *last)};
  }
  return dates;
}

void check(const std::string& name, const std::string& bytes, const Dates& dates) {
  SCOPED_TRACE(name);
  const auto observations = observe(bytes);
  const UtcTime earliest{dates.first.ms - 365 * day_ms};
  const Decided decided = decide(observations, earliest);
  print_row(name, decided);
  expect_no_jump(decided.records);
  for (const protocol::Record& record : decided.records) {
    if (!record.stamp.utc_ms) continue;
    EXPECT_GE(*record.stamp.utc_ms, dates.first.ms - day_ms) << protocol::to_json(record);
    EXPECT_LE(*record.stamp.utc_ms, dates.last.ms + day_ms) << protocol::to_json(record);
  }
  EXPECT_EQ(decide(observations, earliest).bytes, decided.bytes)
      << "decided again, and differently";
}

TEST(ReceiverLogs, EveryRecordingIsSurvivedAndNothingFalseIsBelieved) {
  const auto data = test_support::shared_data();
  if (!data) GTEST_SKIP() << "no ../shared/data: the made drive covers the same way";
  const auto dates = recording_dates(*data / "gpsd/index.csv");
  std::vector<fs::path> logs;
  for (const auto& entry : fs::directory_iterator(*data / "gpsd/logs")) {
    if (entry.path().extension() == ".log") logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  ASSERT_FALSE(logs.empty());
  print_head();
  for (const fs::path& log : logs) {
    const std::string name = log.filename();
    const auto known = dates.find(name);
    const Dates any{{0}, {4'102'444'800'000}};
    check(name, test_support::read_receiver_log(log), known == dates.end() ? any : known->second);
  }
}

TEST(ReceiverLogs, TheMunichDriveIsBelievedFromEndToEnd) {
  const auto data = test_support::shared_data();
  if (!data) GTEST_SKIP() << "no ../shared/data: the made drive covers the same way";
  const auto bytes =
      test_support::read_receiver_log(*data / "gpsd/nmea_drives/munich-car-2009.nmea.xz");
  const auto observations = observe(bytes);
  const Decided decided = decide(observations, {1'230'768'000'000});  // 2009-01-01
  print_head();
  print_row("munich-car-2009", decided);
  expect_no_jump(decided.records);
  // 1847 of 1867 epochs are valid; the receiver itself says more than 100 m of error in some of
  // them, and leaps a few times between the houses.
  EXPECT_GT(decided.fixes.of(core::FixReason::accepted), 1847 * 85 / 100);
  EXPECT_LT(decided.fixes.of(core::FixReason::jump), 1847 / 100);
  EXPECT_EQ(decide(observations, {1'230'768'000'000}).bytes, decided.bytes);
}

TEST(ReceiverLogs, AMadeDriveIsBelievedFromEndToEnd) {
  std::string bytes;
  for (const auto& epoch :
       test_support::nmea_drive({1'795'000'000, 30.59, 114.30, 10.0, 45.0}, 600)) {
    bytes += epoch;
  }
  const auto observations = observe(bytes);
  const Decided decided = decide(observations, {1'700'000'000'000});
  print_head();
  print_row("made drive", decided);
  expect_no_jump(decided.records);
  EXPECT_GE(decided.fixes.of(core::FixReason::accepted), 598);
  EXPECT_EQ(decided.fixes.of(core::FixReason::jump), 0);
}

}  // namespace
}  // namespace lujing
