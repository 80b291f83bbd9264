// The coverage ledger against a model that counts every centimetre; and the joining of roads driven
// with work done.
#include "terminal/core/work/coverage.h"

#include "terminal/core/work/coverage_writer.h"
#include "terminal/core/work/kerbs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace lujing::core {
namespace {

using protocol::CoverageRecord;
using protocol::CoverageState;
using protocol::Evidence;
using protocol::Work;
using protocol::WorkReason;
using protocol::WorkSide;

constexpr KerbId kerb{7, Kerb::right};

Passing passing(std::int32_t from, std::int32_t to, std::int64_t begin_ms, std::int64_t end_ms) {
  Passing p;
  p.kerb = kerb;
  p.from_cm = from;
  p.to_cm = to;
  p.begin_ms = begin_ms;
  p.end_ms = end_ms;
  return p;
}

TEST(IntervalSets, AgreeWithASetOfPlaces) {
  std::mt19937_64 random(5);
  const auto draw = [&] {
    std::vector<Interval> pieces(random() % 6);
    for (Interval& piece : pieces) {
      piece.from = static_cast<std::int32_t>(random() % 60);
      piece.to = piece.from + static_cast<std::int32_t>(random() % 25) - 3;
    }
    return IntervalSet(pieces);
  };
  for (int round = 0; round < 3000; ++round) {
    const IntervalSet a = draw();
    const IntervalSet b = draw();
    std::int64_t in_a = 0;
    for (std::int32_t place = -5; place < 90; ++place) {
      const bool x = a.contains(place);
      const bool y = b.contains(place);
      in_a += x ? 1 : 0;
      ASSERT_EQ(a.united(b).contains(place), x || y);
      ASSERT_EQ(a.minus(b).contains(place), x && !y);
      ASSERT_EQ(a.common(b).contains(place), x && y);
    }
    ASSERT_EQ(a.length(), in_a);
    ASSERT_EQ(a.minus(b).united(a.common(b)), a);
    ASSERT_EQ(IntervalSet(a.united(b).pieces()), a.united(b));
  }
}

/// Counts centimetre by centimetre what the ledger counts by intervals.
bool any_window(const Question& question, const std::function<bool(TimeWindow)>& holds) {
  if (question.when.empty()) return holds(TimeWindow{});
  return std::any_of(question.when.begin(), question.when.end(), holds);
}

Account by_hand(const std::vector<Passing>& passings, const std::vector<Excepted>& excepted,
                std::int32_t length, const Question& question) {
  Account account;
  account.length_cm = length;
  std::vector<int> depth(static_cast<std::size_t>(length));
  for (std::int32_t place = 0; place < length; ++place) {
    const auto on = [&](const Interval& at) { return place >= at.from && place < at.to; };
    std::vector<std::int64_t> times;
    bool no_data = false;
    bool ineffective = false;
    bool measured = false;
    for (const Passing& p : passings) {
      if (p.kerb != kerb || (question.works & mask_of(p.work)) == 0) continue;
      if (!any_window(question, [&](TimeWindow w) { return on(clipped(p, w)); })) continue;
      if (p.state == CoverageState::ineffective) {
        ineffective = true;
      } else if (p.state == CoverageState::no_data || p.evidence > question.worst) {
        no_data = true;
      } else {
        times.push_back(p.begin_ms);
        measured = measured || p.evidence != Evidence::inferred;
      }
    }
    std::sort(times.begin(), times.end());
    std::int64_t counted = 0;
    int& passes = depth[static_cast<std::size_t>(place)];
    for (const std::int64_t at : times) {
      if (passes > 0 && at - counted < question.pass_gap_ms) continue;
      counted = at;
      ++passes;
    }
    bool excused = false;
    for (const Excepted& e : excepted) {
      excused = excused || (e.kerb == kerb && on({e.from_cm, e.to_cm}) &&
                            any_window(question, [&](TimeWindow w) {
                              return e.end_ms >= w.from_ms && e.begin_ms < w.to_ms;
                            }));
    }
    if (passes > 0) {
      ++account.covered_cm;
      account.repeated_cm += passes - 1;
      account.inferred_cm += measured ? 0 : 1;
    } else if (excused) {
      ++account.excepted_cm;
    } else if (no_data) {
      ++account.no_data_cm;
    } else {
      ++account.not_done_cm;
      account.ineffective_cm += ineffective ? 1 : 0;
    }
  }
  const std::int64_t needed = account.length_cm - account.excepted_cm;
  for (int n = 1; needed > 0; ++n) {
    const auto deep = std::count_if(depth.begin(), depth.end(), [&](int d) { return d >= n; });
    if (deep * 1000 < needed * question.pass_permille) break;
    account.passes = n;
  }
  return account;
}

TEST(CoverageLedger, AgreesWithCountingEveryCentimetre) {
  std::mt19937_64 random(2026);
  const auto below = [&](std::uint64_t n) { return static_cast<std::int32_t>(random() % n); };
  for (int round = 0; round < 3000; ++round) {
    const std::int32_t length = 1 + below(80);
    CoverageLedger ledger;
    std::vector<Passing> passings;
    std::vector<Excepted> excepted;
    for (int i = below(9); i > 0; --i) {
      Passing p = passing(below(90) - 5, 0, below(3000), 0);
      p.to_cm = p.from_cm + below(60);
      p.end_ms = p.begin_ms + below(900);
      p.kerb.kerb = below(8) == 0 ? Kerb::left : Kerb::right;
      p.work = static_cast<Work>(below(6));
      p.state = below(3) == 0 ? static_cast<CoverageState>(below(3)) : CoverageState::covered;
      p.evidence = static_cast<Evidence>(below(3));
      p.backward = below(2) == 0;
      p.vehicle = static_cast<std::uint32_t>(below(3));
      if (p.from_cm >= p.to_cm) continue;
      passings.push_back(p);
      ledger.add(p);
    }
    for (int i = below(3); i > 0; --i) {
      const Excepted e{kerb, below(80), 0, below(3000), 0};
      excepted.push_back(
          {e.kerb, e.from_cm, e.from_cm + 1 + below(30), e.begin_ms, e.begin_ms + 500});
      ledger.add(excepted.back());
    }
    ledger.settle();
    Question question;
    question.works = static_cast<WorkMask>(1 + below(63));
    question.pass_gap_ms = below(1500);
    question.pass_permille = 500 + below(500);
    question.worst = static_cast<Evidence>(below(3));
    if (below(2) == 0) question.when.push_back({below(2000), 2000 + below(1500)});
    if (below(3) == 0) question.when.push_back({4000, 4000 + below(500)});
    const Account mine = ledger.account(kerb, length, question);
    const Account model = by_hand(passings, excepted, length, question);
    ASSERT_EQ(mine.covered_cm, model.covered_cm) << round;
    ASSERT_EQ(mine.excepted_cm, model.excepted_cm) << round;
    ASSERT_EQ(mine.no_data_cm, model.no_data_cm) << round;
    ASSERT_EQ(mine.not_done_cm, model.not_done_cm) << round;
    ASSERT_EQ(mine.ineffective_cm, model.ineffective_cm) << round;
    ASSERT_EQ(mine.inferred_cm, model.inferred_cm) << round;
    ASSERT_EQ(mine.repeated_cm, model.repeated_cm) << round;
    ASSERT_EQ(mine.passes, model.passes) << round;
    ASSERT_EQ(mine.covered_cm + mine.excepted_cm + mine.no_data_cm + mine.not_done_cm, length);
    ASSERT_EQ(ledger.covered(kerb, length, question).length(), mine.covered_cm);
  }
}

TEST(CoverageLedger, IsTheSameInWhateverOrderTheRecordsCame) {
  std::vector<Passing> passings;
  for (int i = 0; i < 12; ++i) passings.push_back(passing(i * 7 % 50, i * 7 % 50 + 20, i % 4, 9));
  CoverageLedger forward;
  CoverageLedger backward;
  for (const Passing& p : passings) forward.add(p);
  for (auto at = passings.rbegin(); at != passings.rend(); ++at) backward.add(*at);
  forward.settle();
  backward.settle();
  Question question;
  question.pass_gap_ms = 2;
  EXPECT_EQ(forward.account(kerb, 70, question).repeated_cm,
            backward.account(kerb, 70, question).repeated_cm);
}

TEST(CoverageLedger, NeverSaysMoreThanTheWhole) {
  CoverageLedger ledger;
  for (int i = 0; i < 5; ++i) ledger.add(passing(0, 1000, i * 3'600'000, i * 3'600'000 + 60'000));
  ledger.settle();
  const Account account = ledger.account(kerb, 1000, {});
  EXPECT_EQ(account.covered_cm, 1000);
  EXPECT_EQ(account.repeated_cm, 4000);
  EXPECT_EQ(account.passes, 5);
  EXPECT_FALSE(ledger.account({8, Kerb::left}, 0, {}).applicable()) << "no length, no rate";
}

Link two_way(std::uint16_t width_dm = 120) {
  Link link;
  link.length_cm = 10'000;
  link.width_dm = width_dm;
  link.flags = link_flag::forward | link_flag::backward;
  return link;
}

TEST(Kerbs, ComeFromDirectionAndSide) {
  EXPECT_EQ(kerbs_reached(two_way(), false, WorkSide::right, 3.5), right_kerb_bit);
  EXPECT_EQ(kerbs_reached(two_way(), true, WorkSide::right, 3.5), left_kerb_bit);
  EXPECT_EQ(kerbs_reached(two_way(), false, WorkSide::left, 3.5), 0) << "the middle of the road";
  EXPECT_EQ(kerbs_reached(two_way(), false, WorkSide::full, 3.5), right_kerb_bit);
  EXPECT_EQ(kerbs_reached(two_way(), false, WorkSide::full, 14), 3) << "water reaches across";
  EXPECT_EQ(kerbs_reached(two_way(30), true, WorkSide::full, 3.5), 3) << "a lane";
  Link divided = two_way();
  divided.flags = link_flag::forward | link_flag::divided;
  EXPECT_EQ(kerbs_reached(divided, false, WorkSide::left, 3.5), left_kerb_bit) << "the median";
  EXPECT_EQ(kerbs_reached(divided, false, WorkSide::right, 3.5), right_kerb_bit);
  divided.flags |= link_flag::right_kerb;
  EXPECT_EQ(kerbs_reached(divided, false, WorkSide::left, 3.5), 0) << "there is no such kerb";
}

/// A drive at 2 m/s along one link, with a machine that a test switches.
class Drive {
 public:
  Drive() {
    profile_.rows.resize(1);
    writer_.emplace(profile_, CoverageConfig{});
    now_.presence = WorkNow::Presence::on;
    now_.side = WorkSide::right;
  }
  WorkNow& machine() { return now_; }
  bool joined = false;
  Blocked blocked;
  bool asked = true;
  void pass(int seconds, double mps = 2) {
    for (int i = 0; i < seconds; ++i) {
      sample();
      at_.ns += ns_per_s;
      driven_m_ += mps;
    }
    sample();
  }
  void commit(double from_m, double to_m, BootTime entered, double sure = 1, bool bridged = false,
              bool backward = false) {
    Driven driven;
    driven.edge = EdgeId::of(7, backward);
    driven.from_m = from_m;
    driven.to_m = to_m;
    driven.entered = entered;
    driven.left = at_;
    driven.sure = sure;
    driven.bridged = bridged;
    driven.joined = joined;
    writer_->take(driven, two_way(), 42, history_, asked, out_);
  }
  template <class T>
  std::vector<T> records() {
    writer_->flush(out_);
    std::vector<T> found;
    for (const auto& payload : out_) {
      if (const auto* record = std::get_if<T>(&payload)) found.push_back(*record);
    }
    return found;
  }
  BootTime at() const { return at_; }

 private:
  void sample() {
    WorkState state{};
    state[0] = now_;
    history_.add(at_, driven_m_, state, blocked);
  }
  WorkProfile profile_;
  std::optional<CoverageWriter> writer_;
  WorkHistory history_;
  WorkNow now_;
  BootTime at_{ns_per_s};
  double driven_m_ = 0;
  std::vector<protocol::Payload> out_;
};

TEST(CoverageWriter, TellsOneStretchAsOneRecord) {
  Drive drive;
  const BootTime start = drive.at();
  drive.pass(20);
  drive.commit(0, 40, start);
  const BootTime middle = drive.at();
  drive.pass(15);
  drive.commit(40, 70, middle);
  const auto records = drive.records<CoverageRecord>();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].from_cm, 0);
  EXPECT_EQ(records[0].to_cm, 7000);
  EXPECT_EQ(records[0].kerbs, right_kerb_bit);
  EXPECT_EQ(records[0].roads, 42U);
  EXPECT_EQ(records[0].state, CoverageState::covered);
  EXPECT_EQ(records[0].end_boot_ms - records[0].begin_boot_ms, 35'000);
}

TEST(CoverageWriter, CutsWhereTheMachineWasLiftedByTheOdometerAndNotByTime) {
  Drive drive;
  const BootTime start = drive.at();
  drive.pass(10);     // 20 m at work
  drive.pass(60, 0);  // a red light
  drive.machine().reason = WorkReason::suction_up;
  drive.pass(10);  // 20 m with the mouth up
  drive.commit(30, 70, start);
  const auto records = drive.records<CoverageRecord>();
  ASSERT_GE(records.size(), 2U);
  std::int32_t covered_to = 0;
  std::int64_t covered = 0;
  for (const auto& record : records) {
    if (record.state != CoverageState::covered) continue;
    covered += record.to_cm - record.from_cm;
    covered_to = std::max(covered_to, record.to_cm);
  }
  EXPECT_EQ(covered, 2000);
  EXPECT_EQ(covered_to, 5000);
  EXPECT_EQ(records.back().state, CoverageState::ineffective);
  EXPECT_EQ(records.back().reason, WorkReason::suction_up);
}

TEST(CoverageWriter, CutsExactlyWhereTheMachineChanged) {
  Drive drive;
  const BootTime start = drive.at();
  drive.machine().reason = WorkReason::suction_up;
  drive.pass(10);  // 20 m
  drive.machine().reason = WorkReason::none;
  drive.pass(15);  // 30 m
  drive.machine().reason = WorkReason::suction_up;
  drive.pass(5);
  drive.commit(0, 60, start);
  for (const auto& record : drive.records<CoverageRecord>()) {
    if (record.state != CoverageState::covered) continue;
    EXPECT_EQ(record.from_cm, 2000);
    EXPECT_EQ(record.to_cm, 5000);
    EXPECT_EQ(record.begin_boot_ms, start.ms() + 10'000);
    EXPECT_EQ(record.end_boot_ms, start.ms() + 25'000);
  }
}

TEST(CoverageWriter, CreditsTheKerbOnTheRightOfTravelGoingBack) {
  Drive drive;
  const BootTime start = drive.at();
  drive.pass(10);
  drive.commit(60, 40, start, 1, false, true);
  const auto records = drive.records<CoverageRecord>();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].kerbs, left_kerb_bit);
  EXPECT_TRUE(records[0].backward);
  EXPECT_EQ(records[0].from_cm, 4000);
  EXPECT_EQ(records[0].to_cm, 6000);
}

TEST(CoverageWriter, BridgesAGapOnlyWhereMatchingIsSureAndItIsShort) {
  const auto state_of = [](double sure, bool bridged, double to_m) {
    Drive drive;
    const BootTime start = drive.at();
    drive.pass(20);
    drive.commit(0, to_m, start, sure, bridged);
    return drive.records<CoverageRecord>().at(0).state;
  };
  EXPECT_EQ(state_of(0.9, false, 40), CoverageState::covered);
  EXPECT_EQ(state_of(0.7, false, 40), CoverageState::no_data);
  EXPECT_EQ(state_of(0.9, true, 40), CoverageState::no_data);
  EXPECT_EQ(state_of(0.99, true, 40), CoverageState::covered);
  EXPECT_EQ(state_of(0.99, true, 99), CoverageState::covered);
  Drive far;
  const BootTime start = far.at();
  far.pass(61);
  far.commit(0, 100, start, 0.99, true);
  EXPECT_EQ(far.records<CoverageRecord>().at(0).reason, WorkReason::position_unsure);
}

TEST(CoverageWriter, SaysNoDataWhereSignalsAreSilentAndNothingWhereItIsOff) {
  Drive drive;
  const BootTime start = drive.at();
  drive.machine() = {};
  drive.pass(5);
  drive.machine().presence = WorkNow::Presence::perhaps;
  drive.machine().side = WorkSide::right;
  drive.machine().reason = WorkReason::signal_stale;
  drive.pass(5);
  drive.machine() = {};
  drive.pass(5);
  drive.commit(0, 30, start);
  const auto records = drive.records<CoverageRecord>();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].state, CoverageState::no_data);
  EXPECT_EQ(records[0].from_cm, 1000);
  EXPECT_EQ(records[0].to_cm, 2000);
}

