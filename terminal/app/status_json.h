// What `lujing-ctl status` is told: everything that the terminal knows of itself, as one JSON object.
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
  std::string rule_set;
  const Devices& devices;
  core::Snapshot core;
  journal::RingStats journal;
  outbox::Stats outbox;
  uplink::Stats uplink;
  std::uint64_t queue_dropped = 0;
  std::uint64_t queue_depth_max = 0;
  bool replaying = false;
  bool replay_finished = false;
};

std::string status_json(const StatusParts& parts);

/// Resident memory of this process, KiB; 0 if the kernel does not say.
std::int64_t resident_kib();
/// Free for us on the file system that `path` is on, MiB; 0 if it cannot be asked.
std::int64_t disk_free_mib(const std::string& path);

}  // namespace lujing::app
