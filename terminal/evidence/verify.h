// Is an evidence bundle whole, and does it lead to the alarm that it is about? Item by item, so
// that a hearing can be told what exactly is wrong, and what is not wrong but not proven either.
#pragma once

#include "base/result.h"
#include "protocol/chain.h"
#include "protocol/evidence.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lujing::evidence {

/// What the platform has booked of a terminal's records.
struct Booked {
  std::map<std::uint64_t, protocol::Hash> digests;  ///< by number
  std::uint64_t missing = 0;  ///< of the bundle's numbers: the books go on behind them without them
  std::uint64_t beyond = 0;   ///< of the alarm's window, behind the bundle's last: it ends too soon
};

struct VerifyOptions {
  std::string authority_pem;  ///< who signed the terminal's certificate and the directives
  /// Folder with bodies that were too large for the bundle, and heads that it lacks; may be empty.
  std::string directives;
  std::string scratch;  ///< folder that may be written to
  /// From first_seq to last_seq of the manifest's terminal and epoch; empty: nobody asks.
  std::function<Result<Booked>(const protocol::EvidenceManifest&)> books;
};

enum class Outcome : std::uint8_t {
  good,
  open,  ///< nothing speaks against it, but what is here does not prove it
  bad,
};
const char* to_string(Outcome outcome);

struct Check {
  std::string item;  ///< "signature", "records", ...
  Outcome outcome = Outcome::bad;
  std::string said;  ///< what was found, for a person
};

struct Verdict {
  std::vector<Check> checks;
  /// Of its worst item.
  Outcome outcome() const;
  bool whole() const { return outcome() == Outcome::good; }
  /// Nothing is bad.
  bool sound() const { return outcome() != Outcome::bad; }
};

/// All items, in order; the replay is tried only where nothing of the rest is bad: nothing is
/// decided from bytes that nobody signed.
Verdict verify_evidence(const protocol::EvidenceView& bundle, const VerifyOptions& options);

}  // namespace lujing::evidence
