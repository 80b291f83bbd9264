// The way from one spot to another, along streets, without turning round on one.
#pragma once

#include "sim/city/city.h"

#include <vector>

namespace lujing::sim {

/// The links to drive, from.link first and to.link last. Empty if there is no way, which a
/// generated city does not have. The way of least driving time at the speed limits, turns and
/// lights counted.
std::vector<LinkId> find_route(const City& city, Spot from, Spot to);

/// The links of a street from that one on, straight ahead, as far as it goes: what a sweeper works.
std::vector<LinkId> along_street(const City& city, LinkId first);

}  // namespace lujing::sim
