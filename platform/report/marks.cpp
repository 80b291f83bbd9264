#include "platform/report/marks.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lujing::report {

std::vector<Mark> marks_of(std::span<const Collected> vehicles, core::TimeWindow window) {
  std::vector<Mark> all;
  for (const Collected& vehicle : vehicles) {
    using Key = std::tuple<std::int64_t, std::int64_t, std::string, int, std::string>;
    std::map<Key, Mark> marks;
    for (const Excuse& excuse : vehicle.excuses) {
      const bool driver = excuse.marked_ms != 0;
      if (excuse.what.begin_ms >= window.to_ms || excuse.what.end_ms <= window.from_ms) continue;
      // The dispatcher's word for a whole way is one, however many links that has.
      const std::int64_t begin_ms = driver ? excuse.marked_ms : excuse.what.begin_ms;
      const std::int64_t end_ms = driver ? 0 : excuse.what.end_ms;
      Mark& mark =
          marks[{begin_ms, end_ms, excuse.who, static_cast<int>(excuse.reason), excuse.note}];
      if (mark.pieces.empty()) {
        mark = {vehicle.totals.id,  excuse.who, excuse.reason, excuse.note, driver, begin_ms,
                excuse.what.end_ms, 0,          excuse.ended,  {}};
      }
      mark.to_ms = std::max(mark.to_ms, excuse.what.end_ms);
      mark.length_cm += excuse.what.to_cm - excuse.what.from_cm;
      if (excuse.ended != protocol::MarkEnd::none) mark.ended = excuse.ended;
      mark.pieces.push_back(excuse.what);
    }
    for (auto& [key, mark] : marks) all.push_back(std::move(mark));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Mark& a, const Mark& b) { return a.from_ms < b.from_ms; });
  return all;
}

std::optional<double> ExcusedShare::share() const {
  if (asked <= 0) return std::nullopt;
  return static_cast<double>(excepted) / static_cast<double>(asked);
}

bool ExcusedShare::over() const {
  return share().value_or(0) > limit;
}

ExcusedShare excused_share(std::span<const Row> rows, double limit) {
  ExcusedShare routes{0, 0, limit};
  ExcusedShare everything{0, 0, limit};
  for (const Row& row : rows) {
    if (row.group != "route" && row.group != "all") continue;
    ExcusedShare& sum = row.group == "route" ? routes : everything;
    sum.asked += row.length.whole;
    sum.excepted += row.length.excepted;
  }
  return routes.asked > 0 ? routes : everything;
}

bool excused_too_much(const Row& row, double limit) {
  return ExcusedShare{row.length.whole, row.length.excepted, limit}.over();
}

}  // namespace lujing::report
