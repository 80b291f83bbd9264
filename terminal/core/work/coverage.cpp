#include "terminal/core/work/coverage.h"

#include <algorithm>

namespace lujing::core {
namespace {

using protocol::CoverageState;
using protocol::Evidence;

/// One passing inside the question's window and the kerb.
struct Piece {
  Interval at;
  std::int64_t begin_ms;
};

template <class T>
std::span<const T> of_kerb(const std::vector<T>& all, KerbId kerb) {
  const auto first = std::lower_bound(all.begin(), all.end(), kerb,
                                      [](const T& a, KerbId id) { return a.kerb < id; });
  const auto last =
      std::upper_bound(first, all.end(), kerb, [](KerbId id, const T& a) { return id < a.kerb; });
  return {first, last};
}

/// Adds up, place by place, how often a kerb was passed.
class PassCounter {
 public:
  PassCounter(const std::vector<Piece>& pieces, std::int64_t gap_ms)
      : pieces_(pieces), gap_ms_(gap_ms) {}

  /// Lengths that were passed at least 1, 2, ... times.
  std::vector<std::int64_t> lengths() {
    std::vector<std::int32_t> cuts;
    cuts.reserve(2 * pieces_.size());
    for (const Piece& piece : pieces_) {
      cuts.push_back(piece.at.from);
      cuts.push_back(piece.at.to);
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    std::vector<std::int64_t> at_least;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      const std::size_t count = count_at(cuts[i]);
      if (at_least.size() < count) at_least.resize(count);
      for (std::size_t n = 0; n < count; ++n) at_least[n] += cuts[i + 1] - cuts[i];
    }
    return at_least;
  }

 private:
  /// The pieces are in order of time; those within the gap of the last one counted are the same
  /// pass.
  std::size_t count_at(std::int32_t place) const {
    std::size_t count = 0;
    std::int64_t counted_ms = 0;
    for (const Piece& piece : pieces_) {
      if (place < piece.at.from || place >= piece.at.to) continue;
      if (count > 0 && piece.begin_ms - counted_ms < gap_ms_) continue;
      counted_ms = piece.begin_ms;
      ++count;
    }
    return count;
  }

