// The files of the driver's page, as they were when the program was built (page/).
#pragma once

#include <string_view>

namespace lujing::driver {

struct PageFile {
  std::string_view target;  ///< "/page.css"
  const char* type = "";
  std::string_view text;
};

/// nullptr: there is none by this name.
const PageFile* find_page_file(std::string_view target);

}  // namespace lujing::driver
