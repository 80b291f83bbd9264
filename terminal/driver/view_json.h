// What the driver's page is told: one small JSON object, twice a second
// (terminal/driver/DRIVER.md).
#pragma once

#include "terminal/core/snapshot.h"
#include "terminal/driver/words.h"

#include <string>

namespace lujing::driver {

struct ViewParts {
  core::Snapshot now;
  std::string plate;
  bool online = false;
  bool can_mark = false;  ///< a blocked kerb
  Language language = Language::zh;
};

std::string view_json(const ViewParts& parts);

}  // namespace lujing::driver
