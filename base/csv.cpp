#include "base/csv.h"

namespace lujing {
namespace {

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

void skip_blanks(std::string_view& rest) {
  while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
}

/// Behind the opening quote, up to and with the closing one. False: there is none.
bool take_quoted(std::string_view& rest, std::string& into) {
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '"') {
      into += c;
    } else if (!rest.empty() && rest.front() == '"') {
      into += '"';
      rest.remove_prefix(1);
    } else {
      return true;
    }
  }
  return false;
}

void take_plain(std::string_view& rest, std::string& into) {
  const std::size_t comma = rest.find(',');
  std::string_view word = rest.substr(0, comma);
  rest.remove_prefix(word.size());
  while (!word.empty() && blank(word.back())) word.remove_suffix(1);
  into = word;
}

}  // namespace

Result<void> split_csv(std::string_view line, std::vector<std::string>& fields) {
  std::size_t count = 0;
  for (;;) {
    if (count == fields.size()) fields.emplace_back();
    std::string& field = fields[count++];
    field.clear();
    skip_blanks(line);
    if (!line.empty() && line.front() == '"') {
      line.remove_prefix(1);
      if (!take_quoted(line, field)) {
        return Error("field " + std::to_string(count) +
                     ": a quote that does not end; a field cannot go over several lines");
      }
      skip_blanks(line);
      if (!line.empty() && line.front() != ',') {
        return Error("field " + std::to_string(count) +
                     ": text behind the closing quote; a quote within is written twice");
      }
    } else {
      take_plain(line, field);
    }
    if (line.empty()) break;
    line.remove_prefix(1);
  }
  fields.resize(count);
  return {};
}

std::string csv_field(std::string_view text) {
  const bool plain = text.find_first_of(",\"\r\n") == std::string_view::npos &&
                     (text.empty() || (!blank(text.front()) && !blank(text.back())));
  if (plain) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace lujing
