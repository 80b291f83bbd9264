#include "hal/can/dbc_parser.h"

#include "hal/can/frame.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lujing::hal::can {
namespace {

constexpr std::uint32_t extended_flag = 0x80000000U;
constexpr std::uint32_t independent_signals_id = 0xC0000000U;
/// Multi-packet J1939 messages are the longest that there are.
constexpr std::uint64_t max_message_bytes = 1785;
constexpr std::size_t max_signals = 4096;

constexpr std::array known_words = {
    "VERSION",      "NS_",           "BS_",         "BU_",
    "BO_",          "SG_",           "CM_",         "BA_DEF_",
    "BA_",          "VAL_",          "VAL_TABLE_",  "BA_DEF_DEF_",
    "SIG_VALTYPE_", "SG_MUL_VAL_",   "EV_",         "ENVVAR_DATA_",
    "EV_DATA_",     "SGTYPE_",       "SGTYPE_VAL_", "BA_DEF_SGTYPE_",
    "BA_SGTYPE_",   "SIG_TYPE_REF_", "SIG_GROUP_",  "SIGTYPE_VALTYPE_",
    "BO_TX_BU_",    "BA_DEF_REL_",   "BA_REL_",     "BA_DEF_DEF_REL_",
    "BU_SG_REL_",   "BU_EV_REL_",    "BU_BO_REL_",  "CAT_DEF_",
    "CAT_",         "FILTER",        "NS_DESC_"};

bool is_keyword(std::string_view word) {
  return std::find(known_words.begin(), known_words.end(), word) != known_words.end();
}

}  // namespace

DbcParser::DbcParser(std::string_view text, std::string file, DbcOptions options)
    : text_(to_utf8(text)), file_(std::move(file)), options_(options), scan_(text_) {
  database_.file = file_;
}

Error DbcParser::refuse(int line, const std::string& why) const {
  return Error(file_ + ":" + std::to_string(line) + ": " + why);
}

void DbcParser::note(int line, const std::string& what) {
  database_.notes.push_back(file_ + ":" + std::to_string(line) + ": " + what);
}

Result<void> DbcParser::dislike(int line, const std::string& why) {
  if (!options_.lenient) return refuse(line, why);
  note(line, why);
  return {};
}

Error DbcParser::expected(const std::string& what) {
  if (scan_.unterminated()) {
    return refuse(*scan_.unterminated(), "a string begins here and never ends: '\"' is missing");
  }
  const int line = scan_.at_end() ? scan_.last_line() : scan_.line();
  return refuse(line, "expected " + what + ", found " + scan_.what_is_here());
}

Result<void> DbcParser::read() {
  if (text_.find('\0') != std::string::npos) {
    return refuse(1, "this is not a DBC file: it has zero bytes");
  }
  while (!scan_.at_end()) {
    const int line = scan_.line();
    if (scan_.take_char(';')) continue;  // an empty statement
    const auto word = scan_.take_word();
    if (!word) return expected("a DBC statement");
    if (auto step = statement(*word, line); !step) return step;
  }
  return {};
}

Result<void> DbcParser::statement(std::string_view word, int line) {
  if (word == "SG_") return signal(line);
  in_message_ = false;
  if (word == "BO_") return message(line);
  if (word == "VERSION") {
    auto version = scan_.take_string();
    if (!version) return expected("a string after VERSION");
    database_.version = *version;
    return {};
  }
  if (word == "NS_") return skip_new_symbols();
  if (word == "BU_" || word == "BS_") return skip_nodes(line);
  if (word == "VAL_TABLE_") return value_table(line);
  if (word == "VAL_") return values(line);
  if (word == "CM_") return comment(line);
  if (word == "BA_DEF_") return attribute_definition(line);
  if (word == "BA_DEF_DEF_") return attribute_default(line);
  if (word == "BA_") return attribute(line);
  if (word == "SIG_VALTYPE_") return value_type(line);
  if (word == "SG_MUL_VAL_") return multiplex_values(line);
  if (is_keyword(word)) return skip_statement(word, line);
  return refuse(line, "'" + std::string(word.substr(0, 40)) + "' is no DBC statement");
}

