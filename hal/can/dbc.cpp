#include "hal/can/dbc.h"

#include "hal/can/dbc_parser.h"
#include "hal/can/frame.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace lujing::hal::can {
namespace {

constexpr std::uintmax_t max_file_bytes = 32U << 20U;
constexpr int format_j1939 = 3;  // VFrameFormat, by custom

template <class Items>
auto find_named(const Items& items, std::string_view name) -> const typename Items::value_type* {
  for (const auto& item : items) {
    if (item.name == name) return &item;
  }
  for (const auto& item : items) {
    if (item.dbc_name == name) return &item;
  }
  return nullptr;
}

}  // namespace

const Signal* Message::find(std::string_view signal) const {
  return find_named(signals, signal);
}

const Message* Database::find(std::string_view message) const {
  return find_named(messages, message);
}

std::uint16_t bytes_needed(const Signal& signal) {
  const int bits = signal.big_endian
                       ? signal.start_bit / 8 * 8 + (7 - signal.start_bit % 8) + signal.length
                       : signal.start_bit + signal.length;
  return static_cast<std::uint16_t>((bits + 7) / 8);
}

void DbcParser::mark_j1939(std::size_t index) {
  Message& message = database_.messages[index];
  if (!message.extended) return;
  const auto said = attributes_.frame_format.find(index);
  const auto format = said != attributes_.frame_format.end() ? std::optional<int>(said->second)
                                                             : attributes_.frame_format_default;
  message.j1939 = j1939_source(message.id) == j1939_any_source ||
                  (format ? *format == format_j1939 : attributes_.protocol_j1939);
}

Result<void> DbcParser::check_message(Message& message) {
  for (const Signal& signal : message.signals) {
    if (bytes_needed(signal) <= message.length) continue;
    if (auto step =
            dislike(signal.line, "signal " + signal.name + " needs " +
                                     std::to_string(bytes_needed(signal)) + " bytes, message " +
                                     message.name + " has " + std::to_string(message.length));
        !step) {
      return step;
    }
  }
  return {};
}

Result<void> DbcParser::link_multiplexers(std::size_t index) {
  Message& message = database_.messages[index];
  int root = -1;
  int roots = 0;
  for (std::size_t i = 0; i < message.signals.size(); ++i) {
    if (message.signals[i].is_multiplexer && marks_.count({index, i}) == 0) {
      root = static_cast<int>(i);
      ++roots;
    }
  }
  for (std::size_t i = 0; i < message.signals.size(); ++i) {
    Signal& signal = message.signals[i];
    const auto mark = marks_.find({index, i});
    if (mark == marks_.end() || signal.multiplexer >= 0) continue;
    const std::string which = "signal " + signal.name + " of message " + message.name;
    if (roots != 1) {
      return refuse(signal.line, which + " is multiplexed, but the message has " +
                                     std::to_string(roots) +
                                     " multiplexers (M) and no SG_MUL_VAL_ says which");
    }
    signal.multiplexer = root;
    signal.chosen_by = {{mark->second, mark->second}};
  }
  return check_multiplexer_loops(message);
}

Result<void> DbcParser::check_multiplexer_loops(const Message& message) const {
  for (const Signal& signal : message.signals) {
    std::size_t steps = 0;
    for (int up = signal.multiplexer; up >= 0;
         up = message.signals[static_cast<std::size_t>(up)].multiplexer) {
      if (++steps > message.signals.size()) {
        return refuse(signal.line, "signal " + signal.name + " of message " + message.name +
                                       " is multiplexed by itself, in a circle");
      }
    }
  }
  return {};
}

Result<Database> DbcParser::link() {
  for (const MuxRow& row : mux_rows_) {
    Message& message = database_.messages[row.message];
    Signal& signal = message.signals[row.signal];
    int parent = -1;
    for (std::size_t i = 0; i < message.signals.size(); ++i) {
      if (message.signals[i].dbc_name == row.multiplexer) parent = static_cast<int>(i);
    }
    if (parent < 0) {
      return refuse(row.line, "message " + message.name + " has no multiplexer " +
                                  row.multiplexer.substr(0, 40));
    }
    if (signal.multiplexer >= 0 && signal.multiplexer != parent) {
      return refuse(row.line, "signal " + signal.name + " has two multiplexers");
    }
    message.signals[static_cast<std::size_t>(parent)].is_multiplexer = true;
    signal.multiplexer = parent;
    signal.chosen_by.insert(signal.chosen_by.end(), row.ranges.begin(), row.ranges.end());
  }
  for (std::size_t i = 0; i < database_.messages.size(); ++i) {
    if (auto step = link_multiplexers(i); !step) return step.error();
    if (auto step = check_message(database_.messages[i]); !step) return step.error();
    mark_j1939(i);
  }
  return std::move(database_);
}

Result<Database> parse_dbc(std::string_view text, const std::string& file, DbcOptions options) {
  DbcParser parser(text, file, options);
  if (auto step = parser.read(); !step) return step.error();
  return parser.link();
}

Result<Database> load_dbc(const std::filesystem::path& file, DbcOptions options) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  if (error) return Error(file.string() + ": cannot be read: " + error.message());
  if (bytes > max_file_bytes) return Error(file.string() + ": larger than 32 MiB, no DBC file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Error(file.string() + ": cannot be read");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return parse_dbc(text, file.string(), options);
}

}  // namespace lujing::hal::can
