#include "platform/report/collector.h"

#include <algorithm>
#include <utility>

namespace lujing::report {
namespace {

using protocol::CoverageRecord;
using protocol::ExceptionRecord;
using protocol::TrackPoint;
using protocol::WorkRecord;

bool counts_for_rates(const protocol::Payload& payload) {
  return std::holds_alternative<CoverageRecord>(payload) ||
         std::holds_alternative<ExceptionRecord>(payload) ||
         std::holds_alternative<WorkRecord>(payload);
}

bool needs_a_clock(const protocol::Payload& payload) {
  return counts_for_rates(payload) || std::holds_alternative<protocol::BootRecord>(payload) ||
         std::holds_alternative<protocol::DirectiveRecord>(payload);
}

}  // namespace

Collector::Collector(std::uint32_t vehicle, std::uint64_t roads_version, core::TimeWindow window)
    : vehicle_(vehicle), roads_version_(roads_version), window_(window) {}

void Collector::take(std::uint64_t epoch, const protocol::Numbered& numbered) {
  ++found_.records;
  const protocol::Record& record = numbered.record;
  const auto* point = std::get_if<TrackPoint>(&record.payload);
  const bool waits = needs_a_clock(record.payload);
  if (point == nullptr && !waits) return;
  Boot& boot = boots_[record.stamp.boot_id];
  if (record.stamp.utc_ms) {
    boot.utc_minus_boot_ms = *record.stamp.utc_ms - record.stamp.boot_ms;
    for (const Waiting& late : boot.waiting)
      place(late.epoch, late.numbered, *boot.utc_minus_boot_ms);
    boot.waiting.clear();
  }
  if (point != nullptr) {
    const std::int64_t step_m = point->odometer_m - boot.odometer_m.value_or(point->odometer_m);
    boot.odometer_m = point->odometer_m;
    const bool counts = record.stamp.utc_ms && *record.stamp.utc_ms >= window_.from_ms &&
                        *record.stamp.utc_ms < window_.to_ms;
    if (step_m > 0 && counts) found_.totals.driven_m += step_m;
    return;
  }
  if (boot.utc_minus_boot_ms) {
    place(epoch, numbered, *boot.utc_minus_boot_ms);
  } else {
    boot.waiting.push_back({epoch, numbered});
  }
}

void Collector::place(std::uint64_t epoch, const protocol::Numbered& numbered,
                      std::int64_t offset_ms) {
  const protocol::Payload& payload = numbered.record.payload;
  const std::int64_t end_ms = numbered.record.stamp.boot_ms + offset_ms;
  if (const auto* coverage = std::get_if<CoverageRecord>(&payload)) {
    put(*coverage, epoch, numbered.seq, offset_ms);
  } else if (const auto* exception = std::get_if<ExceptionRecord>(&payload)) {
    put(*exception, end_ms, offset_ms);
  } else if (const auto* work = std::get_if<WorkRecord>(&payload)) {
    put(*work, end_ms, offset_ms);
  } else if (const auto* directive = std::get_if<protocol::DirectiveRecord>(&payload)) {
    put(*directive, end_ms);
  } else if (const auto* boot = std::get_if<protocol::BootRecord>(&payload)) {
    found_.told.push_back({end_ms, "boot", {}, 0, {}, boot->rule_set});
  }
}

void Collector::put(const CoverageRecord& record, std::uint64_t epoch, std::uint64_t seq,
                    std::int64_t offset_ms) {
  if (record.roads != roads_version_) {
    ++found_.other_roads;
    return;
  }
  core::Passing passing = core::passing_of(record, offset_ms);
  passing.vehicle = vehicle_;
  passing.epoch = epoch;
  passing.seq = seq;
  core::for_each_kerb(record.link, record.kerbs, [&](const core::KerbId& kerb) {
    passing.kerb = kerb;
    found_.passings.push_back(passing);
  });
}

void Collector::put(const protocol::DirectiveRecord& record, std::int64_t at_ms) {
  found_.told.push_back({at_ms, record.name, record.outcome, record.version, record.sha256, {}});
}

void Collector::put(const ExceptionRecord& record, std::int64_t end_ms, std::int64_t offset_ms) {
  if (record.roads != roads_version_) {
    ++found_.other_roads;
    return;
  }
  if (record.end_boot_ms != 0) end_ms = record.end_boot_ms + offset_ms;
  const std::int64_t marked_ms = record.marked_boot_ms != 0 ? record.marked_boot_ms + offset_ms : 0;
  core::for_each_kerb(record.link, record.kerbs, [&](const core::KerbId& kerb) {
    found_.excuses.push_back(
        {{kerb, record.from_cm, record.to_cm, record.begin_boot_ms + offset_ms, end_ms},
         marked_ms,
         record.ended,
         record.reason,
         record.who,
         record.note});
  });
}

void Collector::put(const WorkRecord& record, std::int64_t end_ms, std::int64_t offset_ms) {
  const std::int64_t begin_ms = record.begin_boot_ms + offset_ms;
  if (record.reason != protocol::WorkReason::none || end_ms <= begin_ms ||
      begin_ms < window_.from_ms || begin_ms >= window_.to_ms) {
    return;
  }
  WorkTotals& work =
      found_.totals.work[static_cast<std::size_t>(record.work) % protocol::work_kinds];
  work.driven_dm += record.driven_dm;
  work.water_dl += record.water_dl;
  work.lasted_ms += end_ms - begin_ms;
  effective_.push_back({begin_ms, end_ms, record.driven_dm});
}

Collected Collector::finish() {
  for (const auto& [id, boot] : boots_) {
    found_.untimed += static_cast<std::uint64_t>(std::count_if(
        boot.waiting.begin(), boot.waiting.end(),
        [](const Waiting& late) { return counts_for_rates(late.numbered.record.payload); }));
  }
  std::stable_sort(found_.told.begin(), found_.told.end(),
                   [](const Told& a, const Told& b) { return a.utc_ms < b.utc_ms; });
  // Two kinds of work at once are one way driven: of each interval what no earlier one has.
  std::sort(effective_.begin(), effective_.end(), [](const Lasted& a, const Lasted& b) {
    return a.begin_ms != b.begin_ms ? a.begin_ms < b.begin_ms : a.end_ms > b.end_ms;
  });
  std::int64_t counted_to_ms = INT64_MIN;
  for (const Lasted& lasted : effective_) {
    const std::int64_t from_ms = std::max(lasted.begin_ms, counted_to_ms);
    if (from_ms >= lasted.end_ms) continue;
    found_.totals.effective_dm +=
        lasted.driven_dm * (lasted.end_ms - from_ms) / (lasted.end_ms - lasted.begin_ms);
    counted_to_ms = lasted.end_ms;
  }
  return std::move(found_);
}

}  // namespace lujing::report
