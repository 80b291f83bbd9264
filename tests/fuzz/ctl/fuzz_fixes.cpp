// Any text as a table of fixes: each row is a fix of its track, and no number in it is none.
#include "ctl/fixes_csv.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lujing;
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  const auto file = ctl::read_fixes(in);
  if (!file) return 0;
  std::size_t fixes = 0;
  for (const ctl::FixesTrack& track : file->tracks) {
    fixes += track.fixes.size();
    if (track.times.size() != track.fixes.size()) std::abort();
    if (track.places.size() != track.fixes.size()) std::abort();
    for (const core::RawFix& fix : track.fixes) {
      const double all =
          fix.speed_mps.value_or(0) + fix.heading_rad.value_or(0) + fix.sigma_m.value_or(1);
      if (!std::isfinite(all) || fix.sigma_m.value_or(1) <= 0) std::abort();
    }
  }
  if (fixes != file->fixes) std::abort();
  return 0;
}
