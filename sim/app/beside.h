// Programs and files that stand beside this one, in the build's folders or in an installation.
#pragma once

#include <string>

namespace lujing::sim {

/// lujing-ctl; where there is none, its name.
std::string usual_ctl();
/// The folder with vehicles/ and profiles/: of the clone, or installed.
std::string usual_share();
/// lujing-terminal.
std::string usual_terminal();

}  // namespace lujing::sim
