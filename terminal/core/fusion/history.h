// The last two seconds: what was told, and copies of the estimate in between. A measurement that
// comes late is put where it belongs: back to the copy before it, then forward again through
// everything that was true after it. So the order in which measurements arrive does not matter
// while none is later than two seconds; the result is the same, bit for bit.
#pragma once

#include "terminal/core/fusion/estimate.h"
#include "terminal/core/fusion/told.h"

#include <array>
#include <cstddef>
#include <vector>

namespace lujing::core {

struct FusionConfig;

class History {
 public:
  static constexpr std::int64_t reach_ns = 2 * ns_per_s;

  History();
  void clear();

  enum class Taken : std::uint8_t { in_order, late, too_late };
  /// Brings `e` to what it is with `told`; its time may be before e's.
  Taken take(Estimate& e, const Told& told, const FusionConfig& config);

 private:
  static constexpr std::size_t most_told = 512;
  static constexpr std::size_t most_copies = 32;
  static constexpr std::int64_t copy_every_ns = 100 * ns_per_ms;

  struct Copy {
    Estimate estimate;
    std::uint64_t next = 0;  ///< number of the first told one that is not in it
  };

  const Told& told(std::uint64_t number) const { return told_[number % most_told]; }
  Told& told(std::uint64_t number) { return told_[number % most_told]; }
  void append(Estimate& e, const Told& what, const FusionConfig& config);
  void keep_copy(const Estimate& e);

  std::vector<Told> told_;      ///< a ring, by number, ascending by time
  std::vector<Copy> copies_;    ///< a ring, ascending
  std::uint64_t told_end_ = 0;  ///< number of the next one
  std::uint64_t copies_end_ = 0;
  std::uint64_t copies_begin_ = 0;
};

}  // namespace lujing::core
