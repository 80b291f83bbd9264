// Street names that read like a city on the middle Yangtze and belong to no real one.
#pragma once

#include "sim/city/city.h"
#include "sim/random.h"

#include <string>
#include <vector>

namespace lujing::sim {

/// Gives each name once; when the words are used up it counts (青云一路, 青云二路).
class StreetNames {
 public:
  explicit StreetNames(Random random);
  std::string next(RoadClass road_class);

 private:
  std::vector<std::string> words_;
  std::size_t used_ = 0;
};

}  // namespace lujing::sim
