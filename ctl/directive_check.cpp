#include "ctl/directive_check.h"

#include "protocol/directive.h"
#include "terminal/config/fences.h"
#include "terminal/config/limits.h"
#include "terminal/config/permits.h"
#include "terminal/config/plan.h"
#include "terminal/config/terminal_config.h"
#include "terminal/core/directive/text.h"
#include "terminal/core/fence/index.h"
#include "terminal/core/haul/control.h"
#include "terminal/core/roads/network.h"

#include <optional>
#include <set>
#include <span>
#include <utility>

namespace lujing::ctl {
namespace {

constexpr std::size_t most_named = 5;

template <class Value>
Result<void> verdict(const Result<Value>& value) {
  return value ? Result<void>() : Result<void>(value.error());
}

Result<void> check_fences(const std::string& body) {
  auto set = config::parse_fences(body);
  if (!set) return set.error();
  return verdict(core::FenceIndex::make(std::move(*set)));
}

/// As the document calls itself.
struct Own {
  std::string name;
  std::int64_t version = 0;
};

std::optional<Own> own_of(DirectiveKind kind, const std::string& body) {
  if (kind == DirectiveKind::permits) {
    const auto set = config::parse_permits(body);
    if (set) return Own{"permits", set->version};
  } else if (kind == DirectiveKind::plan) {
    const auto plan = config::read_plan(body);
    if (plan) return Own{plan->name, plan->version};
  } else if (kind == DirectiveKind::rule_set) {
    const auto profile = config::parse_profile("rule_set", body);
    if (profile) return Own{profile->name, profile->version};
  }
  return std::nullopt;
}

}  // namespace

Result<void> check_follows(DirectiveKind kind, const std::string& body, const std::string& older) {
  const auto mine = own_of(kind, body);
  const auto before = own_of(kind, older);
  if (!mine || !before || mine->name != before->name || body == older) return {};
  if (mine->version > before->version) return {};
  return Error(mine->name + ": version = " + std::to_string(mine->version) +
               " in the body, and these vehicles were sent version " +
               std::to_string(before->version) + " before: give it a version above that");
}

Result<void> check_directive_body(DirectiveKind kind, const std::string& body) {
  if (body.empty()) return Error("the body is empty; to take a directive back: directive withdraw");
  if (body.size() > protocol::max_directive_bytes) {
    return Error("the body has " + std::to_string(body.size()) + " bytes; at most " +
                 std::to_string(protocol::max_directive_bytes) + " are sent");
  }
  core::CoreConfig scratch;
  switch (kind) {
    case DirectiveKind::rule_set:
      return config::read_rule_set(body, scratch);
    case DirectiveKind::plan:
      return verdict(config::read_plan(body));
    case DirectiveKind::fences:
      return check_fences(body);
    case DirectiveKind::permits:
      return config::check_permits_to_send(body);
    case DirectiveKind::roads:
      return verdict(core::RoadNetwork::open(std::as_bytes(std::span(body))));
    case DirectiveKind::driver_text:
      return core::check_driver_text(body);
    case DirectiveKind::control:
      return verdict(config::parse_limits(body));
    default:
      return {};
  }
}

std::string warn_of_directive_body(DirectiveKind kind, const std::string& body) {
  if (kind == DirectiveKind::fences) {
    const auto set = config::parse_fences(body);
    return set && set->fences.empty() ? "there is no fence in it: these vehicles will have none"
                                      : std::string();
  }
  if (kind != DirectiveKind::rule_set || body.empty()) return {};
  const auto profile = config::parse_profile("rule_set", body);
  return profile ? config::off_unnamed_warning(*profile) : std::string();
}

std::string warn_of_unknown_fences(const std::string& permits,
                                   const std::vector<std::string>& fences) {
  const auto set = config::parse_permits(permits);
  if (!set) return {};
  std::set<std::string> drawn;
  for (const std::string& body : fences) {
    const auto one = config::parse_fences(body);
    if (!one) continue;
    for (const core::Fence& fence : one->fences) drawn.insert(fence.id);
  }
  std::string unknown;
  std::size_t count = 0;
  for (const core::Permit& permit : set->permits) {
    for (const auto* ids : {&permit.loading, &permit.unloading, &permit.routes}) {
      for (const std::string& id : *ids) {
        if (drawn.contains(id)) continue;
        if (++count <= most_named) unknown += (count > 1 ? ", " : "") + permit.id + ": " + id;
      }
    }
  }
  if (count == 0) return {};
  if (count > most_named) unknown += " and " + std::to_string(count - most_named) + " more";
  return "fences that are in no fences directive (" + unknown +
         "): put them, too, or correct their ids; nothing is ever inside them";
}

}  // namespace lujing::ctl
