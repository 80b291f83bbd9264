// A journal through the core again: the same records, byte for byte, on every machine.
//
// The configuration is the one in the journal's header. A core is made anew where the vehicle made
// one: at a Boot observation, and where a file's configuration differs from the one before. A
// journal that begins in the middle of a boot (an older segment went, or it was cut) is replayed as
// if the terminal had started there.
#pragma once

#include "base/result.h"
#include "protocol/batch.h"
#include "protocol/chain.h"
#include "terminal/core/config.h"
#include "terminal/core/directive/library.h"
#include "terminal/journal/journal_reader.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace lujing::journal {

struct ReplaySummary {
  std::string terminal_id;
  std::string rule_set;
  std::uint64_t observations = 0;
  std::uint64_t records = 0;
  std::map<std::string, std::uint64_t> records_by_kind;
  std::uint64_t alarms_raised = 0;
  std::uint64_t boots = 0;
  std::uint64_t directives_missing = 0;  ///< bodies that the library does not have
  protocol::Hash chain{};  ///< after the last record; from 32 zero bytes, as epoch 0 from number 1
  Damage damage;
};

using RecordSink = std::function<void(const protocol::Numbered&)>;
/// Changes a configuration before the core is made from it: to try another rule set.
using Adjust = std::function<void(core::CoreConfig&)>;

/// Gives each record, numbered from 1. All of the rest may be empty. `library` has the bodies of
/// the directives that the journal names; without one each of them is refused, as on a vehicle that
/// has lost it. With `adjust` the rule sets that directives brought are passed over. With
/// `remember` a core is told at each further Boot what it asked to be told again, as a terminal
/// does (core/recall/recall.h): for journals that no terminal wrote. A journal that has these
/// observations itself is replayed as it is.
Result<ReplaySummary> replay(const std::string& path, const RecordSink& sink,
                             const Adjust& adjust = {},
                             std::shared_ptr<const core::DirectiveLibrary> library = {},
                             bool remember = false);

}  // namespace lujing::journal
