#include "ctl/signals.h"

#include "ctl/signals_writer.h"
#include "hal/can/bus.h"
#include "hal/can/candump.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <utility>

namespace lujing::ctl {
namespace {

using namespace hal::can;  // NOLINT(google-build-using-namespace): this file is about nothing else

constexpr int exit_failed = 1;
constexpr int exit_some_unreadable = 2;
constexpr std::uint64_t shown_complaints = 5;

bool is_live(const std::string& input) {
  return input.rfind("slcan:", 0) == 0 || input.rfind("socketcan:", 0) == 0;
}

int read_log(const std::string& name, std::istream& log, SignalsWriter& writer, std::ostream& err) {
  std::string line;
  std::uint64_t number = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t frames = 0;
  while (std::getline(log, line)) {
    ++number;
    auto read = parse_candump_line(line);
    if (read) {
      if (!read->has_frame) continue;
      ++frames;
      writer.take(read->frame, read->frame.at.ns);
      continue;
    }
    if (++unreadable <= shown_complaints) {
      err << name << ':' << number << ": " << read.error().what() << '\n';
    }
  }
  if (log.bad()) {
    err << name << ": cannot be read to its end\n";
    return exit_failed;
  }
  if (frames == 0 && unreadable == 0) err << name << ": holds no frame\n";
  if (frames > 0 && writer.known_frames() == 0) {
    err << name << ": of its " << frames
        << " frames the DBC files know none: are they this vehicle's?\n";
    return exit_failed;
  }
  if (unreadable == 0) return 0;
  err << name << ": " << unreadable << " of " << number << " lines are no frames\n";
  return exit_some_unreadable;
}

int read_bus(const SignalsArgs& args, SignalsWriter& writer, std::ostream& err) {
  BusOptions options;
  options.bitrate = args.bitrate;
  auto bus = make_bus(args.input, options);
  if (!bus) {
    err << bus.error().what() << '\n';
    return exit_failed;
  }
  if (auto opened = (*bus)->open(-1); !opened) {
    err << opened.error().what() << '\n';
    return exit_failed;
  }
  const std::int64_t utc_minus_boot_ns = utc_now().ms * ns_per_ms - boot_now().ns;
  const BootTime began = boot_now();
  std::array<CanFrame, 64> frames{};
  while (args.seconds <= 0 || boot_now().seconds() - began.seconds() < args.seconds) {
    auto read = (*bus)->read(frames, -1, 100);
    if (!read) {
      err << read.error().what() << '\n';
      return exit_failed;
    }
    for (std::size_t i = 0; i < read->frames; ++i) {
      writer.take(frames[i], frames[i].at.ns + utc_minus_boot_ns);
    }
    if (read->frames > 0) writer.flush();
  }
  return 0;
}

}  // namespace

int run_signals(const SignalsArgs& args, std::ostream& out, std::ostream& err) {
  auto writer = SignalsWriter::make(args, out);
  if (!writer) {
    err << writer.error().what() << '\n';
    return exit_failed;
  }
  if (is_live(args.input)) return read_bus(args, *writer, err);
  if (args.input == "-") return read_log("standard input", std::cin, *writer, err);
  std::error_code ignored;
  if (std::filesystem::is_directory(args.input, ignored)) {
    err << args.input << ": is a folder; give one candump log\n";
    return exit_failed;
  }
  std::ifstream log(args.input);
  if (!log) {
    err << args.input << ": cannot be read; give a candump log, slcan:DEVICE or socketcan:NAME\n";
    return exit_failed;
  }
  return read_log(args.input, log, *writer, err);
}

}  // namespace lujing::ctl