/// The list names the keywords that follow; each stands alone on its line.
Result<void> DbcParser::skip_new_symbols() {
  if (!scan_.take_char(':')) return expected("':' after NS_");
  while (true) {
    const auto before = scan_.mark();
    const auto word = scan_.take_word();
    if (!word || *word == "BS_" || *word == "BU_" || *word == "BO_" || !is_keyword(*word)) {
      scan_.go_back(before);
      return {};
    }
    const int word_line = scan_.last_line();
    const auto next = scan_.peek_word();
    if (!scan_.at_end() && scan_.line() == word_line && !(next && is_keyword(*next))) {
      scan_.go_back(before);  // "CM_ ..." with something behind it is the statement itself
      return {};
    }
  }
}

Result<void> DbcParser::skip_nodes(int line) {
  if (!scan_.take_char(':')) return refuse(line, "':' is missing after BU_ or BS_");
  while (!scan_.at_end()) {
    const auto word = scan_.peek_word();
    if (word && is_keyword(*word)) return {};
    if (word) {
      scan_.take_word();
    } else if (!scan_.take_char(',') && !scan_.take_char(':') && !scan_.take_char(';')) {
      return expected("a node's name");
    }
  }
  return {};
}

/// A statement that decoding does not need, to its ';'. One that never ends would swallow those
/// behind it.
Result<void> DbcParser::skip_statement(std::string_view word, int line) {
  while (!scan_.at_end()) {
    if (scan_.take_char(';')) return {};
    const int previous_line = scan_.last_line();
    const int here = scan_.line();
    if (const auto next = scan_.peek_word()) {
      if (here != previous_line && is_keyword(*next)) break;
      scan_.take_word();
    } else if (!scan_.take_string()) {
      if (scan_.unterminated()) return expected("the end of a string");
      const std::string shown = scan_.what_is_here();
      if (!scan_.take_char(shown[1])) return expected("';'");
    }
  }
  return refuse(line, std::string(word) + " has no ';' at its end");
}

Result<void> DbcParser::end_of_statement(std::string_view word, int line) {
  if (scan_.take_char(';')) return {};
  const std::string found = scan_.what_is_here();
  return refuse(line, std::string(word) + " has no ';' at its end; found " + found);
}

Result<void> DbcParser::message(int line) {
  const auto id = scan_.take_unsigned();
  if (!id) return expected("a message id after BO_");
  const auto name = scan_.take_word();
  if (!name) return expected("a message name");
  if (!scan_.take_char(':')) return expected("':' after the message name");
  const auto length = scan_.take_unsigned();
  if (!length) return expected("the message length in bytes");
  const auto sender = scan_.peek_word();
  const bool has_sender = sender && !is_keyword(*sender);
  if (has_sender) scan_.take_word();

  in_message_ = true;
  in_pseudo_message_ = *id == independent_signals_id;
  if (in_pseudo_message_) return {};
  Message message;
  message.name = message.dbc_name = *name;
  message.line = line;
  if (has_sender) message.sender = *sender;
  const std::string which = "message " + message.name + ": ";
  if (*id > 0xFFFFFFFFU) return refuse(line, which + "the id has more than 32 bits");
  message.extended = (*id & extended_flag) != 0;
  message.id = static_cast<std::uint32_t>(*id) & ~extended_flag;
  if (message.extended && message.id > max_extended_id) {
    return refuse(line, which + "the extended id has more than 29 bits");
  }
  if (!message.extended && message.id > max_standard_id) {
    return refuse(line, which + "the standard id " + std::to_string(*id) +
                            " has more than 11 bits (an extended one has bit 31 set)");
  }
  if (*length > max_message_bytes) return refuse(line, which + "longer than 1785 bytes");
  message.length = static_cast<std::uint16_t>(*length);
  const auto key = static_cast<std::uint32_t>(*id);
  if (const auto known = by_dbc_id_.find(key); known != by_dbc_id_.end()) {
    if (auto step = dislike(line, which + "its id is that of message " +
                                      database_.messages[known->second].name + " on line " +
                                      std::to_string(database_.messages[known->second].line));
        !step) {
      return step;
    }
  }
  by_dbc_id_[key] = database_.messages.size();
  database_.messages.push_back(std::move(message));
  return {};
}

