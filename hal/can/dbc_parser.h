// The statements of a DBC file. Internal to hal/can; what it read is checked by link().
#pragma once

#include "hal/can/dbc.h"
#include "hal/can/dbc_scanner.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::hal::can {

/// What a file says about itself in attributes, as far as it matters here.
struct DbcAttributes {
  bool protocol_j1939 = false;              ///< ProtocolType "J1939", said or by default
  std::optional<int> frame_format_default;  ///< VFrameFormat of messages that do not say it
  std::map<std::size_t, int> frame_format;  ///< by message index
  std::vector<std::string> frame_format_names;
};

/// One SG_MUL_VAL_ row.
struct MuxRow {
  std::size_t message = 0;
  std::size_t signal = 0;
  std::string multiplexer;
  std::vector<MuxRange> ranges;
  int line = 0;
};

class DbcParser {
 public:
  DbcParser(std::string_view text, std::string file, DbcOptions options);
  /// Reads every statement.
  Result<void> read();
  /// Resolves multiplexers, judges what does not fit, and gives the result away. After read().
  Result<Database> link();

 private:
  using Step = Result<void>;

  Step statement(std::string_view word, int line);
  Step skip_new_symbols();
  Step skip_nodes(int line);
  Step skip_statement(std::string_view word, int line);
  Step message(int line);
  Step signal(int line);
  Step signal_layout(Signal& signal);
  Step signal_numbers(Signal& signal);
  Step multiplex_mark(std::string_view mark, Signal& signal);
  Step value_table(int line);
  Step values(int line);
  Result<ValueTable> value_pairs();
  Step comment(int line);
  Step attribute_definition(int line);
  Step attribute_default(int line);
  Step attribute(int line);
  Step attribute_value(std::string_view name, std::optional<std::size_t> message,
                       std::optional<std::size_t> signal);
  Step value_type(int line);
  Step multiplex_values(int line);

  Step end_of_statement(std::string_view word, int line);
  /// Takes "ID" or "ID NAME"; nullopt in the inner optional: not known in this file (noted).
  struct Target {
    std::optional<std::size_t> message;
    std::optional<std::size_t> signal;
  };
  Result<Target> target(bool with_signal, std::string_view of, bool must_exist);

  Step link_multiplexers(std::size_t message);
  Step check_multiplexer_loops(const Message& message) const;
  Step check_message(Message& message);
  void mark_j1939(std::size_t message);

  Error refuse(int line, const std::string& why) const;
  /// In lenient mode a note, else a refusal.
  Step dislike(int line, const std::string& why);
  void note(int line, const std::string& what);
  /// "expected X, found Y" here.
  Error expected(const std::string& what);

  std::string text_;
  std::string file_;
  DbcOptions options_;
  DbcScanner scan_;
  Database database_;
  DbcAttributes attributes_;
  std::vector<MuxRow> mux_rows_;
  std::map<std::uint32_t, std::size_t> by_dbc_id_;  ///< id with bit 31, as the file writes it
  bool in_message_ = false;
  bool in_pseudo_message_ = false;  ///< VECTOR__INDEPENDENT_SIG_MSG: signals of no message
  /// m-marks, by message and signal, until link().
  std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> marks_;
};

}  // namespace lujing::hal::can
