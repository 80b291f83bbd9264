// Recordings of real receivers and a real truck's bus, through a real gpsd, the terminal and the
// gateway, into the ledger; and the journals that they leave, decided again.

#include "protocol/chain.h"
#include "tests/e2e/main/books.h"
#include "tests/support/gpsd_process.h"
#include "tests/support/shared_data.h"
#include "tests/support/system.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>

namespace lujing::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using test_support::GpsdProcess;
using test_support::GpsdWatch;

std::function<bool()> has_asked(const TerminalUnderTest& terminal) {
  return [&terminal] { return test_support::has_asked_gpsd(terminal.status()); };
}

/// NMEA of a long drive and a candump log beside it: recorded, or made by the simulator where the
/// recordings are not there.
struct Drive {
  std::vector<std::string> epochs;
  std::string candump;
  std::string dbc;
  std::string origin;
};

Drive find_drive(const TempDir& dir) {
  Drive drive;
  if (const auto data = test_support::shared_data()) {
    drive.epochs = test_support::nmea_epochs(
        test_support::read_receiver_log(*data / "gpsd/nmea_drives/munich-car-2009.nmea.xz"),
        "GPGGA");
    drive.candump = (*data / "can/candump/truck-drive-a.log").string();
    drive.dbc = (*data / "can/dbc/j1939_subset.dbc").string();
    drive.origin = "recorded: a car in Munich, a truck's bus";
    return drive;
  }
  const std::string nmea = dir / "drive.nmea";
  Process sim({program("lujing-sim"), "nmea", "--vehicle", "muck", "--seed", "3", "--seconds",
               "1800", "-o", nmea},
              dir / "sim.log");
  if (sim.wait(seconds(60)) != 0) throw std::runtime_error("lujing-sim nmea: " + sim.log());
  drive.candump = dir / "drive.log";
  Process bus({program("lujing-sim"), "candump", "--vehicle", "muck", "--seed", "3", "--seconds",
               "30", "-o", drive.candump},
              dir / "sim.log");
  if (bus.wait(seconds(60)) != 0) throw std::runtime_error("lujing-sim candump: " + bus.log());
  drive.epochs = test_support::nmea_epochs(read_file(nmea), "GNGGA");
  drive.dbc = std::string(LUJING_SOURCE_DIR) + "/deploy/vehicles/chassis_j1939.dbc";
  drive.origin = "simulated";
  return drive;
}

std::string every_fix() {
  return "[track]\nevery_s = 0.0\nstopped_every_s = 0.0\n";
}

std::string bus(const Drive& drive) {
  return "[[can]]\ninterface = \"candump:" + drive.candump + "\"\ndbc = [\"" + drive.dbc +
         "\"]\n[[can.signal]]\nname = \"wheel_speed\"\nmessage = \"CCVS1\"\nsignal = "
         "\"WheelBasedVehicleSpeed\"\ntimeout_s = 2.0\n";
}

/// The final chain value of the journal's records, decided again.
std::string replay_hash(const std::string& journal) {
  std::string hash = ctl({"replay", journal, "--hash"});
  while (!hash.empty() && hash.back() == '\n') hash.pop_back();
  return hash;
}

std::size_t with_a_place(const std::vector<std::string>& reports) {
  std::size_t count = 0;
  for (const auto& line : reports) {
    if (json::parse(line).value("mode", 0) >= 2) ++count;
  }
  return count;
}

