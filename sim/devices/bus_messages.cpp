#include "sim/devices/bus_messages.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {
namespace {

using State = VehicleState;
constexpr double track_m = 1.9;  // between left and right wheels

// One line a signal: `V(expression of s, the state, and c, the chassis)`.
#define V(expression)                              \
  [](const State& s, const Chassis& c) -> double { \
    static_cast<void>(s);                          \
    static_cast<void>(c);                          \
    return expression;                             \
  }

/// Off the straight, the outer wheel is the faster one; s turns clockwise where positive.
double wheel_kmh(const State& s, const Chassis& c, double to_left) {
  const double speed = s.speed_mps + to_left * s.yaw_rate_rps * track_m / 2;
  return std::max(0.0, speed) * 3.6 * c.wheel_scale;
}
bool works(const Body& body) {
  return body.brush_rpm > 10 || body.water_pump;
}
bool sweeps(const Body& body) {
  return body.brush_rpm > 10;
}
/// What the panel is set to: it says sweeping also while a brush is lifted or the mouth is up.
bool set_to_sweep(const Body& body) {
  return sweeps(body) || body.suction_down > 0.5 || body.fan;
}
bool flows(const Body& body) {
  return body.water_pump && body.valve;
}

constexpr BusSignal eec1[] = {
    {"EngineTorqueMode", 0, 4, 1, 0, V(0)},
    {"DriverDemandTorque", 8, 8, 1, -125, V(100 * c.torque_share)},
    {"ActualEngineTorque", 16, 8, 1, -125, V(100 * c.torque_share)},
    {"EngineSpeed", 24, 16, 0.125, 0, V(c.engine_rpm)},
};
constexpr BusSignal eec2[] = {
    {"AcceleratorPedalPosition1", 8, 8, 0.4, 0, V(s.accel_mps2 > 0.02 ? 100 * c.torque_share : 0)},
    {"EngineLoadAtSpeed", 16, 8, 1, 0, V(100 * c.torque_share)},
};
constexpr BusSignal ccvs1[] = {
    {"ParkingBrakeSwitch", 2, 2, 1, 0, V(s.speed_mps == 0)},
    {"WheelBasedVehicleSpeed", 8, 16, 1.0 / 256, 0, V(s.speed_mps * 3.6 * c.wheel_scale)},
    {"BrakeSwitch", 28, 2, 1, 0, V(s.accel_mps2 < -0.3)},
    {"ClutchSwitch", 30, 2, 1, 0, V(0)},
};
constexpr BusSignal vdc2[] = {
    {"SteeringWheelAngle", 0, 16, 1.0 / 1024, -31.374,
     V(s.speed_mps > 0.5 ? -16.0 * std::atan(4.5 * s.yaw_rate_rps / s.speed_mps) : 0.0)},
    // SAE's sign: positive to the left, against our clockwise angles.
    {"YawRate", 24, 16, 1.0 / 8192, -3.92, V(-s.yaw_rate_rps + c.yaw_bias_rps + c.yaw_noise_rps)},
    {"LateralAcceleration", 40, 16, 1.0 / 2048, -15.687, V(-s.yaw_rate_rps* s.speed_mps)},
    {"LongitudinalAcceleration", 56, 8, 0.1, -12.5, V(s.accel_mps2)},
};
constexpr BusSignal hrw[] = {
    {"FrontAxleLeftWheelSpeed", 0, 16, 1.0 / 256, 0, V(wheel_kmh(s, c, 1))},
    {"FrontAxleRightWheelSpeed", 16, 16, 1.0 / 256, 0, V(wheel_kmh(s, c, -1))},
    {"RearAxleLeftWheelSpeed", 32, 16, 1.0 / 256, 0, V(wheel_kmh(s, c, 1))},
    {"RearAxleRightWheelSpeed", 48, 16, 1.0 / 256, 0, V(wheel_kmh(s, c, -1))},
};
constexpr BusSignal lfe1[] = {
    {"EngineFuelRate", 0, 16, 0.05, 0, V(2.0 + 38.0 * c.torque_share * c.engine_rpm / 2000)},
};
constexpr BusSignal vd[] = {
    {"TripDistance", 0, 32, 0.125, 0, V(s.odometer_m / 1000)},
    {"TotalVehicleDistance", 32, 32, 0.125, 0, V(c.odometer_start_km + s.odometer_m / 1000)},
};
constexpr BusSignal hours_on_bus[] = {
    {"EngineTotalHours", 0, 32, 0.05, 0, V(c.hours_start + s.t_s / 3600)},
};
constexpr BusSignal et1[] = {{"EngineCoolantTemperature", 0, 8, 1, -40, V(c.coolant_c)}};
constexpr BusSignal dd1[] = {{"FuelLevel1", 8, 8, 0.4, 0, V(100 * c.fuel_share)}};
constexpr BusSignal vep1[] = {{"BatteryPotential", 32, 16, 0.05, 0, V(c.engine_on ? 27.6 : 25.1)}};
constexpr BusSignal amb[] = {
    {"BarometricPressure", 0, 8, 0.5, 0, V(101.0)},
    {"AmbientAirTemperature", 24, 16, 0.03125, -273, V(c.air_c)},
};
constexpr BusSignal vw[] = {
    {"AxleLocation", 0, 8, 1, 0, V(0x10)},
    {"AxleWeight", 8, 16, 0.5, 0,
     V(std::min(0.6 * (c.empty_kg + s.body.load_share * c.full_load_kg), 32000.0))},
    {"CargoWeight", 40, 16, 2, 0, V(s.body.load_share* c.full_load_kg)},
};

constexpr BusSignal sweeper_work_on_bus[] = {
    {"BodyUp", 0, 1, 1, 0, V(s.body.hoist_deg > 1)},
    {"BodyDown", 1, 1, 1, 0, V(0)},
    {"RearDoorOpening", 2, 1, 1, 0, V(0)},
    {"RearDoorClosing", 3, 1, 1, 0, V(0)},
    {"TankFlush", 4, 1, 1, 0, V(0)},
    {"Flushing", 5, 1, 1, 0, V(!set_to_sweep(s.body) && s.body.water_pump)},
    {"WashSweeping", 6, 1, 1, 0, V(set_to_sweep(s.body) && s.body.water_pump)},
    {"Sweeping", 7, 1, 1, 0, V(set_to_sweep(s.body) && !s.body.water_pump)},
    {"RearMist", 8, 1, 1, 0, V(0)},
    {"LeftWork", 9, 1, 1, 0, V(works(s.body) && s.body.side == Side::left)},
    {"FullWork", 10, 1, 1, 0, V(works(s.body) && s.body.side == Side::full)},
    {"RightWork", 11, 1, 1, 0, V(works(s.body) && s.body.side == Side::right)},
    {"DustSpray", 12, 1, 1, 0, V(0)},
    {"OilPump", 13, 1, 1, 0, V(works(s.body))},
    {"WaterPump", 14, 1, 1, 0, V(s.body.water_pump)},
    {"SuctionMouthWorking", 15, 1, 1, 0, V(s.body.suction_down > 0.95)},
    {"Baffle", 16, 1, 1, 0, V(0)},
    {"TopLidOpen", 17, 1, 1, 0, V(0)},
};
constexpr BusSignal sweeper_speeds[] = {
    {"AuxEngineSpeed", 0, 16, 0.125, 0, V(s.body.aux_rpm)},
    {"BrushSpeed", 16, 8, 1, 0, V(s.body.brush_rpm)},
};
constexpr BusSignal sweeper_inputs[] = {
    {"SafetySupportLeft", 6, 1, 1, 0, V(0)},
    {"SafetySupportRight", 7, 1, 1, 0, V(0)},
    {"WaterSwitch", 8, 1, 1, 0, V(s.body.water_pump)},
    {"FreshWaterLow", 10, 1, 1, 0, V(s.body.tank_share < 0.1)},
    {"SewageTankFull", 12, 1, 1, 0, V(s.body.sewage_share > 0.95)},
    {"HydraulicLevelLow", 13, 1, 1, 0, V(0)},
    {"HydraulicOilHot", 14, 1, 1, 0, V(0)},
    {"AirPressureLow", 15, 1, 1, 0, V(0)},
    {"BodyUpLimit", 16, 1, 1, 0, V(s.body.hoist_deg > 44)},
    {"BodyDownLimit", 17, 1, 1, 0, V(s.body.hoist_deg < 1)},
    {"SuctionRaisedLimit", 18, 1, 1, 0, V(s.body.suction_down < 0.05)},
    {"SuctionLoweredLimit", 19, 1, 1, 0, V(s.body.suction_down > 0.95)},
    {"RearDoorOpenLimit", 20, 1, 1, 0, V(0)},
    {"RearDoorClosedLimit", 21, 1, 1, 0, V(1)},
};
constexpr BusSignal sweeper_outputs[] = {
    {"LeftBrushDown", 0, 1, 1, 0, V(sweeps(s.body) && s.body.side != Side::right)},
    {"RightBrushDown", 1, 1, 1, 0, V(sweeps(s.body) && s.body.side != Side::left)},
    {"LeftBrushRotate", 2, 1, 1, 0, V(sweeps(s.body) && s.body.side != Side::right)},
    {"RightBrushRotate", 3, 1, 1, 0, V(sweeps(s.body) && s.body.side != Side::left)},
    {"SuctionUp", 4, 1, 1, 0, V(s.body.suction_down < 0.05)},
    {"SuctionDown", 5, 1, 1, 0, V(s.body.suction_down > 0.05)},
    {"LeftFlushValve", 8, 1, 1, 0, V(s.body.valve&& s.body.side != Side::right)},
    {"RightFlushValve", 9, 1, 1, 0, V(s.body.valve&& s.body.side != Side::left)},
    {"HighPressurePump", 10, 1, 1, 0, V(s.body.water_pump)},
    {"LowPressurePump", 11, 1, 1, 0, V(s.body.water_pump)},
    {"FanClutch", 12, 1, 1, 0, V(s.body.fan)},
    {"PowerTakeOff", 13, 1, 1, 0, V(works(s.body))},
};

constexpr BusSignal sprinkler_work[] = {
    {"WaterPump", 0, 1, 1, 0, V(s.body.water_pump)},
    {"HighPressurePump", 1, 1, 1, 0, V(s.body.water_pump&& s.body.jet)},
    {"PowerTakeOff", 2, 1, 1, 0, V(s.body.water_pump)},
    {"FrontLeftNozzle", 8, 1, 1, 0, V(s.body.valve && !s.body.fog && s.body.side != Side::right)},
    {"FrontRightNozzle", 9, 1, 1, 0, V(s.body.valve && !s.body.fog && s.body.side != Side::left)},
    {"RearLeftNozzle", 10, 1, 1, 0, V(s.body.valve && !s.body.fog && s.body.side != Side::right)},
    {"RearRightNozzle", 11, 1, 1, 0, V(s.body.valve && !s.body.fog && s.body.side != Side::left)},
    {"SideFlush", 12, 1, 1, 0, V(0)},
    {"FogCannon", 13, 1, 1, 0, V(s.body.fog)},
    {"SprayJet", 14, 1, 1, 0, V(s.body.jet)},
};
constexpr BusSignal sprinkler_flow[] = {
    {"PumpSpeed", 0, 16, 0.125, 0, V(s.body.water_pump ? s.body.aux_rpm : 0)},
    {"PumpPressure", 16, 8, 0.05, 0,
     V(!s.body.water_pump ? 0.0
       : s.body.valve     ? 4.2
                          : 7.5)},
    {"WaterFlow", 24, 16, 0.1, 0, V(flows(s.body) ? 660 : 0)},
};
constexpr BusSignal sprinkler_tank[] = {
    {"TankLevel", 0, 8, 0.4, 0, V(100 * s.body.tank_share)},
    {"FreshWaterLow", 8, 1, 1, 0, V(s.body.tank_share < 0.1)},
};

constexpr BusSignal garbage_work[] = {
    {"BinLiftUp", 0, 1, 1, 0, V(s.body.bin_lift > 0.02)},
    {"BinEmptied", 1, 1, 1, 0, V(s.body.bin_lift > 0.98)},
    {"BinLiftDownLimit", 2, 1, 1, 0, V(s.body.bin_lift < 0.02)},
    {"Compacting", 3, 1, 1, 0, V(s.body.compacting)},
    {"TailgateOpen", 4, 1, 1, 0, V(s.body.hoist_deg > 1)},
    {"PushPlateOut", 5, 1, 1, 0, V(s.body.hoist_deg > 10)},
};
constexpr BusSignal garbage_load[] = {
    {"BinLifts", 0, 16, 1, 0, V(s.body.bin_lifts)},
    {"BodyWeight", 16, 16, 1, 0,
     V(std::min(1.0, s.body.load_share + 0.008 * s.body.bin_lifts) * 8000)},
};

constexpr BusSignal muck_body[] = {
    {"CoverClosed", 0, 1, 1, 0, V(s.body.cover_open < 0.02)},
    {"CoverOpen", 1, 1, 1, 0, V(s.body.cover_open > 0.98)},
    {"HoistRaised", 2, 1, 1, 0, V(s.body.hoist_deg > 10)},
    {"PowerTakeOff", 3, 1, 1, 0, V(s.body.hoist_deg > 0.5)},
    {"HoistAngle", 8, 8, 0.5, 0, V(s.body.hoist_deg)},
    {"HoistPressure", 16, 8, 1, 0, V(s.body.hoist_deg > 0.5 ? 40 + 120 * s.body.load_share : 0)},
    {"CargoWeight", 24, 16, 2, 0, V(s.body.load_share* c.full_load_kg)},
};
#undef V

constexpr std::uint8_t j1939 = 0xFF;
// Source addresses: 0x00 engine, 0x0B brakes, 0x17 instruments, 0x21 body.
constexpr BusMessage chassis_on_bus[] = {
    {0x0CF00400, "EEC1", 20, j1939, eec1},    {0x0CF00300, "EEC2", 50, j1939, eec2},
    {0x18FEF100, "CCVS1", 100, j1939, ccvs1}, {0x18F0090B, "VDC2", 100, j1939, vdc2},
    {0x0CFE6E0B, "HRW", 100, j1939, hrw},     {0x18FEF200, "LFE1", 100, j1939, lfe1},
    {0x18FEE017, "VD", 1000, j1939, vd},      {0x18FEE500, "HOURS", 1000, j1939, hours_on_bus},
    {0x18FEEE00, "ET1", 1000, j1939, et1},    {0x18FEFC17, "DD1", 1000, j1939, dd1},
    {0x18FEF721, "VEP1", 1000, j1939, vep1},  {0x18FEF500, "AMB", 1000, j1939, amb},
    {0x18FEEA21, "VW", 1000, j1939, vw},
};
constexpr BusMessage sweeper_on_bus[] = {
    {0x18F40100, "SweeperWork", 100, 0, sweeper_work_on_bus},
    {0x18F40102, "SweeperSpeeds", 100, 0, sweeper_speeds},
    {0x18F40200, "SweeperInputs", 200, 0, sweeper_inputs},
    {0x18F40201, "SweeperOutputs", 200, 0, sweeper_outputs},
};
constexpr BusMessage sprinkler_on_bus[] = {
    {0x18F41100, "SprinklerWork", 100, 0, sprinkler_work},
    {0x18F41102, "SprinklerFlow", 200, 0, sprinkler_flow},
    {0x18F41200, "SprinklerTank", 1000, 0, sprinkler_tank},
};
constexpr BusMessage garbage_on_bus[] = {
    {0x18F42100, "GarbageWork", 100, 0, garbage_work},
    {0x18F42102, "GarbageLoad", 1000, 0, garbage_load},
};
constexpr BusMessage muck[] = {{0x18F43100, "MuckBody", 100, 0, muck_body}};

std::span<const BusMessage> body_messages(VehicleType type) {
  switch (type) {
    case VehicleType::sweeper:
    case VehicleType::washer_sweeper:
      return sweeper_on_bus;
    case VehicleType::sprinkler:
    case VehicleType::fog_cannon:
      return sprinkler_on_bus;
    case VehicleType::garbage:
      return garbage_on_bus;
    case VehicleType::muck:
      return muck;
  }
  return {};
}

}  // namespace

std::uint32_t BusSignal::raw(double physical) const {
  // The topmost values of whole bytes say "error" and "not available".
  const double top = bits == 8    ? 0xFA
                     : bits == 16 ? 0xFAFF
                     : bits == 32 ? 0xFAFFFFFF
                                  : static_cast<double>((1U << bits) - 1);
  return static_cast<std::uint32_t>(std::clamp(std::round((physical - offset) / factor), 0.0, top));
}

std::vector<const BusMessage*> bus_messages(VehicleType type) {
  std::vector<const BusMessage*> all;
  for (const BusMessage& message : chassis_on_bus) {
    all.push_back(&message);
  }
  for (const BusMessage& message : body_messages(type)) {
    all.push_back(&message);
  }
  return all;
}

}  // namespace lujing::sim
