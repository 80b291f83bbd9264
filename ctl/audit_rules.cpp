#include "ctl/audit_rules.h"

#include "base/time.h"
#include "base/toml_reader.h"
#include "protocol/chain.h"
#include "protocol/directive.h"
#include "terminal/config/plan.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <ostream>
#include <utility>

namespace lujing::ctl {
namespace {

constexpr std::size_t largest_document_bytes = std::size_t{4} << 20;

const char* word(const std::string& kind) {
  if (kind == "rule_set") return "profile";
  return kind == "roads" ? "roads" : "plan";
}

nlohmann::ordered_json given_json(const report::Given& one) {
  return {{"kind", word(one.kind)},
          {"file", one.file},
          {"name", one.name},
          {"version", one.version},
          {"sha256", one.sha256}};
}

}  // namespace

Result<void> AuditRules::add_plan(const std::string& path) {
  const auto text = read_text_file(path, largest_document_bytes);
  if (!text) return text.error();
  auto plan = config::parse_plan(path, *text);
  if (!plan) return plan.error();
  report::Given one{"plan",
                    path,
                    plan->name,
                    std::to_string(plan->version),
                    protocol::to_hex(protocol::sha256_of(*text)),
                    {}};
  given.push_back(one);
  plans.push_back({std::move(*plan), std::move(one)});
  return {};
}

Result<void> AuditRules::set_profile(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) return text.error();
  auto read = config::parse_profile(path, *text);
  if (!read) return read.error();
  given.push_back({"rule_set", path, read->name, std::to_string(read->version),
                   protocol::to_hex(protocol::sha256_of(*text)), read->rule_set()});
  profile = std::move(*read);
  return {};
}

void AuditRules::set_roads(const std::string& path, const std::string& name, std::uint64_t version,
                           std::string_view bytes) {
  given.push_back({"roads",
                   path,
                   name,
                   fmt::format("{:016x}", version),
                   protocol::to_hex(protocol::sha256_of(bytes)),
                   {}});
}

void AuditRules::compare(std::vector<report::InForce> in_force, std::uint64_t other_roads,
                         int utc_offset_min) {
  had = std::move(in_force);
  differences = report::differences(given, had, utc_offset_min);
  if (!profile) differences.push_back(without_profile());
  if (other_roads > 0) {
    differences.push_back(
        fmt::format("{} records name another version of the roads: what they say is in no rate "
                    "here; audit them with the road file that was in force",
                    other_roads));
  }
}

/// Our defaults are no city's law, whatever they come to.
std::string AuditRules::without_profile() const {
  std::string text =
      "no --profile was given: every class of road counts and a pass is 90 % of a kerb (our "
      "defaults), which is no city's law";
  std::string their;
  for (const report::InForce& one : had) {
    if (one.kind == "rule_set") their += (their.empty() ? "" : ", ") + report::text_of(one);
  }
  return their.empty() ? text : text + "; the vehicles had profile " + their;
}

nlohmann::ordered_json AuditRules::json(int utc_offset_min) const {
  nlohmann::ordered_json json;
  json["given"] = nlohmann::ordered_json::array();
  for (const report::Given& one : given) json["given"].push_back(given_json(one));
  if (!profile) json["profile"] = "none given: our defaults";
  json["in_force"] = nlohmann::ordered_json::array();
  for (const report::InForce& one : had) {
    const bool ended = one.to_ms != std::numeric_limits<std::int64_t>::max();
    nlohmann::ordered_json had_json{{"kind", word(one.kind)},
                                    {"directive_version", one.version},
                                    {"sha256", one.sha256},
                                    {"from", to_iso8601(UtcTime{one.from_ms})},
                                    {"from_local", report::local_text(one.from_ms, utc_offset_min)},
                                    {"vehicles", one.vehicles}};
    had_json["to"] = ended ? nlohmann::ordered_json(to_iso8601(UtcTime{one.to_ms})) : nullptr;
    if (one.version == 0) had_json["own_file"] = one.rule_set;
    for (const report::Given& each : given) {
      if (report::same(each, one)) had_json["given"] = each.file;
    }
    json["in_force"].push_back(std::move(had_json));
  }
  json["as_in_force"] = differences.empty();
  json["differences"] = differences;
  return json;
}

void AuditRules::print(std::ostream& out, int utc_offset_min) const {
  for (const report::Given& one : given) {
    out << fmt::format("{:<11}{}, version {}, sha256 {}, {}\n", word(one.kind), one.name,
                       one.version, one.sha256, one.file);
  }
  if (!profile) {
    out << "profile    none given: a pass is 90 % of a kerb, every class counts (our defaults)\n";
  }
  for (const report::InForce& one : had) {
    std::string which;
    for (const report::Given& each : given) {
      if (report::same(each, one)) which = ", given as " + each.file;
    }
    out << fmt::format("in force   {} {}, {} to {}, {} vehicle{}{}\n", word(one.kind),
                       report::text_of(one), report::local_text(one.from_ms, utc_offset_min),
                       report::local_text(one.to_ms, utc_offset_min), one.vehicles.size(),
                       one.vehicles.size() == 1 ? "" : "s", which);
  }
  for (const std::string& difference : differences)
    out << "NOT AS IN FORCE  " << difference << "\n";
}

}  // namespace lujing::ctl