TEST(RealInput, ADriveReachesTheLedgerOnceInOrderAndIsDecidedAgainTheSame) {
  const TempDir dir;
  const Drive drive = find_drive(dir);
  std::cout << "drive: " << drive.origin << ", " << drive.epochs.size() << " epochs\n";
  PlatformUnderTest platform(dir);
  platform.start();
  GpsdProcess gpsd;
  TerminalSetup setup;
  setup.gpsd_port = gpsd.port();
  setup.more = every_fix() + bus(drive);
  TerminalUnderTest terminal(dir, platform, setup);
  // Between tall houses the receiver itself is unsure; here every fix is wanted, however unsure.
  std::string config = read_file(terminal.config_path());
  config.replace(config.find("earliest_utc"), 0, "max_error_m = 10000.0\n");
  write_file(terminal.config_path(), config);
  terminal.start();
  GpsdWatch watch(gpsd.port());
  ASSERT_TRUE(gpsd.wait_for_clients(2, has_asked(terminal))) << terminal.process().log();
  for (const auto& epoch : drive.epochs) ASSERT_TRUE(gpsd.say(epoch));
  watch.read_until_quiet(seconds(2));
  const auto reports = watch.reports("TPV");
  ASSERT_GT(with_a_place(reports), 1000u);

  ASSERT_TRUE(wait_until(
      [&] { return terminal.status_number("gnss.fixes") == static_cast<int>(reports.size()); },
      seconds(30)))
      << terminal.status();
  const std::string final_status = terminal.status();
  const auto accepted = json::parse(final_status).at("gnss").at("accepted").get<std::int64_t>();
  EXPECT_EQ(terminal.stop(), 0) << terminal.process().log();
  // What was decided last was committed at the stop; the books get it with the next start.
  terminal.start();
  ASSERT_TRUE(
      wait_until([&] { return terminal.status_number("outbox.depth_records") == 0; }, seconds(30)))
      << terminal.status();
  const auto track = json::parse(platform.get("/api/vehicles/M-003/track?minutes=60"));
  EXPECT_GE(static_cast<std::int64_t>(track.at("points").size()), accepted)
      << "the page shows the drive";
  EXPECT_EQ(terminal.stop(), 0);
  platform.stop();

  const Books books = read_books(platform.ledger_path(), "M-003");
  ASSERT_EQ(books.epochs.size(), 1u);
  const auto points = books.all_of<protocol::TrackPoint>();
  // Where no fix comes the track goes on by wheels; a fix is a point of its own.
  const auto measured = std::count_if(points.begin(), points.end(), [](const auto& point) {
    return point.source == protocol::PositionSource::gnss;
  });
  EXPECT_EQ(measured, accepted);
  const auto gnss = json::parse(final_status).at("gnss");
  std::cout << "fixes: " << gnss.dump() << "\n";
  std::int64_t judged = accepted;
  for (const auto& [reason, count] : gnss.at("refused").items())
    judged += count.get<std::int64_t>();
  EXPECT_EQ(judged, static_cast<std::int64_t>(reports.size())) << "each report has its verdict";
  std::set<std::pair<std::int32_t, std::int32_t>> in_books;
  for (const auto& point : points) {
    in_books.insert({point.position.lat_e7, point.position.lon_e7});
  }
  std::size_t missing = 0;
  for (const auto& line : reports) {
    const auto tpv = json::parse(line);
    if (tpv.value("mode", 0) < 2) continue;
    const auto at = GeoPoint::from_degrees(tpv.value("lat", 99.0), tpv.value("lon", 999.0));
    if (!in_books.contains({at.lat_e7, at.lon_e7})) ++missing;
  }
  // Every place that gpsd reported is in the books, but for what was refused for a reason: a jump,
  // 0, 0 in place of "no fix", and an epoch that gpsd told again, or late, while it got to know the
  // receiver.
  const auto& refused = gnss.at("refused");
  std::int64_t for_a_reason = 0;
  for (const char* reason : {"jump", "position", "duplicate", "time_back"}) {
    for_a_reason += refused.at(reason).get<std::int64_t>();
  }
  EXPECT_LE(static_cast<std::int64_t>(missing), for_a_reason);
  EXPECT_LE(missing, reports.size() / 100);

  const std::string journal = terminal.data_dir() + "/journal";
  const std::string once = replay_hash(journal);
  EXPECT_EQ(once, replay_hash(journal));
  EXPECT_EQ(once, books.last_chain) << "decided again from the journal, record for record";
  std::cout << reports.size() << " reports of gpsd, " << accepted << " fixes accepted, "
            << books.records.size() << " records in the books, chain " << books.last_chain << "\n";
}

/// What one receiver's log came to.
struct LogRow {
  std::string name;
  std::size_t reports = 0;
  std::int64_t accepted = 0;
  std::map<std::string, std::int64_t> refused;
  double fastest_kmh = 0;
  std::int64_t weeks_off = 0;
};

/// When the log was made, as a current gpsd dates it (data/gpsd/index.csv); 0: it has no date.
std::map<std::string, std::int64_t> log_dates(const std::filesystem::path& index) {
  std::map<std::string, std::int64_t> dates;
  std::ifstream in(index);
  std::string line;
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::istringstream cut(line);
    for (std::string cell; std::getline(cut, cell, ',');) cells.push_back(cell);
    if (cells.size() < 9) continue;
    const auto utc = from_iso8601(cells[7] + "Z");
    dates[cells[0]] = utc ? utc->ms : 0;
  }
  return dates;
}

void judge_track(const Books& books, std::int64_t truth_ms, LogRow& row) {
  const protocol::Record* before = nullptr;
  for (const auto& numbered : books.records) {
    const auto* point = std::get_if<protocol::TrackPoint>(&numbered.record.payload);
    if (point == nullptr) continue;
    if (truth_ms != 0 && numbered.record.stamp.utc_ms) {
      constexpr double week_ms = 7 * 86'400'000.0;
      const double weeks = static_cast<double>(*numbered.record.stamp.utc_ms - truth_ms) / week_ms;
      if (std::fabs(weeks) > 512) ++row.weeks_off;
    }
    if (before != nullptr && point->reason != protocol::TrackReason::first) {
      const auto& last = std::get<protocol::TrackPoint>(before->payload);
      const auto& a = before->stamp;
      const auto& b = numbered.record.stamp;
      const double s = a.utc_ms && b.utc_ms ? static_cast<double>(*b.utc_ms - *a.utc_ms) / 1000
                                            : static_cast<double>(b.boot_ms - a.boot_ms) / 1000;
      const double metres = distance_m(last.position, point->position);
      // Positions are whole centimetres; below a metre the quotient says nothing.
      if (metres > 1) row.fastest_kmh = std::max(row.fastest_kmh, s > 0 ? metres / s * 3.6 : 1e9);
    }
    before = &numbered.record;
  }
}

