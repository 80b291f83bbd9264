#include "base/command_line.h"
#include "base/option.h"
#include "ctl/signals.h"

#include <iostream>
#include <memory>

namespace lujing::ctl {

void add_signals_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<SignalsArgs>();
  cli::App* command =
      app.add_subcommand("signals", "decode a candump log or a live CAN bus with DBC files");
  command->footer(
      "Examples:\n"
      "  lujing-ctl signals truck.log --dbc chassis_j1939.dbc > signals.csv\n"
      "  lujing-ctl signals slcan:/dev/ttyACM0 --bitrate 250000 --dbc chassis_j1939.dbc "
      "--message CCVS1\n"
      "\n"
      "CSV: time,message,signal,value,unit. No value: the vehicle says \"not available\" or "
      "\"error\".\n"
      "Exit code: 0; 1: cannot be read, or no DBC file knows any frame; 2: some lines of the log "
      "are "
      "no frames.");
  command
      ->add_option("input", args->input,
                   "a candump log (- for standard input), slcan:DEVICE or socketcan:NAME")
      ->required();
  command->add_option("--dbc", args->dbc, "a DBC file; may be given several times")
      ->required()
      ->one_word_each();
  command->add_option("--message", args->messages, "only this message; may be given several times")
      ->one_word_each();
  command->add_option("--bitrate", args->bitrate, "of the bus, for slcan")
      ->capture_default_str()
      ->check(cli::range(1, 10'000'000));
  command
      ->add_option("--seconds", args->seconds,
                   "end after so many seconds of a live bus; 0: when it is interrupted")
      ->check([](const std::string& text) { return number_problem(text, 0, 1e9); });
  command->add_flag("--json", args->json, "one JSON object a line in place of CSV");
  command->add_flag("--names", args->names, "add the text of the DBC's value table");
  command->add_flag("--lenient", args->lenient,
                    "take a DBC file whose signals do not fit their message");
  command->callback([args, &exit_code] { exit_code = run_signals(*args, std::cout, std::cerr); });
}

}  // namespace lujing::ctl