/// 20 m that are sure, so many that are not, 20 m that are sure again.
std::vector<CoverageRecord> over_a_junction(double unsure_m, bool joined, double sure_after) {
  Drive drive;
  drive.joined = joined;
  double at_m = 0;
  for (const auto& [length_m, sure] :
       {std::pair{20.0, 1.0}, std::pair{unsure_m, 0.6}, std::pair{20.0, sure_after}}) {
    const BootTime start = drive.at();
    drive.pass(static_cast<int>(length_m / 2));
    drive.commit(at_m, at_m + length_m, start, sure);
    at_m += length_m;
  }
  return drive.records<CoverageRecord>();
}

TEST(CoverageWriter, AJunctionIsProvenByTheRoadBeforeAndAfterIt) {
  const auto proven = over_a_junction(14, true, 1.0);
  ASSERT_EQ(proven.size(), 1U);
  EXPECT_EQ(proven[0].to_cm, 5400);
  EXPECT_EQ(proven[0].state, CoverageState::covered);
  EXPECT_EQ(proven[0].sure_permille, 800);
  for (const auto& open : {over_a_junction(14, true, 0.6), over_a_junction(14, false, 1.0),
                           over_a_junction(160, true, 1.0)}) {
    std::int64_t unsure_cm = 0;
    for (const auto& record : open) {
      if (record.state == CoverageState::no_data) unsure_cm += record.to_cm - record.from_cm;
    }
    EXPECT_GE(unsure_cm, 1400);
  }
}

