#include "sim/wiring.h"

#include <algorithm>
#include <array>

namespace lujing::sim {
namespace {

const std::vector<Wire>& chassis() {
  static const std::vector<Wire> all = {
      {"wheel_speed", "CCVS1", "WheelBasedVehicleSpeed"},
      {"wheel_speed_left", "HRW", "RearAxleLeftWheelSpeed"},
      {"wheel_speed_right", "HRW", "RearAxleRightWheelSpeed"},
      {"yaw_rate", "VDC2", "YawRate"},
      {"ambient_temperature", "AMB", "AmbientAirTemperature"},
      {"fuel_level", "DD1", "FuelLevel1", 0.01},
  };
  return all;
}

const std::vector<Wire>& sweeper() {
  static const std::vector<Wire> all = {
      {"brush_rpm", "SweeperSpeeds", "BrushSpeed"},
      {"aux_engine_rpm", "SweeperSpeeds", "AuxEngineSpeed"},
      {"suction_down", "SweeperWork", "SuctionMouthWorking"},
      {"suction_raised", "SweeperInputs", "SuctionRaisedLimit"},
      {"water_pump", "SweeperWork", "WaterPump"},
      {"mode_sweeping", "SweeperWork", "Sweeping"},
      {"mode_washing_sweeping", "SweeperWork", "WashSweeping"},
      {"mode_flushing", "SweeperWork", "Flushing"},
      {"side_left", "SweeperWork", "LeftWork"},
      {"side_full", "SweeperWork", "FullWork"},
      {"side_right", "SweeperWork", "RightWork"},
      {"rear_mist", "SweeperWork", "RearMist"},
      {"fan_on", "SweeperOutputs", "FanClutch"},
      {"brush_left_down", "SweeperOutputs", "LeftBrushDown"},
      {"brush_right_down", "SweeperOutputs", "RightBrushDown"},
      {"high_pressure_pump", "SweeperOutputs", "HighPressurePump"},
      {"low_pressure_pump", "SweeperOutputs", "LowPressurePump"},
      {"flush_valve_left", "SweeperOutputs", "LeftFlushValve"},
      {"flush_valve_right", "SweeperOutputs", "RightFlushValve"},
      {"fresh_water_low", "SweeperInputs", "FreshWaterLow"},
      {"sewage_full", "SweeperInputs", "SewageTankFull"},
  };
  return all;
}

const std::vector<Wire>& sprinkler() {
  static const std::vector<Wire> all = {
      {"water_pump", "SprinklerWork", "WaterPump"},
      {"high_pressure_pump", "SprinklerWork", "HighPressurePump"},
      {"nozzle_front_left", "SprinklerWork", "FrontLeftNozzle"},
      {"nozzle_front_right", "SprinklerWork", "FrontRightNozzle"},
      {"nozzle_rear_left", "SprinklerWork", "RearLeftNozzle"},
      {"nozzle_rear_right", "SprinklerWork", "RearRightNozzle"},
      {"side_flush", "SprinklerWork", "SideFlush"},
      {"fog_cannon", "SprinklerWork", "FogCannon"},
      {"water_flow", "SprinklerFlow", "WaterFlow"},
      {"aux_engine_rpm", "SprinklerFlow", "PumpSpeed"},
      {"fresh_water_low", "SprinklerTank", "FreshWaterLow"},
  };
  return all;
}

const std::vector<Wire>& garbage() {
  static const std::vector<Wire> all = {
      {"bin_lift", "GarbageWork", "BinLiftUp"},
      {"packer_running", "GarbageWork", "Compacting"},
  };
  return all;
}

bool oldest(const std::string& word) {
  constexpr std::array<const char*, 4> known = {"wheel_speed", "brush_rpm", "suction_down",
                                                "water_pump"};
  return std::find(known.begin(), known.end(), word) != known.end();
}

}  // namespace

std::vector<Wire> wires(VehicleType type, const Knows& knows) {
  std::vector<Wire> all;
  const auto add = [&](const std::vector<Wire>& some) {
    for (const Wire& wire : some) {
      if (knows ? knows(wire.word) : oldest(wire.word)) {
        all.push_back(wire);
      }
    }
  };
  add(chassis());
  switch (type) {
    case VehicleType::sweeper:
    case VehicleType::washer_sweeper:
      add(sweeper());
      break;
    case VehicleType::sprinkler:
    case VehicleType::fog_cannon:
      add(sprinkler());
      break;
    case VehicleType::garbage:
      add(garbage());
      break;
    case VehicleType::muck:
      break;
  }
  return all;
}

bool has_collector(VehicleType type) {
  return type == VehicleType::muck || type == VehicleType::garbage;
}

const char* body_dbc(VehicleType type) {
  switch (type) {
    case VehicleType::sweeper:
    case VehicleType::washer_sweeper:
      return "sweeper_body.dbc";
    case VehicleType::sprinkler:
    case VehicleType::fog_cannon:
      return "sprinkler_body.dbc";
    case VehicleType::garbage:
      return "garbage_body.dbc";
    case VehicleType::muck:
      break;
  }
  return "muck_body.dbc";
}

std::string work_profile(VehicleType type) {
  switch (type) {
    case VehicleType::sweeper:
    case VehicleType::washer_sweeper:
      return "washer_sweeper.toml";
    case VehicleType::sprinkler:
      return "sprinkler.toml";
    case VehicleType::fog_cannon:
      return "dust_suppressor.toml";
    case VehicleType::garbage:
      return "compactor.toml";
    case VehicleType::muck:
      break;
  }
  return {};
}

}  // namespace lujing::sim
