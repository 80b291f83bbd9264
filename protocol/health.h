// The health counters: one row each. Meaning and remedy for people: protocol/HEALTH.md (a test
// holds the page against this table). Numbers are never given a second time.
#pragma once

#include <cstdint>
#include <span>

namespace lujing::protocol {

enum class Health : std::uint16_t {
  outbox_depth_records = 1,
  outbox_oldest_unsent_age_s = 2,
  outbox_commit_last_us = 3,
  outbox_commit_max_us = 4,
  outbox_commit_errors = 5,
  outbox_file_bytes = 6,
  outbox_thinned_records = 7,
  outbox_dropped_records = 8,
  outbox_files_moved_aside = 9,
  can_frames = 20,
  can_kernel_drops = 21,
  can_error_frames = 22,
  can_bus_off = 23,
  can_short_frames = 24,
  gnss_fixes = 40,
  gnss_accepted = 41,
  gnss_refused_no_fix = 42,
  gnss_refused_accuracy = 43,
  gnss_refused_jump = 44,
  gnss_refused_time_back = 45,
  gnss_refused_duplicate = 46,
  gnss_refused_position = 47,
  gnss_weeks_corrected = 48,
  gnss_reconnects = 49,
  io_reads = 60,
  io_faults = 61,
  uplink_sessions = 80,
  uplink_sessions_resumed = 81,
  uplink_errors = 82,
  uplink_bytes_sent = 83,
  uplink_batches_acknowledged = 84,
  journal_bytes = 100,
  journal_errors = 101,
  queue_dropped_observations = 120,
  queue_depth_max = 121,
  memory_resident_kib = 122,
  disk_free_mib = 123,
  fusion_refused_position = 220,
  fusion_refused_speed = 221,
  fusion_refused_course = 222,
  fusion_refused_wheels = 223,
  fusion_refused_pair = 224,
  fusion_refused_yaw_rate = 225,
  fusion_refused_steering = 226,
  fusion_refused_road = 227,
  fusion_late = 228,
  fusion_too_late = 229,
  fusion_placed_anew = 230,
  fusion_wheels_doubted = 231,
  fusion_turn_bias_anew = 232,
  load_sources_differ = 250,
  load_learnt_empty = 251,
  load_learnt_full = 252,
  evidence_made = 253,
  evidence_refused = 254,
  evidence_errors = 255,
  driver_card = 256,
  directives_received = 290,
  directives_applied = 291,
  directives_refused = 292,
  directives_damaged = 293,
  directives_errors = 294,
};

struct HealthRow {
  Health id;
  const char* name;  ///< as in the enum
  const char* unit;  ///< "", "s", "us", "bytes", "KiB", "MiB"
};

/// Every counter, ascending by id.
std::span<const HealthRow> health_table();
/// The row of an id; nullptr if this version does not know it.
const HealthRow* find_health(std::uint16_t id);

}  // namespace lujing::protocol
