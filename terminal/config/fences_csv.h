// The CSV form of a fence file. Internal to terminal/config.
#pragma once

#include "terminal/config/fences.h"

#include <string_view>

namespace lujing::config {

Result<FenceFile> parse_fence_csv(std::string_view bytes, const FenceFileOptions& options);

/// The kind of a fence by its word; the error names all that there are.
Result<core::FenceKind> read_zone(std::string_view word);
/// As some editors and spreadsheets save it.
std::string_view without_byte_order_mark(std::string_view bytes);
/// The next line of `rest`, without its end, which is taken off; false where nothing is left.
bool next_line(std::string_view& rest, std::string_view& line);

}  // namespace lujing::config
