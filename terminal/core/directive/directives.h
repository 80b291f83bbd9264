// Which directives are in force, and who takes the body of each kind.
//
//   Directives directives(library);
//   directives.on(DirectiveKind::plan, {[&](const DirectiveBody& body) { return work.apply(body);
//   },
//                                       [&] { work.forget_plan(); }});
//
// Whole or not at all: an apply() that refuses has changed nothing, so the version in force stays
// in force. Its error names the item in the body and what would be right; it is recorded, and the
// dispatcher reads it.
#pragma once

#include "base/result.h"
#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/directive/library.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace lujing::core {

struct DirectiveTaker {
  /// Never throws, whatever the bytes are; no I/O, no clock. The body is not empty.
  std::function<Result<void>(const DirectiveBody& body)> apply;
  /// Back to what the terminal does without this kind of directive.
  std::function<void()> withdraw;
};

class Directives {
 public:
  explicit Directives(std::shared_ptr<const DirectiveLibrary> library);

  /// One taker a kind; a kind without one is refused.
  void on(DirectiveKind kind, DirectiveTaker taker);
  /// What became of it. nullopt: it is in force already, nothing has changed.
  std::optional<protocol::DirectiveRecord> take(const hal::DirectiveInForce& told);
  /// By kind; withdrawn ones with the hash of nothing.
  std::vector<hal::DirectiveInForce> in_force() const;

 private:
  struct Slot {
    hal::DirectiveInForce standing;  ///< version 0: none
    DirectiveTaker taker;
  };
  Result<void> apply(Slot& slot, const hal::DirectiveInForce& told) const;

  std::shared_ptr<const DirectiveLibrary> library_;
  std::array<Slot, all_directive_kinds.size()> slots_;
};

}  // namespace lujing::core
