#include "ctl/missing_books.h"

#include "base/time.h"
#include "platform/report/in_force.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>
#include <string>

namespace lujing::ctl {
namespace {

constexpr ledger::Span always;

std::string time_text(std::int64_t utc_ms, std::optional<int> utc_offset_min) {
  return utc_offset_min ? report::local_text(utc_ms, *utc_offset_min) : to_iso8601(UtcTime{utc_ms});
}

std::string when_text(const ledger::Span& between, std::optional<int> utc_offset_min) {
  const bool begins = between.from_ms != always.from_ms;
  const bool ends = between.to_ms != always.to_ms;
  if (!begins && !ends) return "at a time that is not known";
  std::string text;
  if (begins) text = "after " + time_text(between.from_ms, utc_offset_min);
  if (begins && ends) text += " and ";
  if (ends) text += "before " + time_text(between.to_ms, utc_offset_min);
  return text;
}

}  // namespace

bool whole_books(std::span<const ledger::MissingOf> vehicles) {
  return std::all_of(vehicles.begin(), vehicles.end(),
                     [](const ledger::MissingOf& one) { return one.missing.empty(); });
}

nlohmann::ordered_json books_json(std::span<const ledger::MissingOf> vehicles) {
  nlohmann::ordered_json json{{"whole", whole_books(vehicles)},
                              {"missing", nlohmann::ordered_json::array()}};
  for (const ledger::MissingOf& vehicle : vehicles) {
    for (const ledger::Missing& lack : vehicle.missing) {
      nlohmann::ordered_json one{{"vehicle", vehicle.terminal},
                                 {"epoch", fmt::format("{:016x}", lack.epoch)},
                                 {"first_seq", lack.first_seq},
                                 {"last_seq", lack.last_seq},
                                 {"noticed", lack.noticed}};
      if (lack.between.from_ms != always.from_ms)
        one["after"] = to_iso8601(UtcTime{lack.between.from_ms});
      if (lack.between.to_ms != always.to_ms)
        one["before"] = to_iso8601(UtcTime{lack.between.to_ms});
      json["missing"].push_back(std::move(one));
    }
  }
  return json;
}

void print_missing(std::span<const ledger::MissingOf> vehicles, std::optional<int> utc_offset_min,
                   std::ostream& out) {
  for (const ledger::MissingOf& vehicle : vehicles) {
    for (const ledger::Missing& lack : vehicle.missing) {
      out << fmt::format(
          "BOOKS NOT WHOLE  {}: records {} to {} of epoch {:016x}, {}: {}\n", vehicle.terminal,
          lack.first_seq, lack.last_seq, lack.epoch, when_text(lack.between, utc_offset_min),
          lack.noticed ? "never came, the vehicle no longer had them; its journal may"
                       : "are not in the books; take those of a backup");
    }
  }
}

}  // namespace lujing::ctl
