#include "terminal/app/health.h"

#include "base/time.h"
#include "protocol/health.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace lujing::app {
namespace {

using protocol::Health;

/// Age of the oldest record that waits; 0 where nothing waits or its time is not known.
std::int64_t oldest_age_s(const outbox::Stats& outbox) {
  if (outbox.depth_records == 0 || !outbox.oldest_utc_ms) return 0;
  return std::max<std::int64_t>(0, (utc_now().ms - *outbox.oldest_utc_ms) / 1000);
}

}  // namespace

void tell_health(const HealthParts& parts, const hal::Sink& sink) {
  const BootTime now = boot_now();
  const auto tell = [&](Health id, auto value) {
    sink({now, hal::Counter{static_cast<hal::CounterId>(id), static_cast<std::int64_t>(value)}});
  };
  tell(Health::outbox_depth_records, parts.outbox.depth_records);
  tell(Health::outbox_oldest_unsent_age_s, oldest_age_s(parts.outbox));
  tell(Health::outbox_commit_last_us, parts.outbox.last_commit_us);
  tell(Health::outbox_commit_max_us, parts.outbox.max_commit_us);
  tell(Health::outbox_commit_errors, parts.outbox.commit_errors);
  tell(Health::outbox_file_bytes, parts.outbox.file_bytes);
  tell(Health::outbox_thinned_records, parts.outbox.thinned_records);
  tell(Health::outbox_dropped_records, parts.outbox.dropped_in_memory);
  tell(Health::outbox_files_moved_aside, parts.outbox.moved_aside);
  tell(Health::uplink_sessions, parts.uplink.sessions);
  tell(Health::uplink_sessions_resumed, parts.uplink.sessions_resumed);
  tell(Health::uplink_errors, parts.uplink.errors);
  tell(Health::uplink_bytes_sent, parts.uplink.bytes_sent);
  tell(Health::uplink_batches_acknowledged, parts.uplink.batches_acknowledged);
  tell(Health::journal_bytes, parts.journal.bytes);
  tell(Health::journal_errors, parts.journal.errors);
  tell(Health::evidence_made, parts.evidence.made);
  tell(Health::evidence_refused, parts.evidence.refused);
  tell(Health::evidence_errors, parts.evidence.errors);
  tell(Health::directives_received, parts.directives.received);
  tell(Health::directives_applied, parts.directives.applied);
  tell(Health::directives_refused, parts.directives.refused);
  tell(Health::directives_damaged, parts.directives.damaged);
  tell(Health::directives_errors, parts.directives.errors);
  tell(Health::queue_dropped_observations, parts.queue_dropped);
  tell(Health::queue_depth_max, parts.queue_depth_max);
  tell(Health::memory_resident_kib, resident_kib());
  tell(Health::disk_free_mib, disk_free_mib(parts.data_dir));
}

std::int64_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtoll(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

std::int64_t disk_free_mib(const std::string& path) {
  struct statvfs info {};
  if (statvfs(path.c_str(), &info) != 0) return 0;
  return static_cast<std::int64_t>(info.f_bavail * info.f_frsize >> 20);
}

}  // namespace lujing::app
