// Fences against a contest's expected answers: every difference listed.
#include "tests/accuracy/study.h"
#include "tests/support/geofence_data.h"
#include "tests/support/shared_data.h"

#include <cstdio>

namespace lujing::accuracy {
namespace {

void list(const char* what, const std::map<test_support::GeofenceRow, double>& rows) {
  for (const auto& [row, off_m] : rows) {
    std::printf("  %s: point %lld seq %lld polygon %lld, %.3f m from the line\n", what,
                static_cast<long long>(std::get<0>(row)), static_cast<long long>(std::get<1>(row)),
                static_cast<long long>(std::get<2>(row)), off_m);
  }
}

int run(std::span<const std::string_view> arguments) {
  if (!arguments.empty()) return 1;
  const auto data = test_support::shared_data();
  if (!data) {
    std::printf("no recordings here; set LUJING_SHARED_DATA\n");
    return 1;
  }
  for (const double within_m : {0.0, 1000.0}) {
    const auto outcome = test_support::judge_geofence(*data / "geofence", within_m);
    if (!outcome) {
      std::printf("%s\n", outcome.error().what().c_str());
      return 1;
    }
    std::printf("%s: %zu reports, expected %zu, found %zu, missing %zu, extra %zu\n",
                within_m > 0 ? "within 1000 m" : "inside", outcome->reports, outcome->expected,
                outcome->found, outcome->missing.size(), outcome->extra.size());
    list("missing", outcome->missing);
    list("extra", outcome->extra);
  }
  return 0;
}

const bool registered = add(
    {"geofence", "fences against a contest's expected answers", "lujing-accuracy geofence", &run});

}  // namespace
}  // namespace lujing::accuracy
