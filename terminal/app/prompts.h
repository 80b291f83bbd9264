// What the driver hears when a record is on the disk.
#pragma once

#include "protocol/record.h"

#include <span>
#include <string>
#include <vector>

namespace lujing::app {

/// One text for each alarm that was raised among the records, in the driver's language, the most
/// urgent first: safety, seal, dump, route, work.
std::vector<std::string> prompts_for(std::span<const protocol::Record> records);

}  // namespace lujing::app
