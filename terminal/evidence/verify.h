// Is an evidence bundle whole, and does it lead to the alarm that it is about? Item by item, so
// that a hearing can be told what exactly is wrong.
#pragma once

#include "protocol/evidence.h"

#include <string>
#include <vector>

namespace lujing::evidence {

struct VerifyOptions {
  std::string authority_pem;  ///< who signed the terminal's certificate and the directives
  std::string directives;  ///< folder with bodies that were too large for the bundle; may be empty
  std::string scratch;     ///< folder that may be written to
};

struct Check {
  std::string item;  ///< "signature", "records", ...
  bool good = false;
  std::string said;  ///< what was found, for a person
};

struct Verdict {
  std::vector<Check> checks;
  bool whole() const;
};

/// All items, in order; the replay is tried only where the rest is good: nothing is decided from
/// bytes that nobody signed.
Verdict verify_evidence(const protocol::EvidenceView& bundle, const VerifyOptions& options);

}  // namespace lujing::evidence
