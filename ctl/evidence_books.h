// An evidence bundle's records as the platform has booked them.
#pragma once

#include "terminal/evidence/verify.h"

#include <string>

namespace lujing::ctl {

/// Reads a ledger's file beside the platform that owns it. An error: it is none, or the bundle's
/// terminal is not in it.
Result<evidence::Booked> booked_records(const std::string& ledger,
                                        const protocol::EvidenceManifest& manifest);

}  // namespace lujing::ctl
