// A folder that a program has for itself, looked at before it is needed.
#pragma once

#include "base/result.h"

#include <string>

namespace lujing {

/// Whether this process could keep its files there: the folder is there and may be written, or it
/// can be made. An error names the cause and the remedy; `user` is whom the folder should belong
/// to. Changes nothing.
Result<void> check_own_folder(const std::string& folder, const std::string& user);

}  // namespace lujing
