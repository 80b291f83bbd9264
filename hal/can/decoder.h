// Frames to physical values, by a plan that is made once: the chosen signals only.
//
//   auto decoder = Decoder::compile({&truck}, {{"CCVS1", "WheelBasedVehicleSpeed", {}}});
//   for (const Decoded& d : decoder->decode(frame)) use(d.wish, d.state, d.value);
//
// decode() allocates nothing and reads no byte that the frame does not have.
#pragma once

#include "base/result.h"
#include "hal/can/dbc.h"
#include "hal/can/frame.h"
#include "hal/observation.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lujing::hal::can {

/// One signal that is wanted, by the names of the DBC.
struct SignalWish {
  std::string message;
  std::string signal;
  /// Of a J1939 message: only from this source address. Needed where two engines say the same
  /// group. nullopt: from the address that the DBC gives, where it gives one for several messages
  /// of this group, else from anybody.
  std::optional<std::uint8_t> source;
  /// A share of a whole is wanted: what the DBC gives in "%" is told as hundredths.
  bool share = false;
};

struct DecodeOptions {
  /// In J1939 messages, raw values in the "error" and "not available" ranges are told as such. Off:
  /// as numbers.
  bool judge_j1939_ranges = true;
};

struct Decoded {
  std::uint32_t wish = 0;  ///< index into the list that compile() was given
  SignalState state = SignalState::ok;
  std::int64_t raw = 0;  ///< key of the signal's value table; of a float signal its bits
  double value = 0;      ///< physical; 0 unless ok
};

/// What a kernel filter or an adapter must let through.
struct IdFilter {
  std::uint32_t id = 0;
  std::uint32_t mask = 0;  ///< of the id's bits
  bool extended = false;
  bool operator==(const IdFilter&) const = default;
};

class Decoder {
 public:
  /// The databases are only needed for the call. Refuses a wish for what they do not have.
  static Result<Decoder> compile(const std::vector<const Database*>& databases,
                                 const std::vector<SignalWish>& wishes, DecodeOptions options = {});
  /// Every signal of one database; `wish` then counts them in the order of the file, message by
  /// message.
  static Result<Decoder> compile_all(const Database& database, DecodeOptions options = {});

  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder();

  /// The wanted signals that the frame carries, valid until the next call. Empty for error and
  /// remote frames and for ids that nobody asked for. A signal that its multiplexer did not choose
  /// is left out; so is one whose bytes the frame does not have (then short_frames() counts the
  /// frame). A floating-point signal that is no finite number has the state `error`.
  std::span<const Decoded> decode(const CanFrame& frame);

  std::uint64_t short_frames() const;
  /// One for each id or parameter group of the plan.
  std::vector<IdFilter> filters() const;

  struct Plan;  ///< decode_plan.h, for hal/can itself

 private:
  explicit Decoder(std::unique_ptr<Plan> plan);
  std::unique_ptr<Plan> plan_;
};

}  // namespace lujing::hal::can
