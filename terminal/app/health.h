// The health counters that no device tells: outbox, uplink, journal, queue, machine.
#pragma once

#include "hal/source.h"
#include "terminal/directives/desk.h"
#include "terminal/evidence/keeper.h"
#include "terminal/journal/journal_ring.h"
#include "terminal/outbox/outbox.h"
#include "terminal/uplink/uplink.h"

#include <cstdint>
#include <string>

namespace lujing::app {

struct HealthParts {
  outbox::Stats outbox;
  uplink::UplinkStats uplink;
  journal::RingStats journal;
  directives::DeskStats directives;
  evidence::KeeperStats evidence;
  std::uint64_t queue_dropped = 0;
  std::uint64_t queue_depth_max = 0;
  std::string data_dir;
};

/// Tells each as a Counter observation of now.
void tell_health(const HealthParts& parts, const hal::Sink& sink);

/// Resident memory of this process, KiB; 0 if the kernel does not say.
std::int64_t resident_kib();
/// Free for us on the file system that `path` is on, MiB; 0 if it cannot be asked.
std::int64_t disk_free_mib(const std::string& path);

}  // namespace lujing::app
