#include "terminal/core/run.h"

#include "protocol/chain.h"
#include "terminal/core/directive/text.h"

#include <cmath>
#include <utility>

namespace lujing::core {
namespace {

using protocol::Health;

constexpr double unsure_heading_rad = 0.5;
constexpr double thousandths = 1000;

}  // namespace

/// Who takes which directive.
void Run::listen(const CoreConfig& base, const DirectiveInputs& inputs) {
  if (inputs.read_rule_set) {
    directives.on(DirectiveKind::rule_set, {[this, &inputs](const DirectiveBody& told) {
                                              return inputs.read_rule_set(*told, config);
                                            },
                                            [this, &base] { config = base; }});
  }
  if (inputs.read_plan) {
    directives.on(DirectiveKind::plan, {[this, &inputs](const DirectiveBody& told) -> Result<void> {
                                          auto plan = inputs.read_plan(*told);
                                          if (!plan) return plan.error();
                                          cleaning.put_plan(std::move(*plan));
                                          return {};
                                        },
                                        [this] { cleaning.put_plan(std::nullopt); }});
  }
  if (inputs.read_fences) {
    directives.on(DirectiveKind::fences,
                  {[this, &inputs](const DirectiveBody& told) -> Result<void> {
                     auto set = inputs.read_fences(*told);
                     if (!set) return set.error();
                     auto index = FenceIndex::make(std::move(*set));
                     if (!index) return index.error();
                     haul.set_fences(std::move(*index));
                     return {};
                   },
                   [this] { haul.set_fences(nullptr); }});
  }
  if (inputs.read_permits) {
    directives.on(DirectiveKind::permits,
                  {[this, &inputs](const DirectiveBody& told) -> Result<void> {
                     auto set = inputs.read_permits(*told);
                     if (!set) return set.error();
                     haul.set_permits(std::move(*set));
                     return {};
                   },
                   [this] { haul.set_permits(std::nullopt); }});
  }
  if (inputs.read_control) {
    directives.on(DirectiveKind::control,
                  {[this, &inputs](const DirectiveBody& told) -> Result<void> {
                     if (!config.haul.control.enabled)
                       return Error("control is off in this vehicle's profile: [control] enabled");
                     auto wanted = inputs.read_control(*told);
                     if (!wanted) return wanted.error();
                     // Told again after a start: what a person has ended since stays ended.
                     std::string sha256 = protocol::to_hex(protocol::sha256(*told));
                     if (sha256 == platform_limits_sha256) return {};
                     platform_limits_sha256 = std::move(sha256);
                     platform_limits = std::move(*wanted);
                     return {};
                   },
                   [this] {
                     platform_limits_sha256.clear();
                     platform_limits.emplace();
                   }});
  }
  directives.on(DirectiveKind::roads,
                {[this](const DirectiveBody& told) { return on_road.put(told); },
                 [this] { on_road.forget(); }});
  directives.on(DirectiveKind::driver_text, {[this](const DirectiveBody& told) {
                                               auto good = check_driver_text(*told);
                                               if (good) driver_text = told;
                                               return good;
                                             },
                                             [this] { driver_text.reset(); }});
}

void count_haul(const Run& run, Counters& counters) {
  const Body& body = run.body;
  counters.set(Health::load_sources_differ, body.load_sources_differ());
  if (run.config.driver_card) {
    counters.set(Health::driver_card, static_cast<std::int64_t>(run.haul.driver_card()));
  }
  if (!run.config.load_raw) return;
  counters.set(Health::load_learnt_empty, std::llround(body.learner().empty() * thousandths));
  counters.set(Health::load_learnt_full, std::llround(body.learner().full() * thousandths));
}

void recall_haul(Run& run, const protocol::Record& told) {
  std::optional<double> empty;
  std::optional<double> full;
  for (const auto& [id, value] : std::get<protocol::HealthRecord>(told.payload).counters) {
    if (id == static_cast<std::uint16_t>(Health::driver_card) && value > 0) {
      std::optional<UtcTime> then;
      if (told.stamp.utc_ms) then = UtcTime{*told.stamp.utc_ms};
      run.haul.resume_driver(static_cast<std::uint64_t>(value), then);
    }
    const double raw = static_cast<double>(value) / thousandths;
    if (id == static_cast<std::uint16_t>(Health::load_learnt_empty)) empty = raw;
    if (id == static_cast<std::uint16_t>(Health::load_learnt_full)) full = raw;
  }
  if (empty && full) run.body.recall_load(*empty, *full);
}

std::optional<double> heading_of(const Pose& pose) {
  if (pose.heading_sigma > unsure_heading_rad) return std::nullopt;
  return pose.heading_rad;
}

std::vector<protocol::Record> recall_of(const Run& run) {
  std::vector<protocol::Record> told;
  if (auto trip = run.haul.manifest()) {
    // When this was last so: what may have happened over a power cut depends on how long it was.
    protocol::Stamp stamp;
    if (const auto utc = run.clock.utc_at(run.time.now())) stamp.utc_ms = utc->ms;
    told.push_back({stamp, std::move(*trip), {}});
  }
  for (protocol::ControlRecord& step : run.control.manifest()) {
    told.push_back({{}, std::move(step), {}});
  }
  if (!run.platform_limits_sha256.empty()) {
    protocol::DirectiveRecord followed;
    followed.name = to_string(DirectiveKind::control);
    followed.sha256 = run.platform_limits_sha256;
    told.push_back({{}, std::move(followed), {}});
  }
  if (run.config.load_raw) {
    protocol::HealthRecord learnt;
    const LoadLearner& load = run.body.learner();
    learnt.counters = {{static_cast<std::uint16_t>(Health::load_learnt_empty),
                        std::llround(load.empty() * thousandths)},
                       {static_cast<std::uint16_t>(Health::load_learnt_full),
                        std::llround(load.full() * thousandths)}};
    told.push_back({{}, std::move(learnt), {}});
  }
  if (run.haul.driver_card() != 0) {
    protocol::Stamp stamp;
    if (const auto utc = run.clock.utc_at(run.time.now())) stamp.utc_ms = utc->ms;
    protocol::HealthRecord driver;
    driver.counters = {{static_cast<std::uint16_t>(Health::driver_card),
                        static_cast<std::int64_t>(run.haul.driver_card())}};
    told.push_back({stamp, std::move(driver), {}});
  }
  const BootTime now = run.time.now();
  std::vector<Driven> uncommitted;
  run.on_road.uncommitted(uncommitted);
  for (protocol::Record& covered : run.cleaning.unfinished(
           run.boot_id, uncommitted, run.on_road.network(), now, run.clock.utc_at(now))) {
    told.push_back(std::move(covered));
  }
  for (protocol::Record& covered : run.cleaning.manifest()) told.push_back(std::move(covered));
  return told;
}

}  // namespace lujing::core
