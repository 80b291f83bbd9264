#include "sim/truth/recorder.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace lujing::sim {
namespace {

std::string describe(const Body& body) {
  const char* cover = body.cover_open < 0.02   ? "closed"
                      : body.cover_open > 0.98 ? "open"
                                               : "between";
  const char* load = body.load_share < 0.3 ? "empty" : body.load_share < 0.6 ? "half" : "full";
  return fmt::format("{},{},{},{:d},{:d},{:d}", cover, body.hoist_deg > 10 ? "lifted" : "flat",
                     load, body.brush_rpm > 10, body.suction_down > 0.95, body.water_pump);
}

}  // namespace

struct TruthRecorder::Impl {
  struct Watched {
    std::string id;
    std::ofstream track;
    std::ofstream states;
    std::string last_state;
    UnsealedWatch unsealed;
  };

  void write(const Watched& vehicle, const Violation& violation) {
    const auto utc = [&](double t_s) { return to_iso8601({start.ms + std::llround(t_s * 1000)}); };
    violations << fmt::format("{},{},{},{},{:.2f},{:.2f}\n", vehicle.id, violation.rule,
                              utc(violation.begin_s), utc(violation.end_s), violation.begin_s,
                              violation.end_s)
               << std::flush;
  }

  std::vector<Watched> vehicles;
  std::ofstream violations;
  UtcTime start;
};

Result<TruthRecorder> TruthRecorder::create(const std::string& folder, const World& world) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  auto impl = std::make_unique<Impl>();
  impl->start = {world.utc().ms - std::llround(world.t_s() * 1000)};
  impl->violations.open(folder + "/violations.csv");
  impl->violations << "vehicle,rule,begin_utc,end_utc,begin_s,end_s\n" << std::flush;
  bool good = impl->violations.good();
  for (const Vehicle& vehicle : world.vehicles()) {
    const std::string& id = vehicle.config().id;
    auto& watched = impl->vehicles.emplace_back();
    watched.id = id;
    watched.track.open(fmt::format("{}/track_{}.csv", folder, id));
    watched.track << "utc,t_s,lat,lon,speed_mps,heading_deg,accel_mps2,odometer_m,street,class\n";
    watched.states.open(fmt::format("{}/states_{}.csv", folder, id));
    watched.states << "utc,t_s,cover,hoist,load,brush,suction,pump\n";
    good = good && watched.track.good() && watched.states.good();
  }
  if (!good) {
    return Error("cannot write the truth into " + folder + ": is the folder writable?");
  }
  return TruthRecorder(std::move(impl));
}

TruthRecorder::TruthRecorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TruthRecorder::TruthRecorder(TruthRecorder&&) noexcept = default;
TruthRecorder& TruthRecorder::operator=(TruthRecorder&&) noexcept = default;

TruthRecorder::~TruthRecorder() {
  if (!impl_) {
    return;
  }
  for (const auto& vehicle : impl_->vehicles) {
    if (const auto violation = vehicle.unsealed.open()) {
      impl_->write(vehicle, *violation);
    }
  }
}

void TruthRecorder::take(const World& world) {
  const std::string utc = to_iso8601(world.utc());
  for (std::size_t i = 0; i < impl_->vehicles.size(); ++i) {
    auto& watched = impl_->vehicles[i];
    const VehicleState& state = world.vehicles()[i].state();
    if (const auto violation = watched.unsealed.take(state)) {
      impl_->write(watched, *violation);
    }
    std::string now = describe(state.body);
    if (now != watched.last_state) {
      watched.states << fmt::format("{},{:.2f},{}\n", utc, state.t_s, now) << std::flush;
      watched.last_state = std::move(now);
    }
    if (world.on_the_second()) {
      const GeoPoint place = world.city().place(state.at);
      const Street& street = world.city().street_of(state.link);
      watched.track << fmt::format("{},{:.2f},{:.7f},{:.7f},{:.3f},{:.2f},{:.3f},{:.2f},{},{}\n",
                                   utc, state.t_s, place.lat_deg(), place.lon_deg(),
                                   state.speed_mps, state.heading_rad * 180 / pi, state.accel_mps2,
                                   state.odometer_m, street.name, name_of(street.road_class))
                    << std::flush;
    }
  }
}

}  // namespace lujing::sim
