#include "tests/fault/app/rig.h"

#include "terminal/outbox/outbox.h"
#include "tests/support/journals.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace lujing::testing {

using hal::SwitchState;

std::size_t write_ride(const std::string& path, double seconds) {
  test::Ride ride;
  ride.boot()
      .gnss(30.39, 114.89, "2026-06-01T02:00:00.000Z")
      .load(0.9)
      .cover(SwitchState::on)
      .hoist(SwitchState::off)
      .wheels_kmh(36);
  for (double at = 0; at < seconds; at += 60) {
    ride.heading(at / 60 - static_cast<int>(at / 120) * 2 > 0.5 ? 0.6 : -0.6, 0.8, 0.5)
        .cover(SwitchState::off)
        .pass(10)
        .cover(SwitchState::on)
        .pass(50);
  }
  const core::CoreConfig truck = test::muck_truck();
  test::write_journal(path, truck, ride.told());
  return test::run(truck, ride.told()).size();
}

std::string eager_uplink() {
  return "[uplink]\nbackoff_min_s = 0.1\nbackoff_max_s = 0.3\n";
}

Mark read_outbox(const std::string& data_dir) {
  const TempDir copy;
  for (const auto& entry : std::filesystem::directory_iterator(data_dir)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("outbox.db") && !name.ends_with(".reserve")) {
      std::filesystem::copy_file(entry.path(), copy / name);
    }
  }
  outbox::Options options;
  options.path = copy / "outbox.db";
  options.reserve_bytes = 0;
  const auto outbox = outbox::Outbox::open(options);
  if (!outbox) {
    ADD_FAILURE() << outbox.error().what();
    return {};
  }
  return {(*outbox)->stats().epoch, (*outbox)->stats().next_seq};
}

}  // namespace lujing::testing
