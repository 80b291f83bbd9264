// What the rules of hauling look at: places, permits and the load, as they are now.
#pragma once

#include "terminal/core/alarm/truth.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace lujing::core {

/// Unknown where there are no fences, no permits, no position or no UTC to judge by. What has just
/// happened (dumped, dug, unwashed, early, gap) stays yes for a few seconds.
struct HaulFacts {
  Truth forbidden = Truth::unknown;       ///< in a forbidden fence for longer than tolerated
  Truth restricted = Truth::unknown;      ///< laden, in one that forbids laden vehicles
  Truth over_limit = Truth::unknown;      ///< faster than a fence here allows
  Truth at_tip = Truth::unknown;          ///< in a disposal site of a permit in force
  Truth near_other_tip = Truth::unknown;  ///< near a disposal site of none
  Truth near_site = Truth::unknown;       ///< near a loading site of a permit in force
  Truth at_place = Truth::unknown;        ///< in any site, disposal site or car park
  Truth permitted = Truth::unknown;       ///< some permit covers the vehicle now
  Truth curfew = Truth::unknown;          ///< hours in which nobody may haul but by night permit
  Truth off_route = Truth::unknown;       ///< on a trip, beside all roads of its permit
  Truth listed = Truth::unknown;          ///< the vehicle is on the list (失信)
  Truth driver = Truth::unknown;          ///< the driver has been verified
  Truth laden = Truth::unknown;
  Truth overdue = Truth::unknown;   ///< on a trip for too long
  Truth dumped = Truth::unknown;    ///< tipped, and not in a disposal site of a permit in force
  Truth dug = Truth::unknown;       ///< loaded, and in no loading site
  Truth early = Truth::unknown;     ///< loaded in a site before its permit's time
  Truth unwashed = Truth::unknown;  ///< left a loading site laden without washing
  Truth gap = Truth::unknown;       ///< two positions in a row too far apart
  // For the driver, before it becomes an alarm.
  Truth forbidden_ahead = Truth::unknown;  ///< straight ahead lies a zone that is forbidden now
  Truth wash_due = Truth::unknown;         ///< moves in its site, laden and not washed enough
  std::optional<double> permit_left_s;     ///< until the last permit in force ends
  std::uint64_t driver_card = 0;           ///< of the reader; 0: nobody has shown one
  std::string_view place;                  ///< id of the fence that the worst of these is about
  std::string_view permit;                 ///< id of a permit in force
  double limit_mps = 0;                    ///< smallest speed limit of the fences here; 0: none
};

}  // namespace lujing::core
