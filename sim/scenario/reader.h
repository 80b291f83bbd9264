// The parts of a scenario's reader. Internal to sim/scenario.
#pragma once

#include "sim/scenario/scenario.h"

#include <string>
#include <vector>

namespace lujing {
class Section;
}

namespace lujing::sim {

/// "construction", "construction 2", "secondary 3": a place and its number, counted from 1.
Where read_where(Section& section, const char* key, const char* otherwise);
Task read_task(Section& section, VehicleType type, double duration_s);
TaskDeed read_deed(Section& section, VehicleType type, TaskKind task, double duration_s);
Asked read_asked(Section& section, VehicleType type);
/// What begins after the end never happens: a scenario that says so means something else.
void refuse_late(Section& section, const char* key, double at_s, double duration_s);
/// 0 where it is none of them.
std::size_t index_of(const std::vector<std::string>& words, const std::string& word);

}  // namespace lujing::sim
