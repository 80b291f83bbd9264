#include "platform/dispatch/target.h"

#include <algorithm>

namespace lujing::dispatch {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return std::nullopt;
      }
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return std::nullopt;
    }
    out.push_back(c);
  }
  return out;
}

Result<void> read_path(std::string_view path, Target& target) {
  target.path = "/";
  std::size_t from = 1;
  while (from < path.size()) {
    const auto slash = std::min(path.find('/', from), path.size());
    const auto segment = decoded(path.substr(from, slash - from), false);
    const bool names_a_place = segment && !segment->empty() && *segment != "." &&
                               *segment != ".." && segment->find_first_of("/\\") == segment->npos;
    if (!names_a_place) {
      return Error(
          "the path is not a plain one: no empty, '.' or '..' segments, no encoded "
          "slashes or control characters");
    }
    target.path += (target.segments.empty() ? "" : "/") + *segment;
    target.segments.push_back(*segment);
    from = slash + 1;
  }
  return {};
}

Result<void> read_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = decoded(pair.substr(0, equals), true);
    const auto value = decoded(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) {
      return Error("the query is not one: after '%' come two hexadecimal digits");
    }
    if (!name->empty()) {
      target.query.emplace_back(*name, *value);
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

}  // namespace

std::optional<std::string> Target::get(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) {
      return value;
    }
  }
  return std::nullopt;
}

std::optional<std::string> Target::other_than(std::initializer_list<std::string_view> names) const {
  for (const auto& [key, value] : query) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      return key;
    }
  }
  return std::nullopt;
}

Result<Target> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/') {
    return Error("a target begins with '/'");
  }
  Target target;
  const auto question = std::min(text.find('?'), text.size());
  if (auto path = read_path(text.substr(0, question), target); !path) {
    return path.error();
  }
  if (question < text.size()) {
    if (auto query = read_query(text.substr(question + 1), target); !query) {
      return query.error();
    }
  }
  return target;
}

}  // namespace lujing::dispatch
