#include "terminal/core/haul/load_watch.h"

namespace lujing::core {
namespace {

constexpr std::int64_t falls_ns = 4 * ns_per_s;  ///< as load collectors on sale do it
constexpr std::int64_t falls_open_ns = ns_per_s;
constexpr std::int64_t rises_ns = 5 * ns_per_s;

std::optional<int> level_of(protocol::Load load) {
  switch (load) {
    case protocol::Load::empty:
    case protocol::Load::light:
      return 0;
    case protocol::Load::half:
      return 1;
    case protocol::Load::full:
    case protocol::Load::over:
      return 2;
    case protocol::Load::invalid:
    case protocol::Load::fault:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

LoadEvent LoadWatch::take(BootTime now, protocol::Load load, bool open) {
  const std::optional<int> level = level_of(load);
  if (!level || level == level_) {
    next_.reset();
    return LoadEvent::none;
  }
  if (next_ != level) {
    next_ = level;
    since_ = now;
  }
  const bool falls = level_ && *level < *level_;
  const std::int64_t lasts_ns = !falls ? rises_ns : open && *level > 0 ? falls_open_ns : falls_ns;
  if (now.ns - since_.ns < lasts_ns) return LoadEvent::none;
  const std::optional<int> before = level_;
  level_ = level;
  next_.reset();
  if (!before) return *level > 0 ? LoadEvent::found_laden : LoadEvent::none;
  if (*level == 0) return LoadEvent::unloaded;
  if (*before == 0) return LoadEvent::loaded;
  return *level > *before ? LoadEvent::more : LoadEvent::less;
}

Truth LoadWatch::laden() const {
  return level_ ? truth(*level_ > 0) : Truth::unknown;
}

}  // namespace lujing::core
