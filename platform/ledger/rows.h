// Points and states as columns, in the order in which the table `terminal` has them.
#pragma once

#include "platform/ledger/ledger.h"
#include "platform/ledger/sqlite.h"

#include <optional>

namespace lujing::ledger {

/// epoch, seq, utc_ms, lat_e7, lon_e7, speed_cmps, course_cdeg, accuracy_dm, odometer_m, source,
/// reason.
inline constexpr int point_columns = 11;
std::optional<TrackRow> point_from(const Statement& query, int first_column);
void bind_point(Statement& statement, int first_index, const std::optional<TrackRow>& row);

/// moving, cover, hoist, load, work_bits, lat_e7, lon_e7.
std::optional<protocol::VehicleState> state_from(const Statement& query, int first_column);
void bind_state(Statement& statement, int first_index,
                const std::optional<protocol::VehicleState>& state);

}  // namespace lujing::ledger
