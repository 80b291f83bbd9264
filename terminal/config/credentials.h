// The vehicle's certificate, judged before the vehicle needs it: `lujing-terminal --check` and
// `lujing-ctl doctor` say the same.
#pragma once

#include "base/result.h"
#include "terminal/config/terminal_config.h"

#include <string>

namespace lujing::config {

/// What is good about it ("M-003, 3649 days left"). An error: a file that cannot be read, a key
/// that is not the certificate's or that others can read, another terminal's certificate, one that
/// [platform] authority did not sign, that does not hold yet, or that ends within 30 days.
Result<std::string> check_credentials(const std::string& terminal_id,
                                      const PlatformConfig& platform);

}  // namespace lujing::config
