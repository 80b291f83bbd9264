// Why a session ends, and what the terminal is told then: one row each.
#pragma once

#include "platform/gateway/frames.h"
#include "platform/gateway/gateway.h"

namespace lujing::gateway {

struct EndRow {
  Ended why;
  const char* name;
  ErrorCode code;  ///< none: nothing can or need be said
  std::uint32_t retry_after_ms;
  bool refusal;  ///< logged as a warning
};

const EndRow& end_row(Ended why);

}  // namespace lujing::gateway
