#include "platform/ledger/impl.h"
#include "platform/ledger/record_reader.h"
#include "platform/ledger/rows.h"

#include <algorithm>

namespace lujing::ledger {

namespace {

constexpr const char* vehicles_sql =
    "SELECT terminal_id, vehicle_type, plate, software, last_received_utc_ms, records, point_epoch,"
    " point_seq, point_utc_ms, point_lat_e7, point_lon_e7, point_speed_cmps, point_course_cdeg,"
    " point_accuracy_dm, point_odometer_m, point_source, point_reason, state_utc_ms, state_moving,"
    " state_cover, state_hoist, state_load, state_work_bits, state_lat_e7, state_lon_e7"
    " FROM terminal ORDER BY terminal_id";

// Answered from the index batch_by_time alone, up to the batches that are wanted.
constexpr const char* track_sql =
    "SELECT b.packed FROM batch b WHERE b.terminal ="
    " (SELECT id FROM terminal WHERE terminal_id = ?1) AND b.track_to_utc_ms >= ?2"
    " AND b.track_from_utc_ms < ?3 ORDER BY b.track_to_utc_ms";

constexpr const char* alarms_sql =
    "SELECT t.terminal_id, a.epoch, a.seq, a.rule, a.state, a.raised_utc_ms, a.cleared_utc_ms,"
    " a.lat_e7, a.lon_e7, a.speed_cmps, a.rule_set, a.detail, a.late"
    " FROM alarm a JOIN terminal t ON t.id = a.terminal WHERE NOT ?1 OR a.state = 'raised'"
    " ORDER BY a.listed_utc_ms DESC, a.id DESC LIMIT ?2";

constexpr const char* health_sql =
    "SELECT counter, value FROM health WHERE terminal ="
    " (SELECT id FROM terminal WHERE terminal_id = ?1) ORDER BY counter";

StoredAlarm alarm_from(const Statement& query) {
  StoredAlarm alarm;
  alarm.terminal_id = query.text(0);
  alarm.epoch = static_cast<std::uint64_t>(query.integer(1));
  alarm.seq = static_cast<std::uint64_t>(query.integer(2));
  alarm.rule = query.text(3);
  alarm.state = query.text(4);
  alarm.raised_utc_ms = query.maybe_integer(5);
  alarm.cleared_utc_ms = query.maybe_integer(6);
  alarm.position.lat_e7 = static_cast<std::int32_t>(query.integer(7));
  alarm.position.lon_e7 = static_cast<std::int32_t>(query.integer(8));
  alarm.speed_cmps = static_cast<std::int32_t>(query.integer(9));
  alarm.rule_set = query.text(10);
  alarm.detail = query.text(11);
  alarm.late = query.integer(12) != 0;
  return alarm;
}

void add_points(const protocol::Batch& batch, std::int64_t from_utc_ms, std::int64_t to_utc_ms,
                std::vector<TrackRow>& points) {
  for (const auto& numbered : batch.records) {
    const auto* point = std::get_if<protocol::TrackPoint>(&numbered.record.payload);
    const auto& utc = numbered.record.stamp.utc_ms;
    if (point == nullptr || !utc || *utc < from_utc_ms || *utc >= to_utc_ms) continue;
    points.push_back({batch.epoch, numbered.seq, utc, *point});
  }
}

/// Runs a query and hands each row to `each`, which may fail.
template <class Bind, class Each>
Result<void> read(ReaderPool& readers, const char* sql, Bind bind, Each each) {
  auto db = readers.take();
  if (!db) return db.error();
  auto query = (*db)->prepare(sql);
  if (!query) return query.error();
  bind(*query);
  while (true) {
    auto row = query->step();
    if (!row) return row.error();
    if (!*row) return {};
    if (Result<void> done = each(*query); !done) return done;
  }
}

}  // namespace

Result<std::vector<Ledger::Vehicle>> Ledger::vehicles() const {
  std::vector<Vehicle> all;
  auto done = read(
      impl_->readers, vehicles_sql, [](Statement&) {},
      [&](Statement& query) -> Result<void> {
        Vehicle vehicle;
        vehicle.terminal_id = query.text(0);
        vehicle.vehicle_type = query.text(1);
        vehicle.plate = query.text(2);
        vehicle.software = query.text(3);
        vehicle.last_received_utc_ms = query.integer(4);
        vehicle.records = static_cast<std::uint64_t>(query.integer(5));
        vehicle.last_point = point_from(query, 6);
        vehicle.last_state_utc_ms = query.maybe_integer(17);
        vehicle.last_state = state_from(query, 18);
        all.push_back(std::move(vehicle));
        return {};
      });
  if (!done) return done.error();
  return all;
}

Result<std::vector<TrackRow>> Ledger::track(const std::string& terminal_id,
                                            std::int64_t from_utc_ms, std::int64_t to_utc_ms,
                                            std::size_t limit) const {
  std::vector<TrackRow> points;
  auto done = read(
      impl_->readers, track_sql,
      [&](Statement& query) {
        query.bind_text(1, terminal_id).bind(2, from_utc_ms).bind(3, to_utc_ms);
      },
      [&](Statement& query) -> Result<void> {
        auto batch = protocol::decode(query.blob(0));
        if (!batch) return batch.error().in("ledger " + impl_->path + ": a stored batch");
        add_points(*batch, from_utc_ms, to_utc_ms, points);
        return {};
      });
  if (!done) return done.error();
  std::stable_sort(points.begin(), points.end(),
                   [](const TrackRow& a, const TrackRow& b) { return a.utc_ms < b.utc_ms; });
  if (points.size() > limit) points.resize(limit);
  return points;
}

Result<std::vector<StoredAlarm>> Ledger::alarms(bool open_only, std::size_t limit) const {
  std::vector<StoredAlarm> all;
  auto done = read(
      impl_->readers, alarms_sql,
      [&](Statement& query) {
        query.bind(1, std::int64_t{open_only}).bind(2, static_cast<std::int64_t>(limit));
      },
      [&](Statement& query) -> Result<void> {
        all.push_back(alarm_from(query));
        return {};
      });
  if (!done) return done.error();
  return all;
}

Result<std::vector<std::pair<std::uint16_t, std::int64_t>>> Ledger::health(
    const std::string& terminal_id) const {
  std::vector<std::pair<std::uint16_t, std::int64_t>> counters;
  auto done = read(
      impl_->readers, health_sql, [&](Statement& query) { query.bind_text(1, terminal_id); },
      [&](Statement& query) -> Result<void> {
        counters.emplace_back(static_cast<std::uint16_t>(query.integer(0)), query.integer(1));
        return {};
      });
  if (!done) return done.error();
  return counters;
}

Result<void> Ledger::for_each_within(
    const std::string& terminal_id, std::int64_t from_utc_ms, std::int64_t to_utc_ms,
    const std::function<void(std::uint64_t epoch, const protocol::Numbered&)>& each) const {
  auto db = impl_->readers.take();
  if (!db) return db.error();
  const auto terminals = booked(**db);
  if (!terminals) return terminals.error();
  for (const Booked& terminal : *terminals) {
    if (terminal.id == terminal_id)
      return each_record(**db, terminal, {from_utc_ms, to_utc_ms}, each);
  }
  return {};
}

}  // namespace lujing::ledger
