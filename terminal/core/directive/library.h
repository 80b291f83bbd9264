// What the core is given to read directives with. An observation names a body by its hash; the body
// itself is looked up, so that a journal and a folder of bodies replay to the same records.
#pragma once

#include "base/directive_kind.h"
#include "base/result.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::core {

struct CoreConfig;
struct FenceSet;
struct PermitSet;
struct LimitRequest;

/// A body as the platform signed it. Who takes one may keep it: it never changes.
using DirectiveBody = std::shared_ptr<const std::string>;

/// Bodies by their SHA-256. The bytes are there before the core hears of them; the same hash gives
/// the same bytes, always.
class DirectiveLibrary {
 public:
  virtual ~DirectiveLibrary() = default;
  /// nullptr: it is not here.
  virtual DirectiveBody find(const Sha256& sha256) const = 0;
};

/// Puts a city profile's rules into a configuration, all of them or none: pure, the body is all
/// that it looks at (terminal/config has the one for TOML). What is not a rule stays as it is.
using RuleSetReader = std::function<Result<void>(std::string_view body, CoreConfig& config)>;

struct Plan;
/// Reads a work plan, whole or not at all (terminal/config/plan.h has the one for TOML).
using PlanReader = std::function<Result<Plan>(std::string_view body)>;

struct DirectiveInputs {
  std::shared_ptr<const DirectiveLibrary> library;  ///< nullptr: every body is missing
  RuleSetReader read_rule_set;                      ///< empty: rule sets are refused
  PlanReader read_plan = nullptr;                   ///< empty: plans are refused
  /// Likewise; a document is read whole or refused with the item that is wrong.
  std::function<Result<FenceSet>(std::string_view body)> read_fences = {};
  std::function<Result<PermitSet>(std::string_view body)> read_permits = {};
  std::function<Result<std::vector<LimitRequest>>(std::string_view body)> read_control = {};
};

}  // namespace lujing::core
