// Does anybody listen there? Asked with a limit, which connect() alone does not have.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace lujing::hal::gnss {

bool is_loopback(const std::string& host);
/// Connects and hangs up. The error says what happened in the system's words. The limit is for the
/// connection; a name is looked up before, as long as the resolver takes.
Result<void> probe_tcp(const std::string& host, std::uint16_t port, int timeout_ms);

}  // namespace lujing::hal::gnss
