// The source against a real gpsd: what gpsd reported is what the source says, once and in order.
#include "hal/gnss/gnss.h"
#include "protocol/health.h"
#include "tests/support/gpsd_process.h"
#include "tests/support/heard.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace lujing::hal {
namespace {

using test_support::contains;
using test_support::eventually;
using test_support::GpsdProcess;
using test_support::GpsdWatch;
using test_support::Heard;
using test_support::nmea_drive;
using test_support::NmeaFix;
using test_support::ReceiverLine;

static_assert(counter_gnss_reconnects == static_cast<CounterId>(protocol::Health::gnss_reconnects));

constexpr NmeaFix wuhan{1'795'000'000, 30.59, 114.30, 10.0, 90.0};

GnssConfig config_for(std::uint16_t port) {
  GnssConfig config;
  config.port = port;
  config.retry_min_s = 0.05;
  config.retry_max_s = 0.2;
  return config;
}

std::function<bool()> asked(const Source& source) {
  return [&source] { return test_support::has_asked_gpsd(source.health_line()); };
}

/// The same numbers, read from gpsd's own JSON by another parser.
void expect_same(const GnssFix& fix, const std::string& line) {
  const auto said = nlohmann::json::parse(line);
  const auto near = [&](const char* key, std::optional<double> value, double unit, double slack) {
    if (!value) return;
    ASSERT_TRUE(said.contains(key)) << key << " was not said: " << line;
    EXPECT_NEAR(said[key].get<double>() * unit, *value, slack) << key << " " << line;
  };
  const int mode = said.value("mode", 0);
  EXPECT_EQ(static_cast<int>(fix.mode), mode < 2 ? 0 : mode) << line;
  EXPECT_EQ(fix.position.valid(), mode >= 2 && said.contains("lat") && said.contains("lon"))
      << line;
  if (fix.position.valid()) {
    near("lat", fix.position.lat_deg(), 1, 1e-7);
    near("lon", fix.position.lon_deg(), 1, 1e-7);
  }
  EXPECT_EQ(fix.utc.has_value(), said.contains("time")) << line;
  if (fix.utc) {
    EXPECT_EQ(to_iso8601(*fix.utc), said["time"].get<std::string>());
  }
  EXPECT_EQ(fix.speed_mps.has_value(), mode >= 2 && said.contains("speed")) << line;
  near("speed", fix.speed_mps, 1, 1e-9);
  near("altHAE", fix.altitude_m, 1, 1e-9);
  near("track", fix.course_rad, pi / 180, 1e-9);
  near("eps", fix.speed_error_mps, 1, 1e-9);
  near("epd", fix.course_error_rad, pi / 180, 1e-9);
  if (said.contains("eph")) near("eph", fix.horizontal_error_m, 1, 1e-9);
}

void expect_what_gpsd_said(const std::vector<std::string>& epochs) {
  GpsdProcess gpsd;
  GpsdWatch truth(gpsd.port());
  Heard heard;
  const auto source = open_gnss(config_for(gpsd.port()));
  source->start(heard.sink());
  ASSERT_TRUE(gpsd.wait_for_clients(2, asked(*source)));
  for (const std::string& epoch : epochs) ASSERT_TRUE(gpsd.say(epoch));

  truth.read_until_quiet();
  const auto reports = truth.reports("TPV");
  const auto skies = truth.reports("SKY");
  ASSERT_GE(reports.size(), epochs.size() - 1);
  EXPECT_TRUE(heard.wait_count<GnssFix>(reports.size()));
  EXPECT_TRUE(heard.wait_count<SkyView>(skies.size()));
  source->stop();

  const auto fixes = heard.of<GnssFix>();
  ASSERT_EQ(fixes.size(), reports.size());
  for (std::size_t i = 0; i < fixes.size(); ++i) expect_same(fixes[i], reports[i]);
  const auto views = heard.of<SkyView>();
  ASSERT_EQ(views.size(), skies.size());
  for (std::size_t i = 0; i < views.size(); ++i) {
    const auto said = nlohmann::json::parse(skies[i]);
    if (!said.contains("satellites")) continue;
    EXPECT_EQ(views[i].visible, said["satellites"].size());
    EXPECT_EQ(views[i].used, said.value("uSat", 0));
  }
  BootTime before;
  for (const Observation& observation : heard.all()) {
    EXPECT_GE(observation.at, before);
    before = observation.at;
  }
}

TEST(GnssSource, SaysEachReportOfAMadeDriveOnceAndInOrder) {
  expect_what_gpsd_said(nmea_drive(wuhan, 300));
}

TEST(GnssSource, SaysEachReportOfTheMunichDriveOnceAndInOrder) {
  const auto data = test_support::shared_data();
  if (!data) GTEST_SKIP() << "no ../shared/data: the made drive covers the same way";
  const auto log =
      test_support::read_receiver_log(*data / "gpsd/nmea_drives/munich-car-2009.nmea.xz");
  auto epochs = test_support::nmea_epochs(log, "GPGGA");
  ASSERT_GT(epochs.size(), 1800U);
  epochs.resize(120);
  expect_what_gpsd_said(epochs);
}

TEST(GnssSource, AReceiverOnAPseudoTerminalIsHeard) {
  GpsdProcess gpsd(ReceiverLine::pty);
  Heard heard;
  const auto source = open_gnss(config_for(gpsd.port()));
  source->start(heard.sink());
  ASSERT_TRUE(gpsd.wait_for_clients(1, asked(*source)));
  // gpsd may take some seconds and bytes to be sure of the speed: speak as a receiver does.
  const auto epochs = nmea_drive(wuhan, 400);
  std::size_t spoken = 0;
  EXPECT_TRUE(eventually([&] {
    if (spoken < epochs.size() && !gpsd.say(epochs[spoken])) return false;
    ++spoken;
    return heard.of<GnssFix>().size() >= 20;
  })) << source->health_line();
  source->stop();
  EXPECT_TRUE(heard.of<GnssFix>().back().position.valid());
}

TEST(GnssSource, GoesOnAfterGpsdHasCrashedAndComeBack) {
  GpsdProcess gpsd;
  Heard heard;
  const auto source = open_gnss(config_for(gpsd.port()));
  source->start(heard.sink());
  const auto drive = nmea_drive(wuhan, 40);
  ASSERT_TRUE(gpsd.wait_for_clients(1, asked(*source)));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(gpsd.say(drive[static_cast<std::size_t>(i)]));
  ASSERT_TRUE(heard.wait_count<GnssFix>(19));

  gpsd.kill();
  ASSERT_TRUE(heard.wait<LinkState>(
      [](const std::vector<LinkState>& links) { return !links.empty() && !links.back().up; }));
  EXPECT_TRUE(eventually([&] { return contains(source->health_line(), "does not answer"); }));

  gpsd.start();
  ASSERT_TRUE(gpsd.wait_for_clients(1, asked(*source)));
  const std::size_t before = heard.of<GnssFix>().size();
  for (int i = 20; i < 40; ++i) ASSERT_TRUE(gpsd.say(drive[static_cast<std::size_t>(i)]));
  EXPECT_TRUE(heard.wait_count<GnssFix>(before + 19));
  source->stop();

  const std::vector<LinkState> expected = {
      {Link::gnss, true, 0}, {Link::gnss, false, 0}, {Link::gnss, true, 0}};
  EXPECT_EQ(heard.of<LinkState>(), expected);
  std::int64_t reconnects = 0;
  for (const Counter& counter : heard.of<Counter>()) {
    if (counter.id == counter_gnss_reconnects) reconnects = counter.value;
  }
  EXPECT_EQ(reconnects, 1);
}

TEST(GnssSource, SaysWhatToDoWhereThereIsNoGpsd) {
  std::uint16_t free_port = 0;
  {
    const GpsdProcess gone;
    free_port = gone.port();
  }
  Heard heard;
  const auto source = open_gnss(config_for(free_port));
  source->start(heard.sink());
  ASSERT_TRUE(heard.wait_count<LinkState>(1));
  EXPECT_TRUE(eventually([&] { return contains(source->health_line(), "retry in 0.2 s"); }));
  const std::string line = source->health_line();
  EXPECT_TRUE(contains(line, "gpsd at 127.0.0.1:" + std::to_string(free_port))) << line;
  EXPECT_TRUE(contains(line, "systemctl start gpsd")) << line;
  source->stop();
  EXPECT_EQ(heard.of<LinkState>(), (std::vector<LinkState>{{Link::gnss, false, 0}}));
}

TEST(GnssSource, ASilentReceiverTakesTheLinkDownAndItsVoiceUpAgain) {
  GpsdProcess gpsd;
  Heard heard;
  GnssConfig config = config_for(gpsd.port());
  config.silent_after_s = 0.5;
  const auto source = open_gnss(config);
  source->start(heard.sink());
  ASSERT_TRUE(gpsd.wait_for_clients(1, asked(*source)));
  EXPECT_TRUE(heard.wait_count<LinkState>(1));
  EXPECT_TRUE(eventually([&] {
    return contains(source->health_line(), "is the receiver plugged");
  })) << source->health_line();
  for (const std::string& epoch : nmea_drive(wuhan, 10)) ASSERT_TRUE(gpsd.say(epoch));
  EXPECT_TRUE(heard.wait<LinkState>(
      [](const std::vector<LinkState>& links) { return links.size() >= 2 && links[1].up; }));
  source->stop();
}

TEST(GnssSource, AnotherDeviceOfTheSameGpsdIsNotListenedTo) {
  GpsdProcess gpsd;
  Heard ours;
  Heard others;
  GnssConfig config = config_for(gpsd.port());
  config.device = gpsd.device();
  const auto source = open_gnss(config);
  config.device = "/dev/ttyOTHER";
  const auto other = open_gnss(config);
  source->start(ours.sink());
  other->start(others.sink());
  ASSERT_TRUE(gpsd.wait_for_clients(2, [&] { return asked(*source)() && asked(*other)(); }));
  for (const std::string& epoch : nmea_drive(wuhan, 20)) ASSERT_TRUE(gpsd.say(epoch));
  EXPECT_TRUE(ours.wait_count<GnssFix>(19));
  source->stop();
  other->stop();
  EXPECT_TRUE(others.of<GnssFix>().empty());
}

TEST(GnssSource, StopsBeforeItHasEverConnected) {
  GnssConfig config = config_for(1);
  config.retry_min_s = config.retry_max_s = 3600;
  const auto source = open_gnss(config);
  Heard heard;
  source->start(heard.sink());
  ASSERT_TRUE(heard.wait_count<LinkState>(1));
  source->stop();
  const std::size_t said = heard.all().size();
  source->stop();
  EXPECT_EQ(heard.all().size(), said);
}

TEST(GnssSource, TheReasonIsThereWhenTheLinkChanges) {
  std::mutex mutex;
  std::vector<std::string> lines;  // at each change, as the terminal's log has them
  const auto wait_for_line = [&](const std::string& words) {
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return !lines.empty() && contains(lines.back(), words);
    });
  };
  auto gpsd = std::make_unique<GpsdProcess>();
  GnssConfig config = config_for(gpsd->port());
  config.silent_after_s = 0.2;
  const auto source = open_gnss(config);
  source->start([&](const Observation& observation) {
    if (!std::holds_alternative<LinkState>(observation.what)) return;
    const std::string line = source->health_line();
    const std::lock_guard lock(mutex);
    lines.push_back(line);
  });
  EXPECT_TRUE(wait_for_line("has reported nothing"));
  ASSERT_TRUE(gpsd->wait_for_clients(1, asked(*source)));
  std::jthread driving([&](const std::stop_token& stop) {
    for (std::int64_t s = 0; !stop.stop_requested(); ++s) {
      gpsd->say(test_support::nmea_epoch({wuhan.utc_s + s, 30.59, 114.30, 0.0, 90.0}));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  EXPECT_TRUE(wait_for_line("gpsd at"));
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
      return contains(line, "gives positions") || contains(line, "has no position");
    });
  }));
  driving = {};
  gpsd.reset();
  EXPECT_TRUE(wait_for_line("retry in"));
}

}  // namespace
}  // namespace lujing::hal
