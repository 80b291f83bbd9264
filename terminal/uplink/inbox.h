// Where the uplink puts what the platform tells, and gets the answers from.
#pragma once

#include "protocol/directive.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lujing::uplink {

struct DirectiveAnswer {
  std::string name;
  std::uint64_t version = 0;
  bool applied = false;
  std::string reason;  ///< where it was refused
};

/// Called by the uplink's thread. Its calls return at once: what takes time is done elsewhere, and
/// answered later.
class DirectiveInbox {
 public:
  virtual ~DirectiveInbox() = default;

  struct Standing {
    std::string rule_set;  ///< "name@version" that judges now
    std::vector<std::pair<std::string, std::uint64_t>> versions;  ///< by name
  };
  /// For the hello.
  virtual Standing standing() const = 0;
  /// A directive begins: an answer where its body is not wanted.
  virtual std::optional<DirectiveAnswer> offer(const protocol::DirectiveHead& head) = 0;
  /// Its body has come whole; whether it is the one that was signed is not yet known.
  virtual void take(const protocol::DirectiveHead& head, std::string body) = 0;
  virtual std::optional<DirectiveAnswer> next_answer() = 0;
  /// Called, on any thread, when there is an answer; it must return at once. Empty: no longer.
  virtual void when_answered(std::function<void()> wake) = 0;
};

}  // namespace lujing::uplink
