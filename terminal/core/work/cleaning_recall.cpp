// What is under way, as if it ended now: what outlives a power cut, and what the driver sees.
#include "terminal/core/work/cleaning.h"
#include "terminal/core/work/recall.h"

#include <algorithm>
#include <utility>

namespace lujing::core {
namespace {

constexpr std::size_t most_remembered = 900;  ///< two shifts have a third of it
constexpr std::size_t most_untold = 300;      ///< three minutes at corners

}  // namespace

std::vector<protocol::Record> Cleaning::manifest() const {
  return remembered(ledger_, ledger_roads_, most_remembered);
}

std::vector<protocol::Record> Cleaning::unfinished(std::uint64_t boot_id,
                                                   std::span<const Driven> uncommitted,
                                                   const RoadNetwork* roads, BootTime now,
                                                   std::optional<UtcTime> utc) const {
  std::vector<protocol::Record> untold = untold_;
  if (!utc) return untold;
  // A copy ends here as it would at the end of a shift; this one goes on.
  Cleaning copy(*this);
  std::vector<protocol::Payload> told;
  if (roads != nullptr) {
    for (const Driven& driven : uncommitted) copy.take(driven, *roads, now, utc, told);
  }
  Moment moment;
  moment.now = now;
  moment.utc = utc;
  copy.settle(moment, told);
  for (const protocol::Payload& payload : told) {
    if (untold.size() == most_untold) break;
    if (auto record = in_utc(payload, utc->ms - now.ms(), boot_id)) {
      untold.push_back(std::move(*record));
    }
  }
  return untold;
}

RoadAdvice Cleaning::advice_now(std::span<const Driven> uncommitted, const RoadNetwork* roads,
                                const Moment& moment) const {
  if (!plan_ || roads == nullptr || !moment.utc) return advice();
  Cleaning copy(*this);
  std::vector<protocol::Payload> told;
  for (const Driven& driven : uncommitted) {
    copy.take(driven, *roads, moment.now, moment.utc, told);
  }
  copy.settle(moment, told);
  copy.guided_at_ = {-ns_per_s};
  copy.judge_guide(moment);
  return copy.advice();
}

/// Their times are of the boot before: in this one's they lie before its start.
void Cleaning::tell_unfinished(const Moment& moment, std::vector<protocol::Payload>& out) {
  if (untold_.empty() || !moment.utc) return;
  const std::int64_t offset_ms = moment.utc->ms - moment.now.ms();
  const std::size_t before = out.size();
  for (const protocol::Record& record : untold_) {
    if (auto told = in_utc(record.payload, -offset_ms, 0)) out.push_back(std::move(told->payload));
  }
  untold_.clear();
  const auto of_ledger = [&](const protocol::Payload& payload) {
    const auto* covered = std::get_if<protocol::CoverageRecord>(&payload);
    const auto* excepted = std::get_if<protocol::ExceptionRecord>(&payload);
    const std::uint64_t roads =
        covered != nullptr ? covered->roads : (excepted != nullptr ? excepted->roads : 0);
    if (ledger_.size() == 0) ledger_roads_ = roads;
    return ledger_roads_ == roads;
  };
  if (std::all_of(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), of_ledger)) {
    book(out, before, moment.now, moment.utc);
  }
}

void Cleaning::resume(const protocol::Record& record) {
  if (record.stamp.boot_id != 0) {
    if (untold_.size() < most_untold) untold_.push_back(record);
    return;
  }
  const std::int64_t end_ms = record.stamp.utc_ms.value_or(0);
  const std::int64_t offset_ms = end_ms - record.stamp.boot_ms;
  const auto same_roads = [&](std::uint64_t roads) {
    if (ledger_.size() == 0) ledger_roads_ = roads;
    return ledger_roads_ == roads;
  };
  if (const auto* covered = std::get_if<protocol::CoverageRecord>(&record.payload)) {
    if (same_roads(covered->roads)) book(*covered, offset_ms);
  } else if (const auto* excepted = std::get_if<protocol::ExceptionRecord>(&record.payload)) {
    if (same_roads(excepted->roads)) book(*excepted, offset_ms, end_ms);
  }
}

}  // namespace lujing::core
