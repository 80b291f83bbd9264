// The conditions of the trust rules, each in a file of its own: pure functions of the facts. The
// numbers and how long each must last are the city profile's.
#pragma once

#include "terminal/core/alarm/facts.h"
#include "terminal/core/config.h"

#include <string>

namespace lujing::core::trust {

/// For the table: AC-01 is 1.
template <std::size_t number>
const AlarmConfig& parameters(const CoreConfig& config) {
  return config.trust.alarms[number - 1];
}

Truth power(const Facts& facts, const CoreConfig& config);         // AC-01
Truth antenna(const Facts& facts, const CoreConfig& config);       // AC-02
Truth sensor_fault(const Facts& facts, const CoreConfig& config);  // AC-03
Truth stuck_sensor(const Facts& facts, const CoreConfig& config);  // AC-04
Truth apart(const Facts& facts, const CoreConfig& config);         // AC-05
Truth jammed(const Facts& facts, const CoreConfig& config);        // AC-06
Truth leap(const Facts& facts, const CoreConfig& config);          // AC-07
Truth bus_silent(const Facts& facts, const CoreConfig& config);    // AC-08
Truth removed(const Facts& facts, const CoreConfig& config);       // AC-09
Truth offline(const Facts& facts, const CoreConfig& config);       // AC-10
Truth device_fault(const Facts& facts, const CoreConfig& config);  // AC-11
Truth clock_step(const Facts& facts, const CoreConfig& config);    // AC-12

std::string power_detail(const Facts& facts);
std::string antenna_detail(const Facts& facts);
std::string sensor_fault_detail(const Facts& facts);
std::string stuck_sensor_detail(const Facts& facts);
std::string apart_detail(const Facts& facts);
std::string jammed_detail(const Facts& facts);
std::string leap_detail(const Facts& facts);
std::string bus_silent_detail(const Facts& facts);
std::string removed_detail(const Facts& facts);
std::string offline_detail(const Facts& facts);
std::string device_fault_detail(const Facts& facts);
std::string clock_step_detail(const Facts& facts);

/// "gnss=12.3km/h": a number with one decimal, the same text on every machine; "-" where unknown.
std::string said(const char* name, std::optional<double> value, const char* unit);

}  // namespace lujing::core::trust
