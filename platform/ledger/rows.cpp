#include "platform/ledger/rows.h"

namespace lujing::ledger {

namespace {

std::int32_t int32_at(const Statement& query, int column) {
  return static_cast<std::int32_t>(query.integer(column));
}

}  // namespace

std::optional<TrackRow> point_from(const Statement& query, int c) {
  if (query.is_null(c)) return std::nullopt;
  TrackRow row;
  row.epoch = static_cast<std::uint64_t>(query.integer(c));
  row.seq = static_cast<std::uint64_t>(query.integer(c + 1));
  row.utc_ms = query.maybe_integer(c + 2);
  row.point.position = {int32_at(query, c + 3), int32_at(query, c + 4)};
  row.point.speed_cmps = int32_at(query, c + 5);
  row.point.course_cdeg = int32_at(query, c + 6);
  row.point.accuracy_dm = int32_at(query, c + 7);
  row.point.odometer_m = query.integer(c + 8);
  row.point.source = static_cast<protocol::PositionSource>(query.integer(c + 9));
  row.point.reason = static_cast<protocol::TrackReason>(query.integer(c + 10));
  return row;
}

void bind_point(Statement& statement, int i, const std::optional<TrackRow>& row) {
  if (!row) {
    for (int k = 0; k < point_columns; ++k) statement.bind_null(i + k);
    return;
  }
  const auto& point = row->point;
  statement.bind(i, static_cast<std::int64_t>(row->epoch));
  statement.bind(i + 1, static_cast<std::int64_t>(row->seq)).bind(i + 2, row->utc_ms);
  statement.bind(i + 3, std::int64_t{point.position.lat_e7});
  statement.bind(i + 4, std::int64_t{point.position.lon_e7});
  statement.bind(i + 5, std::int64_t{point.speed_cmps});
  statement.bind(i + 6, std::int64_t{point.course_cdeg});
  statement.bind(i + 7, std::int64_t{point.accuracy_dm}).bind(i + 8, point.odometer_m);
  statement.bind(i + 9, static_cast<std::int64_t>(point.source));
  statement.bind(i + 10, static_cast<std::int64_t>(point.reason));
}

std::optional<protocol::VehicleState> state_from(const Statement& query, int c) {
  if (query.is_null(c)) return std::nullopt;
  protocol::VehicleState state;
  state.moving = query.integer(c) != 0;
  state.cover = static_cast<protocol::Cover>(query.integer(c + 1));
  state.hoist = static_cast<protocol::Hoist>(query.integer(c + 2));
  state.load = static_cast<protocol::Load>(query.integer(c + 3));
  state.work_bits = static_cast<std::uint32_t>(query.integer(c + 4));
  state.position = {int32_at(query, c + 5), int32_at(query, c + 6)};
  return state;
}

void bind_state(Statement& statement, int i, const std::optional<protocol::VehicleState>& state) {
  if (!state) {
    for (int k = 0; k < 7; ++k) statement.bind_null(i + k);
    return;
  }
  statement.bind(i, std::int64_t{state->moving});
  statement.bind(i + 1, static_cast<std::int64_t>(state->cover));
  statement.bind(i + 2, static_cast<std::int64_t>(state->hoist));
  statement.bind(i + 3, static_cast<std::int64_t>(state->load));
  statement.bind(i + 4, std::int64_t{state->work_bits});
  statement.bind(i + 5, std::int64_t{state->position.lat_e7});
  statement.bind(i + 6, std::int64_t{state->position.lon_e7});
}

}  // namespace lujing::ledger
