#include "platform/app/config_table.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

namespace lujing::platform {

namespace {

/// Levenshtein distance.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, replace}));
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& among) {
  std::string best;
  std::size_t least = word.size() / 2 + 1;
  for (const auto& candidate : among) {
    const auto d = distance(word, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

void Mistakes::add(const toml::source_region& at, const std::string& what) {
  const auto line = at.begin.line;
  lines.push_back(file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + what);
}

ConfigTable::ConfigTable(const toml::table& root, std::string name, Mistakes& mistakes)
    : name_(std::move(name)), mistakes_(mistakes) {
  if (const auto* node = root.get(name_)) {
    table_ = node->as_table();
    if (table_ == nullptr) {
      mistakes_.add(node->source(), "[" + name_ + "] is a table, not a value");
    }
  }
}

const toml::node* ConfigTable::find(const char* key) {
  known_.emplace_back(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

void ConfigTable::text(const char* key, std::string& out) {
  if (const auto* node = find(key)) {
    if (const auto value = node->value_exact<std::string>()) {
      out = *value;
    } else {
      mistakes_.add(node->source(), name_ + "." + key + " is a text in quotes");
    }
  }
}

void ConfigTable::path(const char* key, const std::string& folder, std::string& out) {
  std::string given;
  text(key, given);
  if (!given.empty()) {
    out = (std::filesystem::path(folder) / given).lexically_normal().string();
  }
}

void ConfigTable::number(const char* key, std::int64_t low, std::int64_t high, std::int64_t& out) {
  if (const auto* node = find(key)) {
    const auto value = node->value_exact<std::int64_t>();
    if (value && *value >= low && *value <= high) {
      out = *value;
    } else {
      mistakes_.add(node->source(), name_ + "." + key + " is a whole number from " +
                                        std::to_string(low) + " to " + std::to_string(high));
    }
  }
}

void ConfigTable::required(const char* key, const std::string& value) {
  if (value.empty()) {
    mistakes_.add(table_ == nullptr ? toml::source_region{} : table_->source(),
                  name_ + "." + key + " is missing; deploy/examples/platform.toml shows it");
  }
}

void ConfigTable::finish() {
  if (table_ == nullptr) {
    return;
  }
  for (const auto& [key, node] : *table_) {
    const std::string word(key.str());
    if (std::find(known_.begin(), known_.end(), word) != known_.end()) {
      continue;
    }
    const auto near = nearest(word, known_);
    mistakes_.add(key.source(), name_ + "." + word + " is not a key" +
                                    (near.empty() ? "" : "; did you mean " + near + "?"));
  }
}

}  // namespace lujing::platform
