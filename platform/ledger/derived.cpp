#include "platform/ledger/impl.h"

#include <map>

namespace lujing::ledger {

using protocol::AlarmState;

namespace {

bool is_late(const Origin& origin, const protocol::Stamp& stamp) {
  return !stamp.utc_ms || origin.received_utc_ms - *stamp.utc_ms > origin.live_ms;
}

}  // namespace

Result<void> Derived::prepare(Database& db) {
  const struct {
    Statement* statement;
    const char* sql;
  } all[] = {
      {&raise_,
       "INSERT INTO alarm(terminal, boot_id, rule, since_boot_ms, epoch, seq, state, raised_utc_ms,"
       " lat_e7, lon_e7, speed_cmps, rule_set, detail, late, listed_utc_ms)"
       " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)"
       " ON CONFLICT(terminal, boot_id, rule, since_boot_ms) DO NOTHING"},
      {&clear_,
       "UPDATE alarm SET cleared_utc_ms = ?5,"
       " state = CASE state WHEN 'suppressed' THEN state ELSE 'cleared' END"
       " WHERE terminal = ?1 AND boot_id = ?2 AND rule = ?3 AND since_boot_ms = ?4 RETURNING id"},
      // Its raising was lost in a gap: still told, as an alarm that is over.
      {&clear_unseen_,
       "INSERT INTO alarm(terminal, boot_id, rule, since_boot_ms, epoch, seq, state,"
       " cleared_utc_ms, lat_e7, lon_e7, speed_cmps, rule_set, detail, late, listed_utc_ms)"
       " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)"},
      {&end_,
       "UPDATE alarm SET state = 'ended', cleared_utc_ms = ?2"
       " WHERE terminal = ?1 AND state = 'raised'"},
      {&health_,
       "INSERT INTO health(terminal, counter, value) VALUES(?1,?2,?3)"
       " ON CONFLICT(terminal, counter) DO UPDATE SET value = excluded.value"},
  };
  for (const auto& [statement, sql] : all) {
    auto prepared = db.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return {};
}

Result<void> Derived::alarm(const Origin& origin, const protocol::Numbered& numbered,
                            const protocol::AlarmRecord& alarm) {
  const auto& stamp = numbered.record.stamp;
  const auto boot_id = static_cast<std::int64_t>(stamp.boot_id);
  if (alarm.state == AlarmState::cleared) {
    clear_.bind(1, origin.terminal).bind(2, boot_id).bind_text(3, alarm.rule);
    clear_.bind(4, alarm.since_boot_ms).bind(5, stamp.utc_ms);
    auto known = clear_.step();
    if (!known) return known.error();
    if (*known) {
      clear_.reset();
      return {};
    }
  } else if (alarm.state == AlarmState::pending) {
    return {};
  }
  Statement& add = alarm.state == AlarmState::cleared ? clear_unseen_ : raise_;
  add.bind(1, origin.terminal).bind(2, boot_id).bind_text(3, alarm.rule);
  add.bind(4, alarm.since_boot_ms).bind(5, static_cast<std::int64_t>(origin.epoch));
  add.bind(6, static_cast<std::int64_t>(numbered.seq)).bind_text(7, to_string(alarm.state));
  add.bind(8, stamp.utc_ms).bind(9, std::int64_t{alarm.position.lat_e7});
  add.bind(10, std::int64_t{alarm.position.lon_e7}).bind(11, std::int64_t{alarm.speed_cmps});
  add.bind_text(12, alarm.rule_set).bind_text(13, alarm.detail);
  add.bind(14, std::int64_t{is_late(origin, stamp)});
  add.bind(15, stamp.utc_ms.value_or(origin.received_utc_ms));
  return add.run();
}

Result<void> Derived::boot(const Origin& origin, const protocol::Stamp& stamp) {
  // Whatever was raised before this record was raised by a run of the terminal that is over, even
  // if the machine below it has not been started anew: nobody is left to clear it.
  end_.bind(1, origin.terminal).bind(2, stamp.utc_ms);
  return end_.run();
}

Result<void> Derived::apply(const Origin& origin, std::span<const protocol::Numbered> records,
                            TerminalRow& row) {
  std::map<std::uint16_t, std::int64_t> counters;
  const protocol::Numbered* point = nullptr;
  for (const auto& numbered : records) {
    const auto& payload = numbered.record.payload;
    if (std::holds_alternative<protocol::TrackPoint>(payload)) {
      point = &numbered;
    } else if (const auto* state = std::get_if<protocol::VehicleState>(&payload)) {
      row.state = *state;
      row.state_utc_ms = numbered.record.stamp.utc_ms;
    } else if (const auto* change = std::get_if<protocol::AlarmRecord>(&payload)) {
      if (auto r = alarm(origin, numbered, *change); !r) return r;
    } else if (std::holds_alternative<protocol::BootRecord>(payload)) {
      if (auto r = boot(origin, numbered.record.stamp); !r) return r;
    } else if (const auto* health = std::get_if<protocol::HealthRecord>(&payload)) {
      for (const auto& [id, value] : health->counters) counters[id] = value;
    }
  }
  if (point != nullptr)
    row.point = TrackRow{origin.epoch, point->seq, point->record.stamp.utc_ms,
                         std::get<protocol::TrackPoint>(point->record.payload)};
  for (const auto& [id, value] : counters) {
    health_.bind(1, origin.terminal).bind(2, std::int64_t{id}).bind(3, value);
    if (auto r = health_.run(); !r) return r;
  }
  return {};
}

}  // namespace lujing::ledger
