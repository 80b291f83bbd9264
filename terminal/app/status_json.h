// What `lujing-ctl status` is told: everything that the terminal knows of itself, as one JSON
// object.
#pragma once

#include "terminal/app/devices.h"
#include "terminal/config/terminal_config.h"
#include "terminal/core/snapshot.h"
#include "terminal/journal/journal_ring.h"
#include "terminal/outbox/outbox.h"
#include "terminal/uplink/uplink.h"

#include <string>

namespace lujing::app {

struct StatusParts {
  const config::TerminalConfig& config;
  std::string software;
  const Devices& devices;
  core::Snapshot core;
  journal::RingStats journal;
  outbox::Stats outbox;
  uplink::UplinkStats uplink;
  std::uint64_t queue_dropped = 0;
  std::uint64_t queue_depth_max = 0;
  bool replaying = false;
  bool replay_finished = false;
};

std::string status_json(const StatusParts& parts);

}  // namespace lujing::app