TEST(CoverageWriter, TellsABlockedKerbAsTheDriverMarkedIt) {
  Drive drive;
  const BootTime start = drive.at();
  drive.machine() = {};
  drive.pass(5);
  drive.blocked = {3, 6000};  // 1 + road works
  drive.pass(4);
  drive.blocked = {};
  drive.pass(5);
  drive.commit(0, 28, start);
  const auto records = drive.records<protocol::ExceptionRecord>();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].from_cm, 1000);
  EXPECT_EQ(records[0].to_cm, 1800);
  EXPECT_EQ(records[0].kerbs, right_kerb_bit);
  EXPECT_EQ(records[0].who, "driver");
  EXPECT_EQ(records[0].reason, protocol::ExceptionReason::road_works);
  EXPECT_EQ(records[0].marked_boot_ms, 6000);
  EXPECT_EQ(records[0].end_boot_ms - records[0].begin_boot_ms, 4000);
}

TEST(CoverageWriter, TwoMarksOfOneReasonAreTwoExceptionsAndOffThePlanThereIsNone) {
  for (const bool asked : {true, false}) {
    Drive drive;
    drive.asked = asked;
    const BootTime start = drive.at();
    drive.machine() = {};
    drive.blocked = {3, 1000};
    drive.pass(4);
    drive.blocked = {3, 5000};
    drive.pass(5);
    drive.commit(0, 18, start);
    EXPECT_EQ(drive.records<protocol::ExceptionRecord>().size(), asked ? 2U : 0U);
  }
}

}  // namespace
}  // namespace lujing::core
