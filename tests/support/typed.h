// A command tried as a person types it: its exit code, and what it printed.
#pragma once

#include "base/command_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lujing::test {

struct Typed {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// `add(app, exit_code)` declares the commands; `words` are typed behind the program's name.
template <class Add>
Typed typed(const Add& add, const std::vector<std::string>& words) {
  cli::App app("lujing-ctl");
  Typed seen;
  add(app, seen.exit_code);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  if (const auto ended = app.parse(words)) seen.exit_code = *ended;
  seen.out = ::testing::internal::GetCapturedStdout();
  seen.err = ::testing::internal::GetCapturedStderr();
  return seen;
}

}  // namespace lujing::test
