// Whether the books hold all that the vehicles told: what an audit says of it.
#pragma once

#include "platform/report/collector.h"

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>
#include <span>

namespace lujing::ctl {

bool whole_books(std::span<const report::Collected> vehicles);
/// {"whole": false, "missing": [{"vehicle", "epoch", "first_seq", "last_seq", ...}]}
nlohmann::ordered_json books_json(std::span<const report::Collected> vehicles);
/// A line for each; nothing where the books are whole.
void print_missing(std::span<const report::Collected> vehicles, int utc_offset_min,
                   std::ostream& out);

}  // namespace lujing::ctl
