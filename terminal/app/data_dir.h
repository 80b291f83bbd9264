// The folder that a terminal has for itself: outbox, journal, status socket.
#pragma once

#include "base/result.h"

#include <string>

namespace lujing::app {

/// Makes the folder where it is missing and takes it for this process: two terminals would write
/// one journal and take each other's status socket away. Gives the descriptor that holds it.
Result<int> take_data_dir(const std::string& data_dir);

}  // namespace lujing::app
