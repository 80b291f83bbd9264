#include "ctl/signals_writer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <utility>

namespace lujing::ctl {
namespace {

using hal::SignalState;
using hal::can::Decoded;
using hal::can::Signal;

/// Quoted where a comma, a quote or a line end stands inside (RFC 4180).
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

/// Whole numbers as they are, others with 12 digits: the last ones of a double are noise of the
/// scaling.
std::string number(double value) {
  std::array<char, 40> text{};
  const bool whole = std::abs(value) < 9e15 && value == std::trunc(value);
  std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.12g", value == 0 ? 0.0 : value);
  return text.data();
}

std::string seconds_text(std::int64_t ns) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%lld.%06lld", static_cast<long long>(ns / ns_per_s),
                static_cast<long long>(ns % ns_per_s / 1000));
  return text.data();
}

const char* state_name(SignalState state) {
  switch (state) {
    case SignalState::ok:
      return "ok";
    case SignalState::not_available:
      return "not_available";
    case SignalState::error:
      return "error";
    case SignalState::stale:
      break;
  }
  return "stale";
}

std::string name_of(const Signal& signal, std::int64_t raw) {
  for (const auto& [value, text] : signal.values) {
    if (value == raw) return text;
  }
  return {};
}

}  // namespace

SignalsWriter::SignalsWriter(const SignalsArgs& args, std::ostream& out)
    : out_(&out), args_(args) {}

Result<void> SignalsWriter::add(hal::can::Database database) {
  auto kept = std::make_unique<hal::can::Database>(std::move(database));
  auto decoder = hal::can::Decoder::compile_all(*kept);
  if (!decoder) return decoder.error();
  std::vector<Column> columns;
  for (const hal::can::Message& message : kept->messages) {
    const bool wanted =
        args_.messages.empty() ||
        std::any_of(args_.messages.begin(), args_.messages.end(), [&](const std::string& name) {
          return name == message.name || name == message.dbc_name;
        });
    for (const Signal& signal : message.signals) {
      columns.push_back({&signal, &message,
                         "," + csv_field(message.name) + "," + csv_field(signal.name) + ",",
                         "," + csv_field(signal.unit), wanted});
    }
  }
  files_.push_back({std::move(kept), std::move(*decoder), std::move(columns)});
  return {};
}

Result<SignalsWriter> SignalsWriter::make(const SignalsArgs& args, std::ostream& out) {
  SignalsWriter writer(args, out);
  if (args.dbc.empty()) return Error("no DBC file: give one with --dbc FILE");
  for (const std::string& file : args.dbc) {
    auto database = hal::can::load_dbc(file, {.lenient = args.lenient});
    if (!database) {
      const bool helps = !args.lenient && hal::can::load_dbc(file, {.lenient = true});
      return helps ? Error(database.error().what() + "\n(--lenient takes this file all the same)")
                   : database.error();
    }
    if (database->messages.empty())
      return Error(file + ": has no message (BO_) in it; is it the vehicle's DBC file?");
    if (auto added = writer.add(std::move(*database)); !added) return added.error();
  }
  for (const std::string& name : args.messages) {
    const bool known =
        std::any_of(writer.files_.begin(), writer.files_.end(),
                    [&](const File& file) { return file.database->find(name) != nullptr; });
    if (!known) return Error("no DBC file has a message " + name);
  }
  if (!args.json) out << "time,message,signal,value,unit" << (args.names ? ",name" : "") << '\n';
  return writer;
}

void SignalsWriter::write_csv(const Column& column, const Decoded& decoded,
                              const std::string& time) {
  *out_ << time << column.prefix;
  if (decoded.state == SignalState::ok) *out_ << number(decoded.value);
  *out_ << column.suffix;
  if (args_.names) *out_ << ',' << csv_field(name_of(*column.signal, decoded.raw));
  *out_ << '\n';
}

void SignalsWriter::write_json(const Column& column, const Decoded& decoded,
                               const std::string& time) {
  const auto quoted = [](const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  *out_ << "{\"time\":" << time << ",\"message\":" << quoted(column.message->name)
        << ",\"signal\":" << quoted(column.signal->name) << ",\"value\":"
        << (decoded.state == SignalState::ok ? number(decoded.value) : std::string("null"))
        << ",\"unit\":" << quoted(column.signal->unit) << ",\"state\":\""
        << state_name(decoded.state) << '"';
  if (args_.names) *out_ << ",\"name\":" << quoted(name_of(*column.signal, decoded.raw));
  *out_ << "}\n";
}

void SignalsWriter::take(const hal::can::CanFrame& frame, std::int64_t time_ns) {
  const std::string time = seconds_text(time_ns);
  bool known = false;
  for (File& file : files_) {
    for (const Decoded& decoded : file.decoder.decode(frame)) {
      known = true;
      const Column& column = file.columns[decoded.wish];
      if (!column.wanted) continue;
      if (args_.json) {
        write_json(column, decoded, time);
      } else {
        write_csv(column, decoded, time);
      }
    }
  }
  known_frames_ += known ? 1 : 0;
}

void SignalsWriter::flush() {
  out_->flush();
}

}  // namespace lujing::ctl
