#include "protocol/health.h"

#include <algorithm>

namespace lujing::protocol {
namespace {

constexpr HealthRow table[] = {
    {Health::outbox_depth_records, "outbox_depth_records", ""},
    {Health::outbox_oldest_unsent_age_s, "outbox_oldest_unsent_age_s", "s"},
    {Health::outbox_commit_last_us, "outbox_commit_last_us", "us"},
    {Health::outbox_commit_max_us, "outbox_commit_max_us", "us"},
    {Health::outbox_commit_errors, "outbox_commit_errors", ""},
    {Health::outbox_file_bytes, "outbox_file_bytes", "bytes"},
    {Health::outbox_thinned_records, "outbox_thinned_records", ""},
    {Health::outbox_dropped_records, "outbox_dropped_records", ""},
    {Health::outbox_files_moved_aside, "outbox_files_moved_aside", ""},
    {Health::can_frames, "can_frames", ""},
    {Health::can_kernel_drops, "can_kernel_drops", ""},
    {Health::can_error_frames, "can_error_frames", ""},
    {Health::can_bus_off, "can_bus_off", ""},
    {Health::can_short_frames, "can_short_frames", ""},
    {Health::gnss_fixes, "gnss_fixes", ""},
    {Health::gnss_accepted, "gnss_accepted", ""},
    {Health::gnss_refused_no_fix, "gnss_refused_no_fix", ""},
    {Health::gnss_refused_accuracy, "gnss_refused_accuracy", ""},
    {Health::gnss_refused_jump, "gnss_refused_jump", ""},
    {Health::gnss_refused_time_back, "gnss_refused_time_back", ""},
    {Health::gnss_refused_duplicate, "gnss_refused_duplicate", ""},
    {Health::gnss_refused_position, "gnss_refused_position", ""},
    {Health::gnss_weeks_corrected, "gnss_weeks_corrected", ""},
    {Health::gnss_reconnects, "gnss_reconnects", ""},
    {Health::io_reads, "io_reads", ""},
    {Health::io_faults, "io_faults", ""},
    {Health::uplink_sessions, "uplink_sessions", ""},
    {Health::uplink_sessions_resumed, "uplink_sessions_resumed", ""},
    {Health::uplink_errors, "uplink_errors", ""},
    {Health::uplink_bytes_sent, "uplink_bytes_sent", "bytes"},
    {Health::uplink_batches_acknowledged, "uplink_batches_acknowledged", ""},
    {Health::journal_bytes, "journal_bytes", "bytes"},
    {Health::journal_errors, "journal_errors", ""},
    {Health::queue_dropped_observations, "queue_dropped_observations", ""},
    {Health::queue_depth_max, "queue_depth_max", ""},
    {Health::memory_resident_kib, "memory_resident_kib", "KiB"},
    {Health::disk_free_mib, "disk_free_mib", "MiB"},
    {Health::fusion_refused_position, "fusion_refused_position", ""},
    {Health::fusion_refused_speed, "fusion_refused_speed", ""},
    {Health::fusion_refused_course, "fusion_refused_course", ""},
    {Health::fusion_refused_wheels, "fusion_refused_wheels", ""},
    {Health::fusion_refused_pair, "fusion_refused_pair", ""},
    {Health::fusion_refused_yaw_rate, "fusion_refused_yaw_rate", ""},
    {Health::fusion_refused_steering, "fusion_refused_steering", ""},
    {Health::fusion_refused_road, "fusion_refused_road", ""},
    {Health::fusion_late, "fusion_late", ""},
    {Health::fusion_too_late, "fusion_too_late", ""},
    {Health::fusion_placed_anew, "fusion_placed_anew", ""},
    {Health::fusion_wheels_doubted, "fusion_wheels_doubted", ""},
    {Health::fusion_turn_bias_anew, "fusion_turn_bias_anew", ""},
    {Health::load_sources_differ, "load_sources_differ", ""},
    {Health::load_learnt_empty, "load_learnt_empty", ""},
    {Health::load_learnt_full, "load_learnt_full", ""},
    {Health::evidence_made, "evidence_made", ""},
    {Health::evidence_refused, "evidence_refused", ""},
    {Health::evidence_errors, "evidence_errors", ""},
    {Health::driver_card, "driver_card", ""},
    {Health::directives_received, "directives_received", ""},
    {Health::directives_applied, "directives_applied", ""},
    {Health::directives_refused, "directives_refused", ""},
    {Health::directives_damaged, "directives_damaged", ""},
    {Health::directives_errors, "directives_errors", ""},
};

}  // namespace

std::span<const HealthRow> health_table() {
  return table;
}

const HealthRow* find_health(std::uint16_t id) {
  const auto* row = std::lower_bound(std::begin(table), std::end(table), id,
                                     [](const HealthRow& r, std::uint16_t wanted) {
                                       return static_cast<std::uint16_t>(r.id) < wanted;
                                     });
  return row != std::end(table) && static_cast<std::uint16_t>(row->id) == id ? row : nullptr;
}

}  // namespace lujing::protocol
