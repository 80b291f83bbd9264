// One table of a TOML file, read key by key, every mistake noted with its line. Internal.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::platform {

/// Gathers what is wrong with a file.
struct Mistakes {
  std::string file;
  std::vector<std::string> lines;
  void add(const toml::source_region& at, const std::string& what);
};

class ConfigTable {
 public:
  /// A table that is missing is read as an empty one.
  ConfigTable(const toml::table& root, std::string name, Mistakes& mistakes);

  /// Each leaves `out` alone where the key is missing.
  void text(const char* key, std::string& out);
  /// A file or folder, as seen from `folder`.
  void path(const char* key, const std::string& folder, std::string& out);
  void number(const char* key, std::int64_t low, std::int64_t high, std::int64_t& out);
  /// Notes that the key is missing or empty.
  void required(const char* key, const std::string& value);
  /// Notes every key that was not asked for, with the nearest one that exists.
  void finish();

 private:
  const toml::node* find(const char* key);

  std::string name_;
  const toml::table* table_ = nullptr;
  Mistakes& mistakes_;
  std::vector<std::string> known_;
};

/// The one that is spelled most like `word`; empty where none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& among);

}  // namespace lujing::platform
