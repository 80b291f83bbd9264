// An evidence bundle's records as the platform has booked them.
#pragma once

#include "platform/ledger/missing.h"
#include "terminal/evidence/verify.h"

#include <string>

namespace lujing::ctl {

struct BundleInBooks {
  evidence::Booked booked;
  ledger::MissingOf missing;  ///< what the books lack of the bundle's numbers
};

/// Reads a ledger's file beside the platform that owns it. An error: it is none, or the bundle's
/// terminal is not in it.
Result<BundleInBooks> bundle_in_books(const std::string& ledger,
                                      const protocol::EvidenceManifest& manifest);

}  // namespace lujing::ctl
