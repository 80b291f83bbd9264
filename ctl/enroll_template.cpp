#include "ctl/enroll_template.h"

#include <cstdio>

namespace lujing::ctl {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Where the value that begins at `from` ends: past its closing quote, or before blank or comment.
std::size_t value_end(std::string_view line, std::size_t from) {
  if (from < line.size() && line[from] == '"') {
    for (std::size_t i = from + 1; i < line.size(); ++i) {
      if (line[i] == '\\') {
        ++i;
      } else if (line[i] == '"') {
        return i + 1;
      }
    }
    return line.size();
  }
  const auto end = line.find_first_of(" \t#\r", from);
  return end == std::string_view::npos ? line.size() : end;
}

std::string filled_line(std::string_view line, const std::string& section,
                        const TomlValues& values) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return std::string(line);
  const auto found = values.find({section, std::string(trimmed(line.substr(0, equals)))});
  const auto from = line.find_first_not_of(" \t", equals + 1);
  if (found == values.end() || from == std::string_view::npos) return std::string(line);
  return std::string(line.substr(0, from)) + found->second +
         std::string(line.substr(value_end(line, from)));
}

}  // namespace

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string fill_template(std::string_view text, const TomlValues& values) {
  std::string out;
  std::string section;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    const auto bare = trimmed(line);
    if (bare.starts_with('[')) section = bare.substr(1, bare.find(']') - 1);
    out += bare.starts_with('#') ? std::string(line) : filled_line(line, section, values);
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace lujing::ctl
