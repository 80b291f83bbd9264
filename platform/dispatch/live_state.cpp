#include "platform/dispatch/live_state.h"

#include "platform/dispatch/alarm_overlay.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>
#include <variant>

namespace lujing::dispatch {

namespace {

constexpr std::int64_t vehicle_period_ms = 1000;  ///< a vehicle is told at most once a second
constexpr std::size_t newest_alarms = 500;        ///< watched for changes, besides every open one
constexpr std::size_t all_alarms = 1'000'000;
constexpr std::int64_t rate_window_s = 10;
// A hello is booked by the commit after it, so the first look may come too early.
constexpr int name_looks = 3;
constexpr std::int64_t name_look_period_ms = 1500;

/// Whether `b` is later than `a`: by number within a store, by clock across stores.
template <class A, class B>
bool later(const A& a, const B& b) {
  if (a.epoch == b.epoch && a.seq != 0 && b.seq != 0) {
    return b.seq > a.seq;
  }
  return !a.utc_ms || !b.utc_ms || *b.utc_ms >= *a.utc_ms;
}

/// How many records were booked in each of the last seconds.
class Rate {
 public:
  void add(std::uint64_t n, std::int64_t now_ms) {
    auto& slot = slots_[index(now_ms / 1000)];
    if (slot.second != now_ms / 1000) {
      slot = {now_ms / 1000, 0};
    }
    slot.count += n;
  }
  /// Mean over the whole seconds that have passed; the running one is not counted.
  double per_second(std::int64_t now_ms) const {
    std::uint64_t sum = 0;
    for (const auto& slot : slots_) {
      const auto age = now_ms / 1000 - slot.second;
      sum += age >= 1 && age <= rate_window_s ? slot.count : 0;
    }
    return static_cast<double>(sum) / static_cast<double>(rate_window_s);
  }

 private:
  struct Slot {
    std::int64_t second = 0;
    std::uint64_t count = 0;
  };
  static std::size_t index(std::int64_t second) {
    return static_cast<std::size_t>(second % (rate_window_s + 2));
  }
  std::array<Slot, rate_window_s + 2> slots_{};
};

}  // namespace

struct LiveState::Impl {
  struct Entry {
    VehicleView view;
    bool dirty = false;
    std::int64_t told_ms = 0;
  };

  explicit Impl(std::int64_t live_s) : overlay(live_s) {}

  Entry& entry(const std::string& terminal_id) {
    auto& found = vehicles[terminal_id];
    found.view.terminal_id = terminal_id;
    found.dirty = true;
    return found;
  }
  VehicleView view_of(const Entry& of) const {
    auto view = of.view;
    const auto open = overlay.open_counts().find(view.terminal_id);
    view.open_alarms = open == overlay.open_counts().end() ? 0 : open->second;
    return view;
  }
  AlarmView with_plate(ledger::StoredAlarm alarm) const {
    const auto found = vehicles.find(alarm.terminal_id);
    std::string plate = found == vehicles.end() ? "" : found->second.view.plate;
    return {std::move(alarm), std::move(plate)};
  }
  /// Appends for the page, and has the vehicles told with their new count of open alarms.
  void report(std::vector<ledger::StoredAlarm> alarms, std::vector<AlarmView>& out) {
    for (auto& alarm : alarms) {
      entry(alarm.terminal_id).told_ms = 0;
      out.push_back(with_plate(std::move(alarm)));
    }
  }

  void look_up_names(const ledger::Ledger& ledger, std::int64_t now_utc_ms);
  /// The books' open and newest alarms, where they may have changed.
  std::optional<std::vector<ledger::StoredAlarm>> look_up_alarms(const ledger::Ledger& ledger);

