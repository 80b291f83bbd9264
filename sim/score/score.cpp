#include "sim/score/score.h"

#include <algorithm>
#include <cmath>

namespace lujing::score {
namespace {

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const std::size_t index = std::min(values.size() - 1, rank == 0 ? 0 : rank - 1);
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index),
                   values.end());
  return values[index];
}

void sum_up(std::vector<double>& errors_m, PositionScore& position) {
  position.points = errors_m.size();
  position.median_m = percentile(errors_m, 0.5);
  position.p95_m = percentile(errors_m, 0.95);
  position.p99_m = percentile(errors_m, 0.99);
  position.max_m = percentile(errors_m, 1.0);
}

constexpr std::size_t most_stretches = 50'000;
constexpr double too_short_to_see_m = 1;

}  // namespace

void draw(Score& score, const Ways& ways, std::int64_t way, const Intervals& where, Stretch what,
          int side) {
  const std::vector<std::uint32_t> links = ways.links_of(way);
  for (const auto& [from, to] : where.parts()) {
    if (to - from < too_short_to_see_m) continue;
    for (const std::uint32_t id : links) {
      std::vector<GeoPoint> line = ways.find(id)->part(from, to);
      if (line.size() < 2 || score.stretches.size() >= most_stretches) continue;
      score.stretches.push_back({what, side, std::move(line)});
    }
  }
}

void Grader::add(const Truth& truth, const Found& found, const Ways* ways) {
  static const FoundOfVehicle nothing;
  score_.vehicles += truth.vehicles.size();
  for (const auto& [id, true_vehicle] : truth.vehicles) {
    const auto at = found.find(id);
    const FoundOfVehicle& found_vehicle = at == found.end() ? nothing : at->second;
    score_.records += found_vehicle.records;
    if (!true_vehicle.track.empty()) {
      const auto span = true_vehicle.track.back().utc_ms - true_vehicle.track.front().utc_ms;
      score_.hours += static_cast<double>(span) / 3'600'000;
    }
    score_position(id, true_vehicle, found_vehicle, errors_m_, score_);
    score_alarms(id, true_vehicle, found_vehicle, delays_s_, score_);
    score_trips(id, true_vehicle, found_vehicle, truth.settled_ms(), score_);
    if (ways != nullptr) score_path(true_vehicle, found_vehicle, *ways, truth.settled_ms(), score_);
  }
  if (ways != nullptr) score_coverage(truth, found, *ways, score_);
}

Score Grader::score() {
  sum_up(errors_m_, score_.position);
  for (auto& [rule, delays] : delays_s_) {
    score_.alarms[rule].delay_median_s = percentile(delays, 0.5);
    score_.alarms[rule].delay_max_s = percentile(delays, 1.0);
  }
  return score_;
}

Score grade(const Truth& truth, const Found& found, const Ways* ways) {
  Grader grader;
  grader.add(truth, found, ways);
  return grader.score();
}

}  // namespace lujing::score