Result<void> DbcParser::multiplex_mark(std::string_view mark, Signal& signal) {
  const std::string bad = "signal " + signal.name + ": '" + std::string(mark.substr(0, 40)) +
                          "' is no multiplexer mark (M, m3 or m3M)";
  if (mark == "M") {
    signal.is_multiplexer = true;
    return {};
  }
  if (mark.size() < 2 || mark.front() != 'm') return dislike(signal.line, bad);
  mark.remove_prefix(1);
  if (mark.back() == 'M') {
    signal.is_multiplexer = true;
    mark.remove_suffix(1);
  }
  DbcScanner digits(mark);
  const auto value = digits.take_unsigned();
  if (!value || !digits.at_end()) return refuse(signal.line, bad);
  marks_[{database_.messages.size() - 1, database_.messages.back().signals.size()}] = *value;
  return {};
}

Result<void> DbcParser::signal_layout(Signal& signal) {
  const std::string which = "signal " + signal.name + ": ";
  const auto start = scan_.take_unsigned();
  if (!start) return expected("the start bit of signal " + signal.name);
  if (!scan_.take_char('|')) return expected("'|' between start bit and length");
  const auto length = scan_.take_unsigned();
  if (!length) return expected("the length of signal " + signal.name + " in bits");
  if (!scan_.take_char('@')) return expected("'@' before the byte order");
  const bool intel = scan_.take_char('1');
  if (!intel && !scan_.take_char('0')) return expected("the byte order, 0 or 1");
  const bool is_signed = scan_.take_char('-');
  if (!is_signed && !scan_.take_char('+')) return expected("the sign, '+' or '-'");
  if (*length == 0 || *length > 64) {
    return refuse(signal.line,
                  which + "its length must be 1 to 64 bits, not " + std::to_string(*length));
  }
  if (*start >= max_message_bytes * 8) {
    return refuse(signal.line,
                  which + "start bit " + std::to_string(*start) + " is beyond every message");
  }
  signal.start_bit = static_cast<std::uint16_t>(*start);
  signal.length = static_cast<std::uint16_t>(*length);
  signal.big_endian = !intel;
  signal.kind = is_signed ? ValueKind::signed_integer : ValueKind::unsigned_integer;
  return {};
}

Result<void> DbcParser::signal_numbers(Signal& signal) {
  const auto pair = [&](char open, char between, char close, double& first, double& second,
                        const std::string& what) -> Step {
    const auto wrong = [&] { return expected(what + " of signal " + signal.name); };
    if (!scan_.take_char(open)) return wrong();
    const auto a = scan_.take_number();
    if (!a || !scan_.take_char(between)) return wrong();
    const auto b = scan_.take_number();
    if (!b || !scan_.take_char(close)) return wrong();
    first = *a;
    second = *b;
    return {};
  };
  if (auto step = pair('(', ',', ')', signal.scale, signal.offset, "(factor,offset)"); !step) {
    return step;
  }
  return pair('[', '|', ']', signal.minimum, signal.maximum, "[minimum|maximum]");
}

Result<void> DbcParser::signal(int line) {
  if (!in_message_) return refuse(line, "SG_ stands outside of a message");
  const auto name = scan_.take_word();
  if (!name) return expected("a signal name");
  if (in_pseudo_message_) {
    database_.messages.emplace_back();  // a place to read the signal into, dropped again below
  }
  Signal signal;
  signal.line = line;
  signal.name = signal.dbc_name = *name;
  if (const auto mark = scan_.take_word()) {
    if (auto step = multiplex_mark(*mark, signal); !step) return step;
  }
  if (!scan_.take_char(':')) return expected("':' after the signal name");
  if (auto step = signal_layout(signal); !step) return step;
  if (auto step = signal_numbers(signal); !step) return step;
  auto unit = scan_.take_string();
  if (!unit) return expected("the unit of signal " + signal.name + ", a string");
  signal.unit = std::move(*unit);
  while (const auto receiver = scan_.peek_word()) {
    if (is_keyword(*receiver)) break;
    scan_.take_word();
    scan_.take_char(',');
  }
  if (in_pseudo_message_) {
    marks_.erase({database_.messages.size() - 1, 0});
    database_.messages.pop_back();
    return {};
  }
  Message& message = database_.messages.back();
  if (message.find(signal.name) != nullptr) {
    if (auto step =
            dislike(line, "message " + message.name + " has signal " + signal.name + " twice");
        !step) {
      return step;
    }
    marks_.erase({database_.messages.size() - 1, message.signals.size()});
    return {};  // the first one counts
  }
  if (message.signals.size() >= max_signals) {
    return refuse(line, "message " + message.name + " has more than 4096 signals");
  }
  message.signals.push_back(std::move(signal));
  return {};
}

}  // namespace lujing::hal::can
