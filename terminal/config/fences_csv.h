// The CSV form of a fence file. Internal to terminal/config.
#pragma once

#include "terminal/config/fences.h"

#include <string_view>
#include <vector>

namespace lujing::config {

Result<FenceFile> parse_fence_csv(std::string_view bytes, const FenceFileOptions& options);

/// The cells of one line; quotes may hold commas. `line` ends before its line end.
std::vector<std::string_view> csv_cells(std::string_view line);
/// As some editors and spreadsheets save it.
std::string_view without_byte_order_mark(std::string_view bytes);
/// The next line of `rest`, without its end, which is taken off; false where nothing is left.
bool next_line(std::string_view& rest, std::string_view& line);

}  // namespace lujing::config
