// One line of a table with commas, as RFC 4180 writes it.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace lujing {

/// The fields of `line`, without the blanks around them; a quoted field keeps its commas and
/// blanks, and "" in it is one quote. `fields` is filled anew. Fails where a quote does not end (a
/// field of several lines is not taken) or where text follows one.
Result<void> split_csv(std::string_view line, std::vector<std::string>& fields);

/// `text` as one field: in quotes where it has to be.
std::string csv_field(std::string_view text);

}  // namespace lujing
