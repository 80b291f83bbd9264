// The coverage ledger: for each kerb of each link, what was covered, when, by whom, and how surely.
// Exact, in whole centimetres; the same on a vehicle and on the platform.
//
//   covered + excepted + no data + not done = the kerb's length, always
//
// covered    a machine passed that was certainly at work
// excepted   not covered, and somebody said why it could not be
// no data    neither; a machine passed, but signals or position do not say whether it worked
// not done   the rest
//
// Passing twice is two passes, never more than 100 %. Two coverings of a place that begin within
// `pass_gap` are one pass (a convoy, a second brush, a vehicle that turned round).
#pragma once

#include "protocol/work_records.h"
#include "terminal/core/roads/network.h"
#include "terminal/core/work/intervals.h"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace lujing::core {

enum class Kerb : std::uint8_t { left = 0, right = 1 };  ///< of the link's points

struct KerbId {
  LinkId link = no_link;
  Kerb kerb = Kerb::right;
  auto operator<=>(const KerbId&) const = default;  // NOLINT(modernize-use-nullptr): a false one
};

/// A set of kinds of work: bit n for protocol::Work(n).
using WorkMask = std::uint32_t;
constexpr WorkMask mask_of(protocol::Work work) {
  return 1U << static_cast<unsigned>(work);
}
/// What counts as swept by machine (机扫): sweeping, and sweeping with water.
inline constexpr WorkMask machine_swept =
    mask_of(protocol::Work::sweeping) | mask_of(protocol::Work::washing_sweeping);

/// One passing of one stretch of one kerb.
struct Passing {
  KerbId kerb;
  protocol::Work work = protocol::Work::sweeping;
  protocol::CoverageState state = protocol::CoverageState::covered;
  protocol::WorkReason reason = protocol::WorkReason::none;
  protocol::Evidence evidence = protocol::Evidence::measured;
  bool backward = false;
  std::int32_t from_cm = 0;
  std::int32_t to_cm = 0;
  std::int64_t begin_ms = 0;  ///< UTC, of the end that was passed first
  std::int64_t end_ms = 0;
  std::uint32_t vehicle = 0;  ///< whatever the caller counts vehicles by
  std::uint64_t epoch = 0;    ///< of the record that says so
  std::uint64_t seq = 0;
};

/// What a record says, on no kerb yet; `utc_minus_boot_ms` puts its times into UTC.
Passing passing_of(const protocol::CoverageRecord& record, std::int64_t utc_minus_boot_ms);
/// Gives each kerb that a record's `kerbs` names (bit n: Kerb(n)) to `take`.
template <class Take>
void for_each_kerb(LinkId link, unsigned kerbs, const Take& take) {
  for (const Kerb kerb : {Kerb::left, Kerb::right}) {
    if ((kerbs >> static_cast<unsigned>(kerb) & 1) != 0) take(KerbId{link, kerb});
  }
}

/// A stretch that could not be cleaned, for as long as it says.
struct Excepted {
  KerbId kerb;
  std::int32_t from_cm = 0;
  std::int32_t to_cm = 0;
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
};

/// [from, to) in UTC milliseconds.
struct TimeWindow {
  std::int64_t from_ms = std::numeric_limits<std::int64_t>::min();
  std::int64_t to_ms = std::numeric_limits<std::int64_t>::max();
};

/// What to ask of a kerb.
struct Question {
  WorkMask works = machine_swept;
  std::vector<TimeWindow> when;  ///< apart from each other; none: always
  std::int64_t pass_gap_ms = 600'000;
  std::int32_t pass_permille = 900;  ///< of the length that could be cleaned: a complete pass
  protocol::Evidence worst = protocol::Evidence::inferred;  ///< poorer evidence is no data
};

/// The answer. All lengths in centimetres.
struct Account {
  std::int64_t length_cm = 0;
  std::int64_t covered_cm = 0;
  std::int64_t excepted_cm = 0;
  std::int64_t no_data_cm = 0;
  std::int64_t not_done_cm = 0;
  std::int64_t ineffective_cm = 0;  ///< of not done: passed with something off that it needs
  std::int64_t inferred_cm = 0;     ///< of covered: with no better evidence than movement
  std::int64_t repeated_cm = 0;     ///< covered again: the sum over all passes but the first
  int passes = 0;                   ///< complete ones
  bool applicable() const { return length_cm > excepted_cm; }
};

class CoverageLedger {
 public:
  void add(const Passing& passing);
  void add(const Excepted& excepted);
  void clear();
  /// What ended before this is given up: a vehicle keeps two days.
  void forget_before(std::int64_t utc_ms);
  std::size_t size() const { return passings_.size(); }
  /// All there is, in no particular order.
  std::span<const Passing> passings() const { return passings_; }
  std::span<const Excepted> exceptions() const { return excepted_; }

  /// Sorts what was added since; needed before asking, cheap when nothing was.
  void settle();
  Account account(KerbId kerb, std::int32_t length_cm, const Question& question) const;
  /// Where and when: what an account is made of, oldest first.
  std::span<const Passing> passings(KerbId kerb) const;
  std::span<const Excepted> exceptions(KerbId kerb) const;
  /// The part of the kerb that is covered under the question.
  IntervalSet covered(KerbId kerb, std::int32_t length_cm, const Question& question) const;

 private:
  std::vector<Passing> passings_;
  std::vector<Excepted> excepted_;
  bool settled_ = true;
};

/// The part of a passing that lies in a window, by proportion of its time; from == to: none.
Interval clipped(const Passing& passing, TimeWindow window);

}  // namespace lujing::core
