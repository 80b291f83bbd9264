#include "ctl/doctor_checks.h"
#include "ctl/doctor_listen.h"
#include "hal/can/source.h"
#include "terminal/config/device_settings.h"

#include <map>
#include <utility>

namespace lujing::ctl {

Finding check_can(const config::CanConfig& can, double wait_s) {
  const bool slcan = can.kind == config::CanKind::slcan;
  Finding finding{"can " + can.device, Verdict::problem, ""};
  if (const std::string holder = slcan ? holder_of(can.device) : ""; !holder.empty()) {
    return {finding.item, Verdict::skipped, "in use by " + holder + ": stop it to check the bus"};
  }
  auto source = hal::can::open_can(config::can_settings(can, 0));
  if (!source) {
    finding.text = source.error().what();
    return finding;
  }
  std::map<hal::SignalId, bool> heard;
  bool up = false;
  listen({source->get()}, wait_s, [&](const hal::Observation& observation) {
    if (const auto* link = std::get_if<hal::LinkState>(&observation.what)) up |= link->up;
    const auto* signal = std::get_if<hal::CanSignal>(&observation.what);
    if (signal != nullptr && signal->state == hal::SignalState::ok) heard[signal->id] = true;
    return up && heard.size() == can.signals.size();
  });
  const auto frames = (*source)->counters().frames;
  if (!up && frames == 0) {
    finding.text = (*source)->health_line();
    return finding;
  }
  std::string missing;
  for (std::size_t i = 0; i < can.signals.size(); ++i) {
    if (heard.count(static_cast<hal::SignalId>(can.first_signal_id + i)) == 0)
      missing += " " + can.signals[i].name;
  }
  finding.text = std::to_string(frames) + " frames";
  if (missing.empty()) {
    finding.verdict = Verdict::ok;
    return finding;
  }
  finding.text += ", but without" + missing + ": is the ignition on, and the DBC this vehicle's?";
  return finding;
}

}  // namespace lujing::ctl
