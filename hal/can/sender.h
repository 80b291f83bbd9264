// Messages of ours on the bus: the vehicle's outputs (limits put on it) as signals of a DBC file.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "hal/can/frame.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lujing::hal {
class OutputBoard;
}

namespace lujing::hal::can {

struct Database;
class CanSource;
struct CanConfig;

/// One output of the board as a signal.
struct CanOutput {
  std::size_t output = 0;  ///< its place on the board
  std::string message;
  std::string signal;
  std::uint32_t cycle_ms =
      100;  ///< its message is sent so often; the shortest of a message's counts
  /// A value, in the signal's unit; 0 is none, and is sent as all ones ("not available" in J1939).
  /// Else a switch: 0 or 1, turned round where the output is inverted.
  bool is_value = false;
  /// J1939: of the sender, where the DBC says "whoever sends it". 39: the management computer.
  std::uint8_t source_address = 39;
};

/// What of a message is no output of ours is sent as ones. Used by one thread.
class Sender {
 public:
  Sender() = default;
  /// Refused: a message or signal that the files do not have, a multiplexed one, a message of more
  /// than eight bytes, a signal beyond its message.
  static Result<Sender> compile(std::span<const Database* const> databases,
                                std::vector<CanOutput> outputs,
                                std::shared_ptr<const OutputBoard> board);

  /// Appends the frames whose time has come. A message of which nothing has been wanted yet is not
  /// sent: silence, not a limit of zero.
  void due(BootTime now, std::vector<CanFrame>& out);
  /// When the next one comes; far away where there is none.
  BootTime next() const;

 private:
  struct Field {
    CanOutput output;
    std::uint16_t start_bit = 0;
    std::uint16_t length = 0;
    bool big_endian = false;
    bool is_signed = false;
    double scale = 1;
    double offset = 0;
  };
  struct Message {
    CanFrame frame;
    std::int64_t cycle_ns = 0;
    BootTime next;
    std::vector<Field> fields;
  };
  std::uint64_t raw_of(const Field& field, std::uint16_t wanted) const;
  bool fill(Message& message) const;

  std::vector<Message> messages_;
  std::shared_ptr<const OutputBoard> board_;
};

/// As open_can(), and what is sent.
Result<std::unique_ptr<CanSource>> open_can(const CanConfig& config, std::vector<CanOutput> outputs,
                                            std::shared_ptr<const OutputBoard> board);

}  // namespace lujing::hal::can