  mutable std::mutex mutex;
  std::map<std::string, Entry> vehicles;
  AlarmOverlay overlay;
  std::map<std::string, int> names_wanted;  ///< looks into the books that are left
  std::int64_t names_looked_ms = 0;
  bool alarms_booked = false;  ///< the books' alarms may have changed since the last look
  std::uint64_t records = 0;
  Rate rate;
};

LiveState::LiveState(std::int64_t live_s) : impl_(std::make_unique<Impl>(live_s)) {}
LiveState::~LiveState() = default;

Result<void> LiveState::seed(const ledger::Ledger& ledger) {
  auto vehicles = ledger.vehicles();
  if (!vehicles) {
    return vehicles.error().in("reading the vehicles");
  }
  auto newest = ledger.alarms(false, newest_alarms);
  auto open = ledger.alarms(true, all_alarms);
  if (!newest || !open) {
    return (newest ? open : newest).error().in("reading the alarms");
  }
  const std::lock_guard lock(impl_->mutex);
  for (auto& known : *vehicles) {
    auto& view = impl_->vehicles[known.terminal_id].view;
    view.terminal_id = known.terminal_id;
    view.vehicle_type = known.vehicle_type;
    view.plate = known.plate;
    view.software = known.software;
    if (known.last_received_utc_ms != 0) {
      view.last_seen_utc_ms = known.last_received_utc_ms;
    }
    if (known.last_point) {
      view.point = {known.last_point->epoch, known.last_point->seq, known.last_point->utc_ms,
                    known.last_point->point};
    }
    if (known.last_state) {
      view.state = {0, 0, known.last_state_utc_ms, *known.last_state};
    }
    impl_->records += known.records;
  }
  impl_->overlay.seed(*newest);
  impl_->overlay.seed(*open);
  return {};
}

void LiveState::online(const std::string& terminal_id, std::int64_t utc_ms) {
  const std::lock_guard lock(impl_->mutex);
  auto& view = impl_->entry(terminal_id).view;
  view.online = true;
  view.last_seen_utc_ms = utc_ms;
  impl_->names_wanted[terminal_id] = name_looks;
}

void LiveState::offline(const std::string& terminal_id, std::int64_t utc_ms) {
  const std::lock_guard lock(impl_->mutex);
  auto& view = impl_->entry(terminal_id).view;
  view.online = false;
  view.last_seen_utc_ms = std::max(view.last_seen_utc_ms.value_or(utc_ms), utc_ms);
}

void LiveState::records(const std::string& terminal_id, std::uint64_t epoch,
                        std::span<const protocol::Numbered> records, Lane lane,
                        std::int64_t received_utc_ms) {
  const std::lock_guard lock(impl_->mutex);
  auto& view = impl_->entry(terminal_id).view;
  view.last_seen_utc_ms = std::max(view.last_seen_utc_ms.value_or(0), received_utc_ms);
  for (const auto& numbered : records) {
    const auto& utc = numbered.record.stamp.utc_ms;
    const auto& payload = numbered.record.payload;
    if (const auto* point = std::get_if<protocol::TrackPoint>(&payload)) {
      const VehicleView::Point next{epoch, numbered.seq, utc, *point};
      if (point->position.valid() && (!view.point || later(*view.point, next))) {
        view.point = next;
      }
    } else if (const auto* state = std::get_if<protocol::VehicleState>(&payload)) {
      const VehicleView::State next{epoch, numbered.seq, utc, *state};
      if (!view.state || later(*view.state, next)) {
        view.state = next;
      }
    } else if (lane == Lane::live) {
      impl_->overlay.live(terminal_id, epoch, numbered, received_utc_ms);
    } else if (std::holds_alternative<protocol::AlarmRecord>(payload) ||
               std::holds_alternative<protocol::BootRecord>(payload)) {
      impl_->alarms_booked = true;
    }
  }
  if (lane == Lane::booked) {
    impl_->records += records.size();
    impl_->rate.add(records.size(), received_utc_ms);
  }
}

std::vector<VehicleView> LiveState::vehicles() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<VehicleView> out;
  out.reserve(impl_->vehicles.size());
  for (const auto& [id, entry] : impl_->vehicles) {
    out.push_back(impl_->view_of(entry));
  }
  return out;
}

std::optional<VehicleView> LiveState::vehicle(const std::string& terminal_id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->vehicles.find(terminal_id);
  if (found == impl_->vehicles.end()) {
    return std::nullopt;
  }
  return impl_->view_of(found->second);
}

