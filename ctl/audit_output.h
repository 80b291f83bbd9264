// What an audit prints beside the rates: vehicles, water, exceptions, and one link opened.
#pragma once

#include "platform/report/drill.h"
#include "platform/report/marks.h"
#include "platform/report/rates.h"

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lujing::ctl {

nlohmann::ordered_json rate_json(std::optional<double> rate);
std::string percent(std::optional<double> rate);

/// Of the way that a vehicle drove. Not applicable: it does not move, or its work is not along
/// kerbs (a muck truck's).
std::optional<double> empty_running(const report::VehicleTotals& vehicle);
nlohmann::ordered_json vehicle_json(const report::VehicleTotals& vehicle);
nlohmann::ordered_json water_json(const report::Water& water);
void print_vehicles(const report::Report& report, std::ostream& out);

nlohmann::ordered_json marks_json(std::span<const report::Mark> marks);
nlohmann::ordered_json excused_json(const report::ExcusedShare& share);
void print_marks(std::span<const report::Mark> marks, const report::ExcusedShare& share,
                 int utc_offset_min, std::ostream& out);

nlohmann::ordered_json drill_json(const core::RoadNetwork& roads, core::LinkId link,
                                  std::span<const report::DrilledKerb> kerbs,
                                  const std::vector<std::string>& ids);

}  // namespace lujing::ctl
