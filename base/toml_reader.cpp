#include "base/toml_reader.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

namespace lujing {
namespace {

constexpr std::size_t max_problems = 50;

std::string kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date or time";
  }
}

std::string show(double number) {
  std::ostringstream text;
  text.precision(10);
  text << number;
  return text.str();
}

}  // namespace

struct TomlFile::Impl {
  std::string name;
  toml::table table;
  std::multimap<unsigned, std::string> problems;  ///< by line

  void refuse(unsigned line, const std::string& why) {
    if (problems.size() < max_problems) {
      problems.emplace(line, name + (line > 0 ? ":" + std::to_string(line) : "") + ": " + why);
    }
  }
};

struct Section::View {
  TomlFile::Impl* file = nullptr;
  const toml::table* table = nullptr;  ///< nullptr: not in the file
  std::string path;                    ///< "[can.signal]"; empty for the root
  unsigned line = 0;
  std::set<std::string, std::less<>> asked;

  std::string named(std::string_view key) const {
    return (path.empty() ? "" : path + " ") + std::string(key);
  }
  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return table == nullptr ? nullptr : table->get(key);
  }
  void ill_typed(std::string_view key, const toml::node& node, const std::string& expected) const {
    file->refuse(node.source().begin.line,
                 named(key) + ": expected " + expected + ", found " + kind_of(node));
  }
  void missing(std::string_view key, const std::string& expected) const {
    file->refuse(line, named(key) + " is missing: expected " + expected);
  }
};

bool Section::present() const {
  return view_->table != nullptr;
}

bool Section::has(std::string_view key) const {
  return view_->table != nullptr && view_->table->contains(key);
}

std::string Section::text(std::string_view key, const std::optional<std::string>& otherwise,
                          std::size_t max_bytes) {
  const toml::node* node = view_->find(key);
  if (node == nullptr) {
    if (!otherwise) view_->missing(key, "a string");
    return otherwise.value_or("");
  }
  const auto* held = node->as_string();
  if (held == nullptr) {
    view_->ill_typed(key, *node, "a string");
  } else if (held->get().size() > max_bytes) {
    refuse(key, "expected at most " + std::to_string(max_bytes) + " bytes, found " +
                    std::to_string(held->get().size()));
  } else if (held->get().find('\0') != std::string::npos) {
    refuse(key, "a string must not hold a zero character");
  } else if (held->get().empty() && !otherwise) {
    refuse(key, "expected a string that is not empty");
  } else {
    return held->get();
  }
  return otherwise.value_or("");
}

