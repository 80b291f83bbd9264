// By which plan, profile and roads an audit makes its rates, and which ones the vehicles had.
#pragma once

#include "base/result.h"
#include "platform/report/in_force.h"
#include "platform/report/plan_versions.h"
#include "terminal/config/terminal_config.h"

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace lujing::ctl {

struct AuditRules {
  std::vector<report::Given> given;
  std::vector<report::PlanVersion> plans;
  std::optional<config::Profile> profile;  ///< none: our defaults
  std::vector<report::InForce> had;
  std::vector<std::string> differences;  ///< none: what was given is what was in force

  Result<void> add_plan(const std::string& path);
  Result<void> set_profile(const std::string& path);
  void set_roads(const std::string& path, const std::string& name, std::uint64_t version,
                 std::string_view bytes);
  /// Once all is given and the books are read. `other_roads`: records of other road files.
  void compare(std::vector<report::InForce> in_force, std::uint64_t other_roads,
               int utc_offset_min);

  std::string without_profile() const;
  nlohmann::ordered_json json(int utc_offset_min) const;
  void print(std::ostream& out, int utc_offset_min) const;
};

}  // namespace lujing::ctl
