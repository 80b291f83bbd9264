#include "platform/report/black_sites.h"

#include "platform/ledger/record_reader.h"
#include "protocol/batch.h"
#include "terminal/core/work/plan.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace lujing::report {
namespace {

std::int64_t day_of(const LoadChange& change, int utc_offset_min) {
  return core::local_time(UtcTime{change.utc_ms}, utc_offset_min).day;
}

/// Those of one day and one kind that are not taken yet.
class Day {
 public:
  Day(std::span<const LoadChange> changes, std::int64_t day) : left_(changes), day_(day) {
    taken_.resize(changes.size());
  }

  /// The place with most vehicles around it, while there are enough.
  bool next(const BlackSiteLimits& limits, std::vector<BlackSite>& found) {
    std::size_t best = 0;
    std::size_t most = 0;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (taken_[i]) continue;
      const std::size_t here = vehicles_around(i, limits.radius_m).size();
      if (here <= most) continue;
      best = i;
      most = here;
    }
    if (most == 0 || most < static_cast<std::size_t>(std::max(limits.vehicles, 1))) return false;
    take(best, limits.radius_m, found);
    return true;
  }

 private:
  bool near(std::size_t i, std::size_t j, double radius_m) const {
    return !taken_[j] && distance_m(left_[i].place, left_[j].place) <= radius_m;
  }
  std::set<std::string> vehicles_around(std::size_t i, double radius_m) const {
    std::set<std::string> vehicles;
    for (std::size_t j = 0; j < left_.size(); ++j) {
      if (near(i, j, radius_m)) vehicles.insert(left_[j].vehicle);
    }
    return vehicles;
  }
  void take(std::size_t i, double radius_m, std::vector<BlackSite>& found) {
    const std::set<std::string> vehicles = vehicles_around(i, radius_m);
    BlackSite site;
    site.dump = left_[i].tipped;
    site.local_day = day_;
    site.first_ms = site.last_ms = left_[i].utc_ms;
    site.vehicles.assign(vehicles.begin(), vehicles.end());
    Offset middle;
    std::vector<std::size_t> members;
    for (std::size_t j = 0; j < left_.size(); ++j) {
      if (!near(i, j, radius_m)) continue;
      members.push_back(j);
      const Offset away = offset(left_[i].place, left_[j].place);
      middle.east_m += away.east_m;
      middle.north_m += away.north_m;
      site.first_ms = std::min(site.first_ms, left_[j].utc_ms);
      site.last_ms = std::max(site.last_ms, left_[j].utc_ms);
    }
    for (const std::size_t j : members) taken_[j] = true;
    const auto count = static_cast<double>(members.size());
    site.times = static_cast<int>(members.size());
    site.place = moved(left_[i].place, {middle.east_m / count, middle.north_m / count});
    found.push_back(std::move(site));
  }

  std::span<const LoadChange> left_;
  std::int64_t day_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<BlackSite> black_sites(std::vector<LoadChange> changes, const BlackSiteLimits& limits) {
  std::vector<BlackSite> found;
  if (!limits.enabled) return found;
  std::erase_if(changes, [](const LoadChange& change) { return !change.place.valid(); });
  const auto key = [&](const LoadChange& change) {
    return std::tuple(day_of(change, limits.utc_offset_min), change.tipped, change.utc_ms,
                      std::string_view(change.vehicle), change.place.lat_e7, change.place.lon_e7);
  };
  std::sort(changes.begin(), changes.end(),
            [&](const LoadChange& a, const LoadChange& b) { return key(a) < key(b); });
  for (std::size_t begin = 0; begin < changes.size();) {
    const std::int64_t day = day_of(changes[begin], limits.utc_offset_min);
    std::size_t end = begin;
    while (end < changes.size() && changes[end].tipped == changes[begin].tipped &&
           day_of(changes[end], limits.utc_offset_min) == day) {
      ++end;
    }
    Day one(std::span<const LoadChange>(changes).subspan(begin, end - begin), day);
    while (one.next(limits, found)) {
    }
    begin = end;
  }
  std::stable_sort(found.begin(), found.end(), [](const BlackSite& a, const BlackSite& b) {
    return std::tuple(a.local_day, b.vehicles.size()) < std::tuple(b.local_day, a.vehicles.size());
  });
  return found;
}

Result<std::vector<LoadChange>> load_changes(const std::string& ledger_path,
                                             core::TimeWindow window) {
  auto db = ledger::open_books_to_read(ledger_path);
  if (!db) return db.error();
  const auto terminals = ledger::booked(*db);
  if (!terminals) return terminals.error();
  std::vector<LoadChange> changes;
  for (const ledger::Booked& terminal : *terminals) {
    const auto take = [&](std::uint64_t, const protocol::Numbered& numbered) {
      const auto* alarm = std::get_if<protocol::AlarmRecord>(&numbered.record.payload);
      const auto utc_ms = numbered.record.stamp.utc_ms;
      if (alarm == nullptr || !utc_ms || *utc_ms < window.from_ms || *utc_ms >= window.to_ms)
        return;
      const bool told = alarm->state == protocol::AlarmState::raised ||
                        alarm->state == protocol::AlarmState::suppressed;
      if (!told || (alarm->rule != "MT-05" && alarm->rule != "MT-06")) return;
      changes.push_back({terminal.id, *utc_ms, alarm->position, alarm->rule == "MT-05"});
    };
    auto read = ledger::each_record(*db, terminal, {window.from_ms, window.to_ms}, take);
    if (!read) return read.error();
  }
  return changes;
}

}  // namespace lujing::report
