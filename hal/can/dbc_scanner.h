// Characters of a DBC file to words, numbers and strings. Internal to hal/can.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lujing::hal::can {

/// Walks over the text once. Each take_...() skips white space and comments first, and leaves the
/// place where it is if what stands there is something else.
class DbcScanner {
 public:
  explicit DbcScanner(std::string_view text) : text_(text) {}

  bool at_end();
  /// Line of the next thing, from 1.
  int line();
  /// Line on which the last thing that was taken ended.
  int last_line() const { return last_line_; }
  /// The next thing, for an error message; cut to a readable length.
  std::string what_is_here();

  bool take_char(char c);
  /// Letters, digits, '_' and bytes beyond ASCII.
  std::optional<std::string_view> take_word();
  std::optional<std::string_view> peek_word();
  std::optional<std::uint64_t> take_unsigned();
  std::optional<double> take_number();
  /// A "string"; \" inside is a quote. nullopt if there is none, or if it never ends: then
  /// unterminated() says on which line it began.
  std::optional<std::string> take_string();
  std::optional<int> unterminated() const { return unterminated_; }

  struct Mark {
    std::size_t pos;
    int line;
    int last_line;
  };
  Mark mark() const { return {pos_, line_, last_line_}; }
  void go_back(Mark mark);

 private:
  void skip_blank();
  void advance(std::size_t count);

  std::string_view text_;
  std::size_t pos_ = 0;
  int line_ = 1;
  int last_line_ = 1;
  std::optional<int> unterminated_;
};

/// Gives valid UTF-8 back as it is (without a byte order mark), else reads it as Windows-1252.
std::string to_utf8(std::string_view bytes);

}  // namespace lujing::hal::can
