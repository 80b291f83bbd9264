// The rules of cleaning: one file each, of the same shape as mt01.h.
#pragma once

#include "terminal/core/alarm/facts.h"
#include "terminal/core/config.h"

#include <string>

namespace lujing::core {

/// SW-01: sweeping faster than it cleans, outside the hours of patrol cleaning.
namespace sw01 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sw01

/// SW-02: patrol cleaning (保洁) too fast.
namespace sw02 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sw02

/// SW-03: fake sweeping: on a road where sweeping is due, at a speed at which one sweeps, and
/// nothing of it is effective. A silent signal is not known, and no fake.
namespace sw03 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sw03

/// SW-04: auxiliary engine out of its band while working.
namespace sw04 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sw04

/// SP-01: flushing or sprinkling too fast.
namespace sp01 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sp01

/// SP-02: work in forbidden hours: traffic peaks; on elevated roads hours of their own.
namespace sp02 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sp02

/// SP-03: water on the road when it is cold.
namespace sp03 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sp03

/// SP-04: heat asks for more passes than were made by the deadline.
namespace sp04 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sp04

/// SP-05: sweeping in a wind that only raises dust; or too few passes of water in wind.
namespace sp05 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sp05

/// SP-06: jets in daytime, when only spray is allowed.
namespace sp06 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sp06

/// SP-07: a flush that was not done by its deadline.
namespace sp07 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace sp07

/// CV-01: kerbs that were covered to less than a pass needs when the deadline came.
namespace cv01 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace cv01

/// CV-02: roads of which one side was done and the other was not.
namespace cv02 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace cv02

/// CV-03: fewer passes than the day asks.
namespace cv03 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace cv03

/// CV-04: 吸、冲、洗、补 not in order or not in time.
namespace cv04 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace cv04

/// CV-07: work where no task of the plan is.
namespace cv07 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace cv07

/// GB-01: a collection point that was not served when it was due (日产日清).
namespace gb01 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace gb01

/// GB-02: emptied where there is no station.
namespace gb02 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace gb02

/// GB-03: stood at a collection point, and drove on without a lift.
namespace gb03 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace gb03

/// FU-01: fuel that goes while the vehicle is parked.
namespace fu01 {
const AlarmConfig& parameters(const CoreConfig& config);
Truth condition(const Facts& facts, const CoreConfig& config);
std::string detail(const Facts& facts);
}  // namespace fu01

}  // namespace lujing::core