std::string Section::word(std::string_view key, const std::optional<std::string>& otherwise,
                          const std::vector<std::string>& allowed) {
  std::string fallback = otherwise.value_or(allowed.front());
  const bool given = has(key);
  std::string value = text(key, otherwise);
  if (!given || value.empty()) return fallback;
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  const std::string near = nearest_word(value, allowed);
  refuse(key, "expected one of " + joined(allowed) + ", found \"" + value + "\"" +
                  (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
  return fallback;
}

std::int64_t Section::integer(std::string_view key, std::optional<std::int64_t> otherwise,
                              std::int64_t min, std::int64_t max) {
  const std::string expected =
      "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  const toml::node* node = view_->find(key);
  if (node == nullptr) {
    if (!otherwise) view_->missing(key, expected);
    return otherwise.value_or(min);
  }
  const auto* held = node->as_integer();
  if (held == nullptr) {
    view_->ill_typed(key, *node, expected);
  } else if (held->get() < min || held->get() > max) {
    refuse(key, "expected " + expected + ", found " + std::to_string(held->get()));
  } else {
    return held->get();
  }
  return otherwise.value_or(min);
}

double Section::number(std::string_view key, std::optional<double> otherwise, double min,
                       double max) {
  const std::string expected = "a number from " + show(min) + " to " + show(max);
  const toml::node* node = view_->find(key);
  if (node == nullptr) {
    if (!otherwise) view_->missing(key, expected);
    return otherwise.value_or(min);
  }
  const std::optional<double> held =
      node->is_number() ? node->value<double>() : std::optional<double>();
  if (!held) {
    view_->ill_typed(key, *node, expected);
  } else if (!(*held >= min && *held <= max)) {
    refuse(key, "expected " + expected + ", found " + show(*held));
  } else {
    return *held;
  }
  return otherwise.value_or(min);
}

bool Section::flag(std::string_view key, bool otherwise) {
  const toml::node* node = view_->find(key);
  if (node == nullptr) return otherwise;
  if (const auto* held = node->as_boolean()) return held->get();
  view_->ill_typed(key, *node, "true or false");
  return otherwise;
}

std::vector<std::string> Section::texts(std::string_view key, std::size_t max_items) {
  std::vector<std::string> items;
  const toml::node* node = view_->find(key);
  if (node == nullptr) return items;
  const auto* held = node->as_array();
  if (held == nullptr) {
    view_->ill_typed(key, *node, "an array of strings");
    return items;
  }
  if (held->size() > max_items) {
    refuse(key, "expected at most " + std::to_string(max_items) + " items, found " +
                    std::to_string(held->size()));
    return items;
  }
  for (const toml::node& item : *held) {
    const auto* string = item.as_string();
    if (string == nullptr) {
      view_->ill_typed(key, item, "an array of strings");
    } else if (string->get().empty() || string->get().find('\0') != std::string::npos) {
      refuse(key, "expected strings that are not empty and hold no zero character");
    } else {
      items.push_back(string->get());
    }
  }
  return items;
}

Section Section::table(std::string_view name, bool required) {
  auto below = std::make_shared<View>();
  below->file = view_->file;
  below->path = "[" +
                (view_->path.empty() ? "" : view_->path.substr(1, view_->path.size() - 2) + ".") +
                std::string(name) + "]";
  below->line = view_->line;
  const toml::node* node = view_->find(name);
  if (node != nullptr) {
    below->line = node->source().begin.line;
    below->table = node->as_table();
    if (below->table == nullptr) view_->ill_typed(name, *node, "the table " + below->path);
  } else if (required) {
    view_->file->refuse(view_->line, "the table " + below->path + " is missing");
  }
  return Section(below);
}

std::vector<Section> Section::tables(std::string_view name, std::size_t max_items) {
  std::vector<Section> found;
  const toml::node* node = view_->find(name);
  if (node == nullptr) return found;
  const std::string path =
      "[" + (view_->path.empty() ? "" : view_->path.substr(1, view_->path.size() - 2) + ".") +
      std::string(name) + "]";
  const auto* array = node->as_array();
  if (array == nullptr) {
    view_->ill_typed(name, *node, "tables that begin with [" + path + "]");
    return found;
  }
  for (const toml::node& item : *array) {
    const auto* table = item.as_table();
    if (table == nullptr) {
      view_->ill_typed(name, item, "tables that begin with [" + path + "]");
      continue;
    }
    if (found.size() == max_items) {
      view_->file->refuse(item.source().begin.line,
                          path + ": at most " + std::to_string(max_items) + " of them");
      break;
    }
    auto below = std::make_shared<View>();
    below->file = view_->file;
    below->path = path;
    below->line = item.source().begin.line;
    below->table = table;
    found.emplace_back(below);
  }
  return found;
}

void Section::refuse(std::string_view key, const std::string& why) {
  const toml::node* node = view_->find(key);
  view_->file->refuse(node == nullptr ? view_->line : node->source().begin.line,
                      view_->named(key) + ": " + why);
}

std::string Section::line_of(std::string_view key) const {
  const toml::node* node = view_->table == nullptr ? nullptr : view_->table->get(key);
  const unsigned line = node == nullptr ? view_->line : node->source().begin.line;
  return view_->file->name + (line > 0 ? ":" + std::to_string(line) : "");
}

void Section::done() {
  if (view_->table == nullptr) return;
  const std::vector<std::string> known(view_->asked.begin(), view_->asked.end());
  for (const auto& [key, node] : *view_->table) {
    const std::string name(key.str());
    if (view_->asked.contains(name)) continue;
    const std::string near = nearest_word(name, known);
    view_->file->refuse(key.source().begin.line,
                        view_->named(name) + ": unknown key; " +
                            (near.empty() ? "" : "did you mean " + near + "? ") +
                            "Known here: " + joined(known));
  }
}

TomlFile::TomlFile(std::string name, std::string_view text) : impl_(std::make_unique<Impl>()) {
  impl_->name = std::move(name);
  try {
    impl_->table = toml::parse(text);
  } catch (const toml::parse_error& error) {  // the packaged library speaks only by exceptions
    impl_->refuse(error.source().begin.line, "not TOML: " + std::string(error.description()));
  }
}

TomlFile::~TomlFile() = default;

Section TomlFile::root() {
  auto view = std::make_shared<Section::View>();
  view->file = impl_.get();
  view->table = &impl_->table;
  return Section(view);
}

std::optional<Error> TomlFile::problems() const {
  if (impl_->problems.empty()) return std::nullopt;
  std::string all;
  for (const auto& [line, problem] : impl_->problems) all += (all.empty() ? "" : "\n") + problem;
  return Error(all);
}

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error(path + ": cannot be opened; does it exist, and may it be read?");
  std::string text(max_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof())) return Error(path + ": cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > max_bytes) {
    return Error(path + ": over " + std::to_string(max_bytes) + " bytes; is it the right file?");
  }
  return text;
}

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t best_edits = word.size() / 2 + 1;
  for (const std::string& other : words) {
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t j = 0; j <= other.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= other.size(); ++j) {
        const std::size_t above = row[j];
        row[j] =
            std::min({above + 1, row[j - 1] + 1, diagonal + (word[i - 1] == other[j - 1] ? 0 : 1)});
        diagonal = above;
      }
    }
    if (row[other.size()] < best_edits) {
      best_edits = row[other.size()];
      best = other;
    }
  }
  return best;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace lujing
