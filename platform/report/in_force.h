// Which plan, which rules and which roads the vehicles really had, out of what they told: a rate
// that is made under other ones must not pass for theirs.
#pragma once

#include "platform/report/collector.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lujing::report {

/// A document that somebody makes rates with.
struct Given {
  std::string kind;  ///< "plan", "rule_set", "roads"
  std::string file;
  std::string name;      ///< its own
  std::string version;   ///< its own: of a plan and a profile a number, of roads 16 digits
  std::string sha256;    ///< of its bytes, 64 hexadecimal digits
  std::string rule_set;  ///< of a profile: "name@version"
};

/// A document that vehicles had.
struct InForce {
  std::string kind;
  std::uint64_t version = 0;  ///< of the directive; 0: none, it is the vehicle's own file
  std::string sha256;         ///< empty: of the vehicle's own file nobody was told
  std::string rule_set;       ///< "name@version" of that
  std::int64_t from_ms = 0;   ///< the first of all vehicles
  std::int64_t to_ms = std::numeric_limits<std::int64_t>::max();  ///< the last; max: to the end
  std::vector<std::string> vehicles;
};

/// By kind, then by time. Only what was in force in the window at some time.
std::vector<InForce> in_force(std::span<const Collected> vehicles, core::TimeWindow window);

/// Whether it is this document.
bool same(const Given& given, const InForce& had);

/// What of `given` is not what the vehicles had, each a sentence for a person; none: all is.
/// Without a document of a kind nothing is said of that kind. `utc_offset_min`: of the times in it.
std::vector<std::string> differences(std::span<const Given> given, std::span<const InForce> had,
                                     int utc_offset_min);

/// "version 3 (sha256 0123456789ab...)", or "default@3 of the vehicle's own file".
std::string text_of(const InForce& had);
/// "2026-05-01 10:12"; the end of time: "the end".
std::string local_text(std::int64_t utc_ms, int utc_offset_min);

}  // namespace lujing::report
