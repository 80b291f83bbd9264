#include "terminal/core/work/coverage_writer.h"

#include "terminal/core/work/kerbs.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

using protocol::CoverageState;
using protocol::WorkReason;
using protocol::WorkSide;
using Presence = WorkNow::Presence;

std::int32_t centimetres(double metres, std::uint32_t length_cm) {
  const double cm = std::clamp(metres * 100, 0.0, static_cast<double>(length_cm));
  return static_cast<std::int32_t>(std::lround(cm));
}

std::int32_t permille(double share) {
  return static_cast<std::int32_t>(std::lround(std::clamp(share, 0.0, 1.0) * 1000));
}

/// Where on the stretch the vehicle was, by its odometer; by time, where that stood still.
class Along {
 public:
  Along(const Driven& driven, const Link& link, const WorkHistory& history)
      : driven_(driven),
        history_(history),
        length_cm_(link.length_cm),
        start_m_(history.driven_m(driven.entered)),
        total_m_(history.driven_m(driven.left) - start_m_) {
    by_odometer_ = total_m_ > 0.25 * std::abs(driven.to_m - driven.from_m);
  }

  std::int32_t at(BootTime when) const {
    if (when <= driven_.entered) return centimetres(driven_.from_m, length_cm_);
    if (when >= driven_.left) return centimetres(driven_.to_m, length_cm_);
    const double lasted = static_cast<double>(driven_.left.ns - driven_.entered.ns);
    const double share = by_odometer_ ? (history_.driven_m(when) - start_m_) / total_m_
                                      : static_cast<double>(when.ns - driven_.entered.ns) / lasted;
    return centimetres(driven_.from_m + (driven_.to_m - driven_.from_m) * share, length_cm_);
  }

 private:
  const Driven& driven_;
  const WorkHistory& history_;
  std::uint32_t length_cm_;
  double start_m_;
  double total_m_;
  bool by_odometer_ = false;
};

}  // namespace

CoverageWriter::CoverageWriter(const WorkProfile& profile, const CoverageConfig& config)
    : config_(config) {
  for (const WorkRow& row : profile.rows) reach_m_.push_back(row.reach_m);
  held_.reserve(most_held);
}

bool CoverageWriter::trusted(const Driven& driven) const {
  if (driven.sure < config_.min_sure) return false;
  if (!driven.bridged) return true;
  const double lasted_s =
      static_cast<double>(driven.left.ns - driven.entered.ns) / static_cast<double>(ns_per_s);
  return driven.sure >= config_.bridge_sure && lasted_s <= config_.bridge_max_s &&
         std::abs(driven.to_m - driven.from_m) <= config_.bridge_max_m;
}

bool CoverageWriter::may_wait(const Driven& driven) const {
  return !driven.bridged && !trusted(driven) && driven.joined && sure_before_ &&
         held_m_ + std::abs(driven.to_m - driven.from_m) <= config_.bridge_max_m &&
         held_.size() + 2 * channels <= most_held;
}

void CoverageWriter::release(bool proven, std::vector<protocol::Payload>& out) {
  for (Held& held : held_) {
    if (proven) {
      held.driven.sure = std::max(held.driven.sure, config_.min_sure);
    } else if (held.channel < protocol::work_kinds && held.said.kerbs != 0 &&
               held.said.state == CoverageState::covered) {
      held.said.state = CoverageState::no_data;
      held.said.reason = WorkReason::position_unsure;
    }
    put(held.channel, held.said, held.driven, held.piece, out);
  }
  held_.clear();
  held_m_ = 0;
}

CoverageWriter::Said CoverageWriter::said(const WorkNow& now, bool sure, const Driven& driven,
                                          const Link& link) const {
  Said said;
  if (now.presence == Presence::off) return said;
  const double reach_m = now.row < reach_m_.size() ? reach_m_[now.row] : 0;
  said.kerbs = kerbs_reached(link, driven.edge.backward(), now.side, reach_m);
  said.reason = now.reason;
  said.evidence = now.evidence;
  if (now.reason == WorkReason::signal_stale || now.reason == WorkReason::not_wired) {
    said.state = CoverageState::no_data;
  } else if (now.reason != WorkReason::none) {
    said.state = CoverageState::ineffective;
  } else if (now.side == WorkSide::unknown) {
    said.state = CoverageState::no_data;
    said.reason = WorkReason::signal_stale;
  } else if (!sure) {
    said.state = CoverageState::no_data;
    said.reason = WorkReason::position_unsure;
  }
  return said;
}