Result<std::vector<AlarmView>> LiveState::alarms(const ledger::Ledger& ledger, bool open_only,
                                                 std::size_t limit) const {
  auto booked = ledger.alarms(open_only, limit);
  if (!booked) {
    return booked.error();
  }
  const std::lock_guard lock(impl_->mutex);
  std::vector<AlarmView> out;
  for (auto& alarm : impl_->overlay.merged(std::move(*booked), open_only)) {
    if (out.size() < limit) {
      out.push_back(impl_->with_plate(std::move(alarm)));
    }
  }
  return out;
}

Totals LiveState::totals(std::int64_t now_utc_ms) const {
  const std::lock_guard lock(impl_->mutex);
  Totals totals;
  totals.vehicles = impl_->vehicles.size();
  for (const auto& [id, entry] : impl_->vehicles) {
    totals.online += entry.view.online ? 1 : 0;
  }
  totals.records = impl_->records;
  totals.records_per_s = impl_->rate.per_second(now_utc_ms);
  return totals;
}

void LiveState::Impl::look_up_names(const ledger::Ledger& ledger, std::int64_t now_utc_ms) {
  {
    const std::lock_guard lock(mutex);
    const bool due = now_utc_ms - names_looked_ms >= name_look_period_ms;
    if (names_wanted.empty() || !due) {
      return;
    }
    names_looked_ms = now_utc_ms;
  }
  const auto known = ledger.vehicles();  // without the lock: the gateway must not wait for the disk
  if (!known) {
    return;
  }
  const std::lock_guard lock(mutex);
  for (const auto& booked : *known) {
    const auto wanted = names_wanted.find(booked.terminal_id);
    if (wanted == names_wanted.end()) {
      continue;
    }
    auto& view = vehicles[booked.terminal_id].view;
    if (view.plate != booked.plate || view.vehicle_type != booked.vehicle_type ||
        view.software != booked.software) {
      entry(booked.terminal_id).told_ms = 0;
      view.vehicle_type = booked.vehicle_type;
      view.plate = booked.plate;
      view.software = booked.software;
    }
  }
  for (auto& [id, looks] : names_wanted) {
    --looks;
  }
  std::erase_if(names_wanted, [](const auto& wanted) { return wanted.second <= 0; });
}

std::optional<std::vector<ledger::StoredAlarm>> LiveState::Impl::look_up_alarms(
    const ledger::Ledger& ledger) {
  {
    const std::lock_guard lock(mutex);
    if (!std::exchange(alarms_booked, false)) {
      return std::nullopt;
    }
  }
  auto now = ledger.alarms(true, all_alarms);
  auto newest = ledger.alarms(false, newest_alarms);
  bool misses = false;
  if (now && newest) {
    now->insert(now->end(), newest->begin(), newest->end());
    const std::lock_guard lock(mutex);
    misses = overlay.misses_open(*now);
  }
  if (misses) {  // one that was open is closed, and too old to be among the newest
    now = ledger.alarms(false, all_alarms);
  }
  if (!now || !newest) {
    const std::lock_guard lock(mutex);
    alarms_booked = true;  // the books could not be read: again at the next look
    return std::nullopt;
  }
  return std::move(*now);
}

Changes LiveState::take_changes(const ledger::Ledger& ledger, std::int64_t now_utc_ms) {
  impl_->look_up_names(ledger, now_utc_ms);
  const auto booked = impl_->look_up_alarms(ledger);
  const std::lock_guard lock(impl_->mutex);
  Changes changes;
  if (booked) {
    impl_->report(impl_->overlay.booked(*booked), changes.alarms);
  }
  impl_->report(impl_->overlay.take_live_changes(), changes.alarms);
  for (auto& [id, entry] : impl_->vehicles) {
    if (entry.dirty && now_utc_ms - entry.told_ms >= vehicle_period_ms) {
      entry.dirty = false;
      entry.told_ms = now_utc_ms;
      changes.vehicles.push_back(impl_->view_of(entry));
    }
  }
  return changes;
}

}  // namespace lujing::dispatch
