// Who drives: a reader that says by a switch whether it knows the driver (a face, a fingerprint),
// and a reader that says which card is held to it, judged by the list that comes with the permits.
//
// A card signs its driver on until the vehicle has stood for the hold time of MT-14, or another
// card is shown. A card that is not on the list is nobody's; without a list any card will do. What
// either reader knows counts: yes if one of them knows him, no if one of them does not.
#pragma once

#include "base/time.h"
#include "hal/observation.h"
#include "terminal/core/alarm/truth.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace lujing::core {

class Driver {
 public:
  void take_switch(hal::SwitchState state);
  void take_card(BootTime now, const hal::Analog& card);
  /// Who may drive; empty: nobody asks.
  void set_cards(std::vector<std::uint64_t> cards) { cards_ = std::move(cards); }
  /// Signed on before a power cut, and until when he was seen to be; the cut counts as standing.
  void resume(std::uint64_t card, std::optional<UtcTime> then);

  /// Time passes.
  void judge(BootTime now, std::optional<UtcTime> utc, bool moving, double hold_s);
  Truth verified() const;
  /// Signed on, on the list or not; 0: nobody is.
  std::uint64_t card() const { return card_; }

 private:
  bool listed() const;

  Truth by_switch_ = Truth::unknown;
  bool has_reader_ = false;  ///< and it works
  std::uint64_t card_ = 0;
  std::vector<std::uint64_t> cards_;
  std::optional<BootTime> stands_since_;
  std::optional<UtcTime> resumed_;
};

}  // namespace lujing::core
