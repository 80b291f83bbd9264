// Reads a TOML file key by key, and remembers everything that is wrong with it: for a person who
// must set it right in one go, with file, line, what was expected and the key that was meant.
//
//   TomlFile file(path, text);
//   Section gnss = file.root().table("gnss");
//   int port = gnss.integer("gpsd_port", 2947, 1, 65535);
//   gnss.done();                               // what was not asked for is an unknown key
//   if (auto bad = file.problems()) return *bad;
//
// A key that is missing and has no default, or is ill-typed or out of bounds, is a problem; the
// reading goes on with some harmless value. Not thread safe.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing {

/// One table. Cheap to copy; must not outlive its TomlFile.
class Section {
 public:
  struct View;
  explicit Section(std::shared_ptr<View> view) : view_(std::move(view)) {}

  /// Is this table in the file at all?
  bool present() const;
  bool has(std::string_view key) const;

  /// UTF-8, at most `max_bytes`; without a default (nullopt) the key must be there and not be
  /// empty.
  std::string text(std::string_view key, const std::optional<std::string>& otherwise,
                   std::size_t max_bytes = 1024);
  /// One of `allowed`.
  std::string word(std::string_view key, const std::optional<std::string>& otherwise,
                   const std::vector<std::string>& allowed);
  std::int64_t integer(std::string_view key, std::optional<std::int64_t> otherwise,
                       std::int64_t min, std::int64_t max);
  /// A finite number; a whole one is taken too.
  double number(std::string_view key, std::optional<double> otherwise, double min, double max);
  bool flag(std::string_view key, bool otherwise);
  std::vector<std::string> texts(std::string_view key, std::size_t max_items);

  /// [name] below this one. A missing one is an empty table, unless it is required.
  Section table(std::string_view name, bool required = false);
  /// [[name]] below this one.
  std::vector<Section> tables(std::string_view name, std::size_t max_items);

  /// A problem of this table's own, at the line of `key` (of the table, if the key is not there).
  void refuse(std::string_view key, const std::string& why);
  /// "FILE:LINE" of `key` (of the table, if the key is not there): for what is found out later.
  std::string line_of(std::string_view key) const;
  /// Every key that was never asked for is a problem.
  void done();

 private:
  std::shared_ptr<View> view_;
};

class TomlFile {
 public:
  /// `name` is what messages call the file. Text that is not TOML is the first problem.
  TomlFile(std::string name, std::string_view text);
  ~TomlFile();
  TomlFile(const TomlFile&) = delete;
  TomlFile& operator=(const TomlFile&) = delete;

  Section root();
  /// All problems, one a line, in the file's order; nullopt if there is none.
  std::optional<Error> problems() const;

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

/// The file's text; an error for one that cannot be read or is over `max_bytes`.
Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes = 1 << 20);

/// The member of `words` that is the fewest edits from `word`; empty if none is near.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);
/// "a, b, c".
std::string joined(const std::vector<std::string>& words);

}  // namespace lujing