LogRow play_log(const TempDir& dir, PlatformUnderTest& platform, const std::string& name,
                const std::filesystem::path& file, std::int64_t truth_ms, int number) {
  GpsdProcess gpsd;
  TerminalSetup setup;
  setup.id = "LOG-" + std::to_string(number);
  setup.gpsd_port = gpsd.port();
  setup.more = every_fix();
  TerminalUnderTest terminal(dir, platform, setup);
  // A terminal of the log's own time: made in the year before it.
  const std::int64_t made = truth_ms != 0 ? truth_ms - 365LL * 86'400'000 : 0;
  std::string config = read_file(terminal.config_path());
  const std::string line = "earliest_utc = \"2006-01-01T00:00:00Z\"";
  config.replace(config.find(line), line.size(),
                 "earliest_utc = \"" +
                     to_iso8601(UtcTime{std::max<std::int64_t>(made, 946'684'800'000)}) + "\"");
  write_file(terminal.config_path(), config);
  terminal.start();
  GpsdWatch watch(gpsd.port());
  EXPECT_TRUE(gpsd.wait_for_clients(2, has_asked(terminal)));
  gpsd.say(test_support::read_receiver_log(file));
  watch.read_until_quiet(seconds(1));
  LogRow row{name, watch.reports("TPV").size(), 0, {}, 0, 0};
  EXPECT_TRUE(wait_until(
      [&] { return terminal.status_number("gnss.fixes") == static_cast<int>(row.reports); },
      seconds(20)))
      << name << ": " << terminal.status();
  const auto status = json::parse(terminal.status());
  row.accepted = status.at("gnss").at("accepted").get<std::int64_t>();
  row.refused = status.at("gnss").at("refused").get<std::map<std::string, std::int64_t>>();
  EXPECT_EQ(terminal.stop(), 0) << name;
  const std::string journal = terminal.data_dir() + "/journal";
  EXPECT_EQ(replay_hash(journal), replay_hash(journal)) << name;
  // A second start brings what was decided last to the books.
  terminal.start();
  EXPECT_TRUE(
      wait_until([&] { return terminal.status_number("outbox.depth_records") == 0; }, seconds(30)))
      << name;
  EXPECT_EQ(terminal.stop(), 0) << name;
  return row;
}

TEST(RealInput, EveryReceiversLogIsTakenWithoutAJumpOrAWrongEra) {
  const auto data = test_support::shared_data();
  if (!data) GTEST_SKIP() << "no recordings here; hal_gnss's own tests make drives";
  const TempDir dir;
  PlatformUnderTest platform(dir);
  platform.start();
  const auto dates = log_dates(*data / "gpsd/index.csv");
  std::vector<std::pair<LogRow, std::int64_t>> rows;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(*data / "gpsd/logs")) {
    if (entry.path().extension() == ".log") files.insert(entry.path());
  }
  ASSERT_GE(files.size(), 20u);
  for (const auto& file : files) {
    const std::string name = file.filename().string();
    const auto found = dates.find(name);
    const std::int64_t truth = found == dates.end() ? 0 : found->second;
    rows.emplace_back(play_log(dir, platform, name, file, truth, static_cast<int>(rows.size()) + 1),
                      truth);
  }
  platform.stop();
  std::cout << std::left << std::setw(36) << "log" << std::right << std::setw(8) << "reports"
            << std::setw(9) << "accepted" << std::setw(10) << "max km/h"
            << "  refused, by reason\n";
  int number = 0;
  for (auto& [row, truth] : rows) {
    judge_track(read_books(platform.ledger_path(), "LOG-" + std::to_string(++number)), truth, row);
    std::cout << std::left << std::setw(36) << row.name << std::right << std::setw(8) << row.reports
              << std::setw(9) << row.accepted << std::setw(10) << std::fixed << std::setprecision(1)
              << row.fastest_kmh << " ";
    for (const auto& [reason, count] : row.refused) {
      if (count > 0) std::cout << " " << reason << " " << count;
    }
    std::cout << "\n";
    EXPECT_LE(row.fastest_kmh, 150.0) << row.name;
    EXPECT_EQ(row.weeks_off, 0) << row.name;
  }
}

}  // namespace
}  // namespace lujing::testing