void CoverageWriter::take(const Driven& driven, const Link& link, std::uint64_t roads,
                          const WorkHistory& history, bool asked,
                          std::vector<protocol::Payload>& out) {
  if (!driven.edge.valid() || driven.left < driven.entered) return;
  if (roads != roads_) flush(out);
  roads_ = roads;
  const bool sure = trusted(driven);
  const bool waits = may_wait(driven);
  if (!waits) {
    release(sure && driven.joined, out);
    sure_before_ = sure;
  } else {
    held_m_ += std::abs(driven.to_m - driven.from_m);
  }
  const auto tell = [&](std::size_t channel, const Said& what, const Piece& piece) {
    if (!waits) {
      put(channel, what, driven, piece, out);
      return;
    }
    if (held_.size() == most_held) release(false, out);
    held_.push_back({channel, what, driven, piece});
  };
  // What the machine did is remembered for a quarter of an hour: before that nobody knows.
  const auto known = history.find(driven.entered);
  std::size_t i = known.value_or(0);
  const Along along(driven, link, history);
  BootTime from = driven.entered;
  while (from < driven.left) {
    const bool last = history.size() == 0 || i + 1 >= history.size();
    const bool forgotten = history.size() == 0 || history.at(i).at > from;
    BootTime to = driven.left;
    if (forgotten && history.size() > 0) to = std::min(to, history.at(i).at);
    if (!forgotten && !last) to = std::min(to, history.at(i + 1).at);
    const Piece piece{along.at(from), along.at(to), from.ms(), to.ms()};
    const std::uint8_t right = kerbs_reached(link, driven.edge.backward(), WorkSide::right, 0);
    for (std::size_t kind = 0; kind < protocol::work_kinds; ++kind) {
      const Said what =
          forgotten ? Said{} : said(history.at(i).state[kind], sure || waits, driven, link);
      tell(kind, what, piece);
    }
    Said blocked;
    if (!forgotten && asked) blocked.blocked = history.at(i).blocked;
    if (blocked.blocked.code != 0) blocked.kerbs = right;
    tell(protocol::work_kinds, blocked, piece);
    from = to;
    if (!forgotten && !last) ++i;
  }
}

void CoverageWriter::put(std::size_t channel, const Said& said, const Driven& driven,
                         const Piece& piece, std::vector<protocol::Payload>& out) {
  std::optional<Open>& open = open_[channel];
  if (open) {
    const bool joins = said == open->said && driven.edge == open->edge &&
                       piece.first_cm == open->last_cm &&
                       static_cast<double>(piece.end_ms - open->begin_ms) <= config_.cut_s * 1000;
    if (joins) {
      open->last_cm = piece.last_cm;
      open->end_ms = piece.end_ms;
      open->sure_permille = std::min(open->sure_permille, permille(driven.sure));
      return;
    }
    write(channel, out);
  }
  if (said.kerbs == 0) return;
  open = Open{said,           driven.edge,  piece.first_cm,       piece.last_cm,
              piece.begin_ms, piece.end_ms, permille(driven.sure)};
}

void CoverageWriter::write(std::size_t channel, std::vector<protocol::Payload>& out) {
  const Open open = *open_[channel];
  open_[channel].reset();
  const auto [from_cm, to_cm] = std::minmax(open.first_cm, open.last_cm);
  if (from_cm == to_cm) return;  // it stood
  if (channel == protocol::work_kinds) {
    protocol::ExceptionRecord record;
    record.roads = roads_;
    record.link = open.edge.link();
    record.kerbs = open.said.kerbs;
    record.from_cm = from_cm;
    record.to_cm = to_cm;
    record.begin_boot_ms = open.begin_ms;
    record.end_boot_ms = open.end_ms;
    record.marked_boot_ms = open.said.blocked.since_ms;
    record.reason = static_cast<protocol::ExceptionReason>(open.said.blocked.code - 1);
    record.who = "driver";
    out.emplace_back(std::move(record));
    return;
  }
  protocol::CoverageRecord record;
  record.roads = roads_;
  record.link = open.edge.link();
  record.kerbs = open.said.kerbs;
  record.backward = open.edge.backward();
  record.work = static_cast<protocol::Work>(channel);
  record.state = open.said.state;
  record.reason = open.said.reason;
  record.evidence = open.said.evidence;
  record.from_cm = from_cm;
  record.to_cm = to_cm;
  record.begin_boot_ms = open.begin_ms;
  record.end_boot_ms = open.end_ms;
  record.sure_permille = open.sure_permille;
  out.emplace_back(record);
}

bool CoverageWriter::pending() const {
  return !held_.empty() ||
         std::any_of(open_.begin(), open_.end(), [](const auto& open) { return open.has_value(); });
}

void CoverageWriter::flush(std::vector<protocol::Payload>& out) {
  release(false, out);
  sure_before_ = false;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    if (open_[channel]) write(channel, out);
  }
}

}  // namespace lujing::core
