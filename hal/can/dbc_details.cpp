// The statements that say more about messages and signals: values, comments, attributes, types.
#include "hal/can/dbc_parser.h"

#include <cmath>
#include <utility>

namespace lujing::hal::can {
namespace {

/// Physical raw values beyond this are no table keys.
constexpr double max_table_key = 9.2e18;

}  // namespace

Result<DbcParser::Target> DbcParser::target(bool with_signal, std::string_view of,
                                            bool must_exist) {
  const int line = scan_.line();
  const auto id = scan_.take_unsigned();
  if (!id) return expected("a message id after " + std::string(of));
  std::string name;
  if (with_signal) {
    const auto word = scan_.take_word();
    if (!word) return expected("a signal name after " + std::string(of));
    name = *word;
  }
  const auto known =
      *id > 0xFFFFFFFFU ? by_dbc_id_.end() : by_dbc_id_.find(static_cast<std::uint32_t>(*id));
  Target found;
  std::string missing;
  if (known == by_dbc_id_.end()) {
    missing = "message " + std::to_string(*id);
  } else {
    found.message = known->second;
    const auto& signals = database_.messages[known->second].signals;
    for (std::size_t i = 0; with_signal && i < signals.size() && !found.signal; ++i) {
      if (signals[i].dbc_name == name) found.signal = i;
    }
    if (with_signal && !found.signal) {
      missing = "signal " + name + " of message " + database_.messages[known->second].name;
    }
  }
  if (missing.empty()) return found;
  const std::string why = std::string(of) + " speaks of " + missing + ", which is not there";
  if (!must_exist) {
    note(line, why);
  } else if (auto step = dislike(line, why); !step) {
    return step.error();
  }
  return Target{};
}

Result<ValueTable> DbcParser::value_pairs() {
  ValueTable table;
  while (true) {
    const auto number = scan_.take_number();
    if (!number) return table;
    if (std::abs(*number) > max_table_key) return expected("a value of a value table");
    auto text = scan_.take_string();
    if (!text) return expected("the text of a value");
    table.emplace_back(static_cast<std::int64_t>(*number), std::move(*text));
  }
}

Result<void> DbcParser::value_table(int line) {
  const auto name = scan_.take_word();
  if (!name) return expected("a name after VAL_TABLE_");
  auto pairs = value_pairs();
  if (!pairs) return pairs.error();
  database_.value_tables[std::string(*name)] = std::move(*pairs);
  return end_of_statement("VAL_TABLE_", line);
}

Result<void> DbcParser::values(int line) {
  const auto first = scan_.peek_word();
  if (first && (first->front() < '0' || first->front() > '9')) {
    return skip_statement("VAL_", line);  // of an environment variable
  }
  auto signal = target(true, "VAL_", false);
  if (!signal) return signal.error();
  ValueTable table;
  if (const auto word = scan_.peek_word();
      word && (word->front() < '0' || word->front() > '9')) {  // a table by its name
    scan_.take_word();
    const auto known = database_.value_tables.find(std::string(*word));
    if (known == database_.value_tables.end()) {
      return refuse(line, "VAL_TABLE_ " + std::string(*word) + " is not there");
    }
    table = known->second;
  } else {
    auto pairs = value_pairs();
    if (!pairs) return pairs.error();
    table = std::move(*pairs);
  }
  if (signal->signal) {
    database_.messages[*signal->message].signals[*signal->signal].values = std::move(table);
  }
  return end_of_statement("VAL_", line);
}

Result<void> DbcParser::comment(int line) {
  std::string* place = nullptr;
  const auto word = scan_.take_word();
  if (!word) {
    place = &database_.comment;
  } else if (*word == "BO_" || *word == "SG_") {
    const bool of_signal = *word == "SG_";
    auto found = target(of_signal, "CM_", false);
    if (!found) return found.error();
    if (found->message) {
      Message& message = database_.messages[*found->message];
      if (!of_signal) place = &message.comment;
      if (found->signal) place = &message.signals[*found->signal].comment;
    }
  } else if (*word == "BU_" || *word == "EV_") {
    if (!scan_.take_word()) return expected("a name after CM_ " + std::string(*word));
  } else {
    return refuse(line, "CM_ is about a BU_, BO_, SG_ or EV_, not about '" +
                            std::string(word->substr(0, 40)) + "'");
  }
  auto text = scan_.take_string();
  if (!text) return expected("the text of a comment");
  if (place != nullptr) *place += *text;
  return end_of_statement("CM_", line);
}

Result<void> DbcParser::attribute_definition(int line) {
  const auto before = scan_.mark();
  scan_.take_word();  // BO_, SG_, ... or nothing: of the file
  const auto name = scan_.take_string();
  if (!name && scan_.unterminated()) return expected("an attribute's name");
  if (name && *name == "VFrameFormat") {
    const auto type = scan_.take_word();
    attributes_.frame_format_names.clear();
    while (type && *type == "ENUM") {
      auto value = scan_.take_string();
      if (!value) break;
      attributes_.frame_format_names.push_back(std::move(*value));
      if (!scan_.take_char(',')) break;
    }
  }
  scan_.go_back(before);
  return skip_statement("BA_DEF_", line);
}

Result<void> DbcParser::attribute_default(int line) {
  const auto before = scan_.mark();
  const auto name = scan_.take_string();
  if (!name) return expected("an attribute's name after BA_DEF_DEF_");
  if (*name == "ProtocolType") {
    const auto value = scan_.take_string();
    attributes_.protocol_j1939 = value && *value == "J1939";
  } else if (*name == "VFrameFormat") {
    const auto value = scan_.take_string();
    const auto& names = attributes_.frame_format_names;
    for (std::size_t i = 0; value && i < names.size(); ++i) {
      if (names[i] == *value) attributes_.frame_format_default = static_cast<int>(i);
    }
  }
  scan_.go_back(before);
  return skip_statement("BA_DEF_DEF_", line);
}

Result<void> DbcParser::attribute(int line) {
  const auto name = scan_.take_string();
  if (!name) return expected("an attribute's name after BA_");
  Target of;
  if (const auto word = scan_.peek_word(); word && (*word == "BO_" || *word == "SG_")) {
    const bool of_signal = *word == "SG_";
    scan_.take_word();
    auto found = target(of_signal, "BA_", false);
    if (!found) return found.error();
    of = *found;
    if (!of.message) return skip_statement("BA_", line);
  } else if (word && (*word == "BU_" || *word == "EV_")) {
    return skip_statement("BA_", line);
  }
  if (auto step = attribute_value(*name, of.message, of.signal); !step) return step;
  return skip_statement("BA_", line);
}

Result<void> DbcParser::attribute_value(std::string_view name, std::optional<std::size_t> message,
                                        std::optional<std::size_t> signal) {
  if (name == "ProtocolType" && !message) {
    const auto value = scan_.take_string();
    attributes_.protocol_j1939 = value && *value == "J1939";
  } else if (name == "VFrameFormat" && message && !signal) {
    const auto value = scan_.take_number();
    if (!value || *value < 0 || *value > 100) return expected("the number of a VFrameFormat");
    attributes_.frame_format[*message] = static_cast<int>(*value);
  } else if (name == "SystemMessageLongSymbol" && message && !signal) {
    auto value = scan_.take_string();
    if (!value) return expected("the long name of a message");
    if (!value->empty()) database_.messages[*message].name = std::move(*value);
  } else if (name == "SystemSignalLongSymbol" && message && signal) {
    auto value = scan_.take_string();
    if (!value) return expected("the long name of a signal");
    if (!value->empty()) database_.messages[*message].signals[*signal].name = std::move(*value);
  }
  return {};
}

Result<void> DbcParser::value_type(int line) {
  auto of = target(true, "SIG_VALTYPE_", true);
  if (!of) return of.error();
  scan_.take_char(':');  // some writers leave it out
  const auto type = scan_.take_unsigned();
  if (!type || *type > 3) return expected("0, 1 (float) or 2 (double) after SIG_VALTYPE_");
  if (of->signal && (*type == 1 || *type == 2)) {
    Signal& signal = database_.messages[*of->message].signals[*of->signal];
    const int bits = *type == 1 ? 32 : 64;
    if (signal.length != bits) {
      return refuse(line, "signal " + signal.name + " is a floating-point number and must have " +
                              std::to_string(bits) + " bits, not " + std::to_string(signal.length));
    }
    signal.kind = *type == 1 ? ValueKind::float32 : ValueKind::float64;
  }
  return end_of_statement("SIG_VALTYPE_", line);
}

Result<void> DbcParser::multiplex_values(int line) {
  auto of = target(true, "SG_MUL_VAL_", true);
  if (!of) return of.error();
  const auto multiplexer = scan_.take_word();
  if (!multiplexer) return expected("the name of the multiplexer");
  MuxRow row;
  row.line = line;
  row.multiplexer = *multiplexer;
  do {
    const auto first = scan_.take_unsigned();
    if (!first) return expected("a range of multiplexer values");
    if (!scan_.take_char('-')) return expected("'-' inside a range of multiplexer values");
    const auto last = scan_.take_unsigned();
    if (!last || *last < *first) return expected("the end of a range of multiplexer values");
    row.ranges.push_back({*first, *last});
  } while (scan_.take_char(','));
  if (of->signal) {
    row.message = *of->message;
    row.signal = *of->signal;
    mux_rows_.push_back(std::move(row));
  }
  return end_of_statement("SG_MUL_VAL_", line);
}

}  // namespace lujing::hal::can