  const std::vector<Piece>& pieces_;
  std::int64_t gap_ms_;
};

bool asked(const Passing& passing, const Question& question) {
  return (question.works & mask_of(passing.work)) != 0;
}

Interval within(Interval piece, std::int32_t length_cm) {
  return {std::max(piece.from, 0), std::min(piece.to, length_cm)};
}

IntervalSet set_of(const std::vector<Piece>& pieces) {
  std::vector<Interval> all;
  all.reserve(pieces.size());
  for (const Piece& piece : pieces) all.push_back(piece.at);
  return IntervalSet(std::move(all));
}

/// The passings of a kerb, sorted by what they say.
struct Sorted {
  std::vector<Piece> covered;
  std::vector<Interval> measured;
  std::vector<Interval> no_data;
  std::vector<Interval> ineffective;
};

const std::vector<TimeWindow>& windows_of(const Question& question) {
  static const std::vector<TimeWindow> always{TimeWindow{}};
  return question.when.empty() ? always : question.when;
}

void sort_in(const Passing& passing, Interval at, const Question& question, Sorted& sorted) {
  if (passing.state == CoverageState::ineffective) {
    sorted.ineffective.push_back(at);
  } else if (passing.state == CoverageState::no_data || passing.evidence > question.worst) {
    sorted.no_data.push_back(at);
  } else {
    sorted.covered.push_back({at, passing.begin_ms});
    if (passing.evidence != Evidence::inferred) sorted.measured.push_back(at);
  }
}

Sorted sort_out(std::span<const Passing> passings, std::int32_t length_cm,
                const Question& question) {
  Sorted sorted;
  for (const Passing& passing : passings) {
    if (!asked(passing, question)) continue;
    for (const TimeWindow& window : windows_of(question)) {
      const Interval at = within(clipped(passing, window), length_cm);
      if (at.from < at.to) sort_in(passing, at, question, sorted);
    }
  }
  return sorted;
}

bool overlaps(const Excepted& excepted, const Question& question) {
  const auto& windows = windows_of(question);
  return std::any_of(windows.begin(), windows.end(), [&](const TimeWindow& window) {
    return excepted.end_ms >= window.from_ms && excepted.begin_ms < window.to_ms;
  });
}

int complete_passes(const std::vector<std::int64_t>& lengths, const Account& account,
                    std::int32_t permille) {
  const std::int64_t needed = account.length_cm - account.excepted_cm;
  if (needed <= 0) return 0;
  int passes = 0;
  for (const std::int64_t length : lengths) {
    if (length * 1000 < needed * permille) break;
    ++passes;
  }
  return passes;
}

}  // namespace

Interval clipped(const Passing& passing, TimeWindow window) {
  const Interval whole{passing.from_cm, passing.to_cm};
  if (passing.begin_ms >= window.from_ms && passing.end_ms <= window.to_ms) {
    const bool at_end = passing.begin_ms == window.to_ms;
    return at_end ? Interval{whole.from, whole.from} : whole;
  }
  if (passing.end_ms <= window.from_ms || passing.begin_ms >= window.to_ms) {
    return {whole.from, whole.from};
  }
  // Partly inside, so it lasted: places go with time.
  const std::int64_t lasted = passing.end_ms - passing.begin_ms;
  const std::int64_t length = std::int64_t{whole.to} - whole.from;
  const auto place = [&](std::int64_t ms) {
    const std::int64_t since = std::clamp(ms - passing.begin_ms, std::int64_t{0}, lasted);
    // In doubles only where whole numbers would overflow: a link of 20,000 km passed for a year.
    return static_cast<std::int32_t>(
        length < (1LL << 31) && lasted < (1LL << 32) ? length * since / lasted : length / 2);
  };
  const std::int32_t first = place(std::max(window.from_ms, passing.begin_ms));
  const std::int32_t last = place(std::min(window.to_ms, passing.end_ms));
  if (!passing.backward) return {whole.from + first, whole.from + last};
  return {whole.to - last, whole.to - first};
}

Passing passing_of(const protocol::CoverageRecord& record, std::int64_t utc_minus_boot_ms) {
  Passing passing;
  passing.work = record.work;
  passing.state = record.state;
  passing.reason = record.reason;
  passing.evidence = record.evidence;
  passing.backward = record.backward;
  passing.from_cm = record.from_cm;
  passing.to_cm = record.to_cm;
  passing.begin_ms = record.begin_boot_ms + utc_minus_boot_ms;
  passing.end_ms = record.end_boot_ms + utc_minus_boot_ms;
  return passing;
}

void CoverageLedger::add(const Passing& passing) {
  if (passing.from_cm >= passing.to_cm || passing.kerb.link == no_link) return;
  passings_.push_back(passing);
  settled_ = false;
}

void CoverageLedger::add(const Excepted& excepted) {
  if (excepted.from_cm >= excepted.to_cm) return;
  excepted_.push_back(excepted);
  settled_ = false;
}

void CoverageLedger::clear() {
  passings_.clear();
  excepted_.clear();
  settled_ = true;
}

void CoverageLedger::forget_before(std::int64_t utc_ms) {
  std::erase_if(passings_, [&](const Passing& passing) { return passing.end_ms < utc_ms; });
  std::erase_if(excepted_, [&](const Excepted& excepted) { return excepted.end_ms < utc_ms; });
}

void CoverageLedger::settle() {
  if (settled_) return;
  // By everything that matters, so that the order in which records came changes nothing.
  std::stable_sort(passings_.begin(), passings_.end(), [](const Passing& a, const Passing& b) {
    if (a.kerb != b.kerb) return a.kerb < b.kerb;
    if (a.begin_ms != b.begin_ms) return a.begin_ms < b.begin_ms;
    if (a.from_cm != b.from_cm) return a.from_cm < b.from_cm;
    if (a.to_cm != b.to_cm) return a.to_cm < b.to_cm;
    return a.vehicle < b.vehicle;
  });
  std::stable_sort(excepted_.begin(), excepted_.end(), [](const Excepted& a, const Excepted& b) {
    return a.kerb != b.kerb ? a.kerb < b.kerb : a.begin_ms < b.begin_ms;
  });
  settled_ = true;
}

std::span<const Passing> CoverageLedger::passings(KerbId kerb) const {
  return of_kerb(passings_, kerb);
}

std::span<const Excepted> CoverageLedger::exceptions(KerbId kerb) const {
  return of_kerb(excepted_, kerb);
}

IntervalSet CoverageLedger::covered(KerbId kerb, std::int32_t length_cm,
                                    const Question& question) const {
  return set_of(sort_out(passings(kerb), length_cm, question).covered);
}

Account CoverageLedger::account(KerbId kerb, std::int32_t length_cm,
                                const Question& question) const {
  Account account;
  account.length_cm = std::max(length_cm, 0);
  Sorted sorted = sort_out(passings(kerb), length_cm, question);
  const IntervalSet covered = set_of(sorted.covered);
  std::vector<Interval> excused;
  for (const Excepted& excepted : exceptions(kerb)) {
    if (!overlaps(excepted, question)) continue;
    excused.push_back(within({excepted.from_cm, excepted.to_cm}, length_cm));
  }
  const IntervalSet excepted = IntervalSet(std::move(excused)).minus(covered);
  const IntervalSet settled = covered.united(excepted);
  const IntervalSet no_data = IntervalSet(std::move(sorted.no_data)).minus(settled);
  const IntervalSet known = settled.united(no_data);
  account.covered_cm = covered.length();
  account.excepted_cm = excepted.length();
  account.no_data_cm = no_data.length();
  account.not_done_cm =
      account.length_cm - account.covered_cm - account.excepted_cm - account.no_data_cm;
  account.ineffective_cm = IntervalSet(std::move(sorted.ineffective)).minus(known).length();
  account.inferred_cm = covered.minus(IntervalSet(std::move(sorted.measured))).length();
  const auto lengths = PassCounter(sorted.covered, question.pass_gap_ms).lengths();
  for (std::size_t n = 1; n < lengths.size(); ++n) account.repeated_cm += lengths[n];
  account.passes = complete_passes(lengths, account, question.pass_permille);
  return account;
}

}  // namespace lujing::core
