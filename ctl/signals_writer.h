// Frames to lines of CSV or JSON. Internal to `lujing-ctl signals`.
#pragma once

#include "base/result.h"
#include "ctl/signals.h"
#include "hal/can/decoder.h"

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace lujing::ctl {

class SignalsWriter {
 public:
  /// Reads the DBC files and writes the CSV head. `out` must outlive it.
  static Result<SignalsWriter> make(const SignalsArgs& args, std::ostream& out);

  /// One line for each signal of the frame.
  void take(const hal::can::CanFrame& frame, std::int64_t time_ns);
  void flush();
  /// Frames that a DBC file has a message for, asked for or not.
  std::uint64_t known_frames() const { return known_frames_; }

 private:
  /// What stands behind a decoder's wish.
  struct Column {
    const hal::can::Signal* signal = nullptr;
    const hal::can::Message* message = nullptr;
    std::string prefix;  ///< of a CSV line: ",message,signal,"
    std::string suffix;  ///< ",unit"
    bool wanted = true;
  };
  struct File {
    std::unique_ptr<hal::can::Database> database;
    hal::can::Decoder decoder;
    std::vector<Column> columns;
  };

  SignalsWriter(const SignalsArgs& args, std::ostream& out);
  Result<void> add(hal::can::Database database);
  void write_csv(const Column& column, const hal::can::Decoded& decoded, const std::string& time);
  void write_json(const Column& column, const hal::can::Decoded& decoded, const std::string& time);

  std::ostream* out_;
  SignalsArgs args_;
  std::vector<File> files_;
  std::uint64_t known_frames_ = 0;
};

}  // namespace lujing::ctl
