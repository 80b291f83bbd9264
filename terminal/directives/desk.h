// The desk: takes directives from the uplink, makes them durable, tells the core, and answers what
// the core made of them.
//
//   offered ──► verified ──► body durable ──► core told ──► core's record ──► head durable ──►
//   answer
//
// A power cut anywhere leaves the old version in force or the new one. What fails because of the
// disk is not answered: the platform sends it again with the next session. One thread of its own.
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/directive/library.h"
#include "terminal/uplink/inbox.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::directives {

struct DeskOptions {
  std::string folder;                  ///< DATA_DIR/directives
  std::uint64_t max_bytes = 64 << 20;  ///< of bodies that are no longer in force
  std::string authority;               ///< PEM file: who may sign
  /// To the core; false: there is no room just now, it is tried again.
  std::function<bool(const hal::DirectiveInForce&)> tell_core;
  /// "name@version" of a rule set's body; empty: none is to be read out of it.
  std::function<std::string(std::string_view body)> name_of_rule_set;
  std::string own_rule_set;  ///< of the vehicle's own profile, where no directive is in force
  std::function<void(const std::string& line)> log;
};

/// Since the start.
struct DeskStats {
  std::uint64_t received = 0;  ///< offered by the platform
  std::uint64_t applied = 0;   ///< by the core, or withdrawn
  std::uint64_t refused = 0;   ///< by the desk or by the core
  std::uint64_t damaged = 0;   ///< files that were moved aside
  std::uint64_t errors = 0;    ///< of the disk
};

class Desk : public uplink::DirectiveInbox {
 public:
  /// Reads the folder; nothing that is wrong with it is a failure.
  explicit Desk(DeskOptions options);
  ~Desk() override;  ///< stop()s
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// What the core looks bodies up in.
  std::shared_ptr<const core::DirectiveLibrary> library() const;
  /// To be told to the core after each Boot, with the bodies in the library.
  std::vector<hal::DirectiveInForce> in_force() const;
  /// The core's verdict. The core's thread; returns at once.
  void judged(const protocol::DirectiveRecord& verdict);
  /// The text of a driver's directive that has just come and was applied; nullopt: this verdict is
  /// of something else, or of one that the driver has heard already. Asked before judged().
  std::optional<std::string> text_for_driver(const protocol::DirectiveRecord& verdict) const;
  /// Ends the thread; what waits is given up and comes again. May be called again.
  void stop();
  DeskStats stats() const;

  Standing standing() const override;
  std::optional<uplink::DirectiveAnswer> offer(const protocol::DirectiveHead& head) override;
  void take(const protocol::DirectiveHead& head, std::string body) override;
  std::optional<uplink::DirectiveAnswer> next_answer() override;
  void when_answered(std::function<void()> wake) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::directives
