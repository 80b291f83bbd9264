#include "ctl/audit_output.h"

#include "base/time.h"
#include "platform/report/in_force.h"
#include "protocol/work_records.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;
using report::Mark;

const char* word_of(core::Kerb kerb) {
  return kerb == core::Kerb::left ? "left" : "right";
}

std::optional<double> quotient(double part, double whole) {
  return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

std::optional<double> litres_per_km(const report::Water& water) {
  return quotient(static_cast<double>(water.water_dl) / 10,
                  static_cast<double>(water.driven_dm) / 10'000);
}

std::optional<double> litres_per_m2(const report::Water& water) {
  return quotient(static_cast<double>(water.water_dl) / 10, report::square_metres(water.area));
}

std::string number(std::optional<double> value) {
  return value ? fmt::format("{:.3f}", *value) : "not appl.";
}

/// What made it end, in a driver's mark; the dispatcher's ends when he said.
const char* ended_word(const Mark& mark) {
  if (!mark.by_driver) return "as said";
  return mark.ended == protocol::MarkEnd::none ? "not ended" : to_string(mark.ended);
}

Json passing_json(const report::DrilledPassing& one, core::Kerb kerb, std::int32_t length_cm,
                  const std::vector<std::string>& ids) {
  const core::Passing& passing = one.passing;
  Json json{{"kerb", word_of(kerb)},
            {"work", to_string(passing.work)},
            {"state", to_string(passing.state)},
            {"reason", to_string(passing.reason)},
            {"evidence", to_string(passing.evidence)},
            {"from_m", passing.from_cm / 100.0},
            {"to_m", passing.to_cm / 100.0},
            {"counts_m", static_cast<double>(one.counts_cm) / 100},
            {"counts_share", rate_json(quotient(static_cast<double>(one.counts_cm), length_cm))},
            {"repeats_m", static_cast<double>(one.repeats_cm) / 100},
            {"begin", to_iso8601(UtcTime{passing.begin_ms})},
            {"end", to_iso8601(UtcTime{passing.end_ms})},
            {"vehicle", passing.vehicle < ids.size() ? ids[passing.vehicle] : std::string()},
            {"epoch", fmt::format("{:016x}", passing.epoch)},
            {"seq", passing.seq}};
  if (one.boot_id != 0) {
    json["journal"] = {{"boot_id", fmt::format("{:016x}", one.boot_id)},
                       {"from_s", static_cast<double>(one.begin_boot_ms) / 1000},
                       {"to_s", static_cast<double>(one.end_boot_ms) / 1000}};
  }
  return json;
}

}  // namespace

nlohmann::ordered_json rate_json(std::optional<double> rate) {
  return rate ? Json(*rate) : Json("not applicable");
}

std::string percent(std::optional<double> rate) {
  return rate ? fmt::format("{:7.2f} %", *rate * 100) : "not appl.";
}

std::optional<double> empty_running(const report::VehicleTotals& vehicle) {
  if (vehicle.type == "muck" || vehicle.driven_m <= 0) return std::nullopt;
  return 1 - static_cast<double>(vehicle.effective_dm) / static_cast<double>(vehicle.driven_m * 10);
}

nlohmann::ordered_json vehicle_json(const report::VehicleTotals& vehicle) {
  Json json{{"vehicle", vehicle.id},
            {"type", vehicle.type},
            {"driven_km", static_cast<double>(vehicle.driven_m) / 1000},
            {"effective_km", static_cast<double>(vehicle.effective_dm) / 10'000},
            {"empty_running", rate_json(empty_running(vehicle))}};
  for (std::size_t kind = 0; kind < protocol::work_kinds; ++kind) {
    const report::WorkTotals& work = vehicle.work[kind];
    if (work.lasted_ms == 0) continue;
    json["work"][to_string(static_cast<protocol::Work>(kind))] = {
        {"km", static_cast<double>(work.driven_dm) / 10'000},
        {"hours", static_cast<double>(work.lasted_ms) / 3'600'000},
        {"water_m3", static_cast<double>(work.water_dl) / 10'000}};
  }
  return json;
}

nlohmann::ordered_json water_json(const report::Water& water) {
  return {{"m3", static_cast<double>(water.water_dl) / 10'000},
          {"litres_per_km", rate_json(litres_per_km(water))},
          {"litres_per_m2", rate_json(litres_per_m2(water))}};
}

void print_vehicles(const report::Report& report, std::ostream& out) {
  out << fmt::format("\nwater      {:.3f} m3, {} l/km, {} l/m2\n",
                     static_cast<double>(report.water.water_dl) / 10'000,
                     number(litres_per_km(report.water)), number(litres_per_m2(report.water)));
  out << fmt::format("\n{:<16}{:<12}{:>12}{:>14}{:>11}{:>11}\n", "vehicle", "type", "driven km",
                     "effective km", "effective", "empty");
  for (const report::VehicleTotals& one : report.vehicles) {
    if (one.id == "dispatcher") continue;  // it drives nothing
    const auto empty = empty_running(one);
    out << fmt::format("{:<16}{:<12}{:>12.3f}{:>14.3f}{:>11}{:>11}\n", one.id, one.type,
                       static_cast<double>(one.driven_m) / 1000,
                       static_cast<double>(one.effective_dm) / 10'000,
                       percent(empty ? std::optional(1 - *empty) : std::nullopt), percent(empty));
  }
}

nlohmann::ordered_json marks_json(std::span<const report::Mark> marks) {
  Json list = Json::array();
  for (const Mark& mark : marks) {
    Json pieces = Json::array();
    for (const core::Excepted& piece : mark.pieces) {
      pieces.push_back({{"link", piece.kerb.link},
                        {"kerb", word_of(piece.kerb.kerb)},
                        {"from_m", piece.from_cm / 100.0},
                        {"to_m", piece.to_cm / 100.0}});
    }
    list.push_back({{"begin", to_iso8601(UtcTime{mark.from_ms})},
                    {"end", to_iso8601(UtcTime{mark.to_ms})},
                    {"seconds", static_cast<double>(mark.to_ms - mark.from_ms) / 1000},
                    {"length_m", static_cast<double>(mark.length_cm) / 100},
                    {"vehicle", mark.vehicle},
                    {"who", mark.who},
                    {"why", to_string(mark.why)},
                    {"note", mark.note},
                    {"ended_by", ended_word(mark)},
                    {"kerbs", std::move(pieces)}});
  }
  return list;
}

nlohmann::ordered_json excused_json(const report::ExcusedShare& share) {
  return {{"asked_km", report::km(share.asked)},
          {"excepted_km", report::km(share.excepted)},
          {"share", rate_json(share.share())},
          {"limit", share.limit},
          {"over_limit", share.over()}};
}

void print_marks(std::span<const report::Mark> marks, const report::ExcusedShare& share,
                 int utc_offset_min, std::ostream& out) {
  out << fmt::format("\nexceptions {}, {:.3f} km of {:.3f} km asked, {}\n", marks.size(),
                     report::km(share.excepted), report::km(share.asked),
                     share.share() ? fmt::format("{:.2f} %", *share.share() * 100) : "not appl.");
  if (share.over()) {
    out << fmt::format(
        "TOO MUCH EXCUSED  more than {:.1f} % (the profile's [exceptions] share_max): look at who, "
        "when and why\n",
        share.limit * 100);
  }
  if (marks.empty()) return;
  out << fmt::format("{:<17}{:<12}{:<14}{:<17}{:>9}{:>9}  {}\n", "from", "vehicle", "who", "why",
                     "m", "s", "ended by");
  for (const Mark& mark : marks) {
    out << fmt::format("{:<17}{:<12}{:<14}{:<17}{:>9.1f}{:>9.0f}  {}{}{}\n",
                       report::local_text(mark.from_ms, utc_offset_min), mark.vehicle, mark.who,
                       to_string(mark.why), static_cast<double>(mark.length_cm) / 100,
                       static_cast<double>(mark.to_ms - mark.from_ms) / 1000, ended_word(mark),
                       mark.note.empty() ? "" : "  ", mark.note);
  }
}

nlohmann::ordered_json drill_json(const core::RoadNetwork& roads, core::LinkId link,
                                  std::span<const report::DrilledKerb> kerbs,
                                  const std::vector<std::string>& ids) {
  const core::Link values = roads.link(link);
  Json json{{"link", link},           {"road", roads.road_name(link)},
            {"way", values.way},      {"length_m", values.length_cm / 100.0},
            {"kerbs", Json::array()}, {"passings", Json::array()}};
  for (const report::DrilledKerb& kerb : kerbs) {
    const core::Account& account = kerb.account;
    const auto metres = [](std::int64_t cm) { return static_cast<double>(cm) / 100; };
    json["kerbs"].push_back(
        {{"kerb", word_of(kerb.kerb)},
         {"length_m", metres(account.length_cm)},
         {"covered_m", metres(account.covered_cm)},
         {"excepted_m", metres(account.excepted_cm)},
         {"no_data_m", metres(account.no_data_cm)},
         {"not_done_m", metres(account.not_done_cm)},
         {"rate",
          rate_json(quotient(static_cast<double>(account.covered_cm),
                             static_cast<double>(account.length_cm - account.excepted_cm)))}});
    for (const report::DrilledPassing& one : kerb.passings) {
      json["passings"].push_back(
          passing_json(one, kerb.kerb, static_cast<std::int32_t>(account.length_cm), ids));
    }
  }
  return json;
}

}  // namespace lujing::ctl
