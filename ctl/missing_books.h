// Whether the books hold all that the vehicles told, in the same words wherever something is read
// out of them.
#pragma once

#include "platform/ledger/missing.h"

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>
#include <optional>
#include <span>

namespace lujing::ctl {

/// What a command ends with where records that its answer needs are missing from the books: it is
/// told all the same, out of what is there.
inline constexpr int books_not_whole = 4;

bool whole_books(std::span<const ledger::MissingOf> vehicles);
/// {"whole": false, "missing": [{"vehicle", "epoch", "first_seq", "last_seq", ...}]}
nlohmann::ordered_json books_json(std::span<const ledger::MissingOf> vehicles);
/// A line for each; nothing where the books are whole. Times are local; without an offset UTC.
void print_missing(std::span<const ledger::MissingOf> vehicles, std::optional<int> utc_offset_min,
                   std::ostream& out);

}  // namespace lujing::ctl
