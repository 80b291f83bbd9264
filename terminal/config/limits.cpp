#include "terminal/config/limits.h"

#include "terminal/config/toml_reader.h"
#include "terminal/core/haul/control.h"

namespace lujing::config {
namespace {

constexpr std::size_t max_bytes = std::size_t{64} << 10;
constexpr std::size_t max_reason_bytes = 200;
constexpr double kmh = 3.6;

core::LimitRequest read_limit(Section& section) {
  core::LimitRequest request;
  const std::string kind = section.word("kind", std::nullopt, {"speed", "hoist", "lock"});
  if (kind == "hoist") request.limit = protocol::Limit::hoist;
  if (kind == "lock") request.limit = protocol::Limit::lock;
  if (kind == "speed") request.speed_mps = section.number("kmh", std::nullopt, 0, 200) / kmh;
  request.priority = static_cast<int>(section.integer("priority", 50, 0, 1000));
  request.reason = section.text("reason", std::nullopt, max_reason_bytes);
  section.done();
  return request;
}

}  // namespace

Result<std::vector<core::LimitRequest>> parse_limits(std::string_view bytes) {
  if (bytes.size() > max_bytes) return Error("limits have at most 64 KiB");
  TomlFile file("limits", bytes);
  if (auto bad = file.problems()) return *bad;
  Section root = file.root();
  std::vector<core::LimitRequest> requests;
  for (Section& section : root.tables("limit", core::Control::most_requests / 2)) {
    requests.push_back(read_limit(section));
    // Kind and reason say which request it is.
    for (std::size_t i = 0; i + 1 < requests.size(); ++i) {
      const bool twice = requests[i].limit == requests.back().limit &&
                         requests[i].reason == requests.back().reason;
      if (twice) section.refuse("reason", "is there twice for one kind of limit");
    }
  }
  root.done();
  if (auto bad = file.problems()) return *bad;
  return requests;
}

}  // namespace lujing::config
