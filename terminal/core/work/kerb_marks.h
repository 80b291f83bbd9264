// What the driver says of the kerb: "this one cannot be cleaned". A mark holds for a stretch, and
// ends by itself: one tap must not excuse a shift.
//
//   driver     he says that the kerb is free again
//   length     as far as one mark may reach      }
//   time       as long as one mark may last      } [exceptions] of the city profile
//   speed      faster than anybody works         }
//   off plan   the plan asks nothing of this vehicle there: nothing is to be excused
//
// To say it again he says first that the kerb is free (0), then why it is not: a new mark.
#pragma once

#include "base/time.h"
#include "protocol/work_records.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace lujing::core {

struct CleaningConfig;

/// A mark that stands.
struct Blocked {
  std::uint8_t code = 0;      ///< 1 + ExceptionReason; 0: nobody says so
  std::int64_t since_ms = 0;  ///< boot time of the press: which mark
  bool operator==(const Blocked&) const = default;
};

/// From outside of this: "as far as" and "as long as" are kept exactly, whenever it is looked.
class KerbMarks {
 public:
  struct Look {
    BootTime now;
    std::uint8_t said = 0;  ///< what the button says now
    double driven_m = 0;
    std::optional<double> speed_mps;
    bool planned = false;  ///< there is a plan
  };
  /// Where the mark ended, by one of the bounds, since the last look.
  struct Ended {
    BootTime at;
    double driven_m = 0;
  };

  explicit KerbMarks(const CleaningConfig& config) : config_(&config) {}

  /// Something only where a bound ended the mark.
  std::optional<Ended> judge(const Look& look);
  /// What was driven from `entered` on is not asked for by the plan.
  void driven_off_plan(BootTime entered);

  const Blocked& now() const { return blocked_; }
  bool any() const { return ended_count_ > 0 || blocked_.code != 0; }
  /// What ended the mark of that moment; none: it stands, or is forgotten.
  protocol::MarkEnd ended(std::int64_t since_ms) const;
  /// What ended the last one, for as long as the driver should see it. None where he did himself.
  protocol::MarkEnd told(BootTime now) const;

 private:
  struct Old {
    std::int64_t since_ms = 0;
    protocol::MarkEnd ended = protocol::MarkEnd::none;
  };
  void end(BootTime at, protocol::MarkEnd why);
  std::optional<Ended> bound(const Look& look);

  const CleaningConfig* config_;
  Blocked blocked_;
  BootTime began_;
  double began_m_ = 0;
  std::uint8_t said_ = 0;
  bool off_plan_ = false;
  BootTime looked_;  ///< the last look
  double looked_m_ = 0;
  std::array<Old, 64> old_{};  ///< more than a quarter of an hour's
  std::size_t ended_count_ = 0;
  BootTime ended_at_;
};

}  // namespace lujing::core
