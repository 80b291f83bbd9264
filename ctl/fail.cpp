#include "ctl/fail.h"

#include <iostream>

namespace lujing::ctl {

int fail(std::string_view command, const Error& error, int exit_code) {
  std::cerr << "lujing-ctl " << command << ": " << error.what() << "\n";
  return exit_code;
}

}  // namespace lujing::ctl
