// Views as the JSON of API.md. Text that came from a vehicle may be anything: what is not UTF-8 is
// replaced, never passed on.
#pragma once

#include "platform/directives/store.h"
#include "platform/dispatch/live_state.h"
#include "platform/ledger/ledger.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lujing::dispatch {

std::string vehicle_json(const VehicleView& vehicle);
std::string vehicles_json(std::span<const VehicleView> vehicles);
std::string alarms_json(std::span<const AlarmView> alarms);
std::string track_json(const std::string& terminal_id, std::span<const ledger::TrackRow> points);
std::string health_json(const std::string& terminal_id,
                        std::span<const std::pair<std::uint16_t, std::int64_t>> counters);
/// `verdicts` ordered by name and version as the entries are.
std::string directives_json(std::span<const directives::Entry> entries,
                            std::span<const directives::Verdict> verdicts);
std::string status_json(const std::string& software, const Totals& totals, std::int64_t uptime_s);
std::string error_json(std::string_view what);

/// The messages of the WebSocket.
std::string hello_message(std::int64_t utc_ms);
std::string vehicle_message(const VehicleView& vehicle);
std::string alarm_message(const AlarmView& alarm);

}  // namespace lujing::dispatch
