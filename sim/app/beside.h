// Programs that stand beside this one, in the build's folders or in an installation.
#pragma once

#include <string>

namespace lujing::sim {

/// lujing-ctl; where there is none, its name.
std::string usual_ctl();
/// lujing-terminal.
std::string usual_terminal();

}  // namespace lujing::sim
