#include "terminal/driver/page_files.h"

#include "page_text.h"  // made by CMake from page/

#include <algorithm>
#include <array>

namespace lujing::driver {
namespace {

constexpr std::array<PageFile, 3> files{{
    {"/", "text/html; charset=utf-8", page_text::index_html},
    {"/page.css", "text/css; charset=utf-8", page_text::page_css},
    {"/page.js", "text/javascript; charset=utf-8", page_text::page_js},
}};

}  // namespace

const PageFile* find_page_file(std::string_view target) {
  const auto* at = std::find_if(files.begin(), files.end(),
                                [&](const PageFile& file) { return file.target == target; });
  return at == files.end() ? nullptr : at;
}

}  // namespace lujing::driver
