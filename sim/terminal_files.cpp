#include "sim/terminal_files.h"

#include "sim/wiring.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace lujing::sim {
namespace {

using Json = nlohmann::ordered_json;

Result<void> write_file(const std::string& path, const std::string& text) {
  const std::string draft = path + ".new";
  std::ofstream file(draft);
  file << text;
  file.close();
  std::error_code error;
  if (file) {
    std::filesystem::rename(draft, path, error);
  }
  if (!file || error) {
    return Error("cannot write " + path + ": is the folder there and writable?");
  }
  return {};
}

std::string can_section(const WiredVehicle& vehicle, const TerminalOptions& options) {
  const VehicleType type = vehicle_type(vehicle.type).value_or(VehicleType::muck);
  std::string text = fmt::format(
      "[[can]]\ninterface = \"slcan:{}\"\nbitrate = 250000\ndbc = "
      "[\"{}/vehicles/chassis_j1939.dbc\", \"{}/vehicles/{}\"]\n\n",
      vehicle.can, options.share, options.share, body_dbc(type));
  for (const Wire& wire : wires(type, options.knows)) {
    text += fmt::format("[[can.signal]]\nname = \"{}\"\nmessage = \"{}\"\nsignal = \"{}\"\n",
                        wire.word, wire.message, wire.signal);
  }
  return text + "\n";
}

std::string modbus_section(const WiredVehicle& vehicle) {
  if (vehicle.modbus.empty()) {
    return {};
  }
  std::string text = fmt::format(
      "[modbus]\ndevice = \"{}\"\nbaud = 9600\nparity = \"N\"\nunit = 1\npoll_ms = 100\n\n",
      vehicle.modbus);
  int number = 0;
  for (const char* name : {"cover_closed", "cover_open", "hoist_raised", "laden"}) {
    text +=
        fmt::format("[[input]]\nname = \"{}\"\nsource = \"modbus:discrete:{}\"\n", name, number++);
    text += "debounce_ms = 300\n\n";
  }
  text += "[[input]]\nname = \"load\"\nsource = \"modbus:input:0\"\nscale = 0.001\nmin = 0.0\n";
  text += "max = 1.5\ndeadband = 0.02\n\n[load]\nrated_kg = 16000.0\n\n";
  number = 4;
  for (const char* name : {"antenna_fault", "unit_removed", "driver_verified"}) {
    if (vehicle.driver_reader || std::string_view(name) != "driver_verified") {
      text += fmt::format("[[input]]\nname = \"{}\"\nsource = \"modbus:discrete:{}\"\n", name,
                          number++);
      text += "debounce_ms = 300\n\n";
    }
  }
  return text;
}

}  // namespace

Result<void> write_vehicles(const std::string& folder, const std::vector<WiredVehicle>& vehicles) {
  Json list = Json::array();
  for (const WiredVehicle& v : vehicles) {
    list.push_back({{"id", v.id},
                    {"type", v.type},
                    {"plate", v.plate},
                    {"gps", v.gps},
                    {"can", v.can},
                    {"modbus", v.modbus.empty() ? Json() : Json(v.modbus)},
                    {"gpsd_port", v.gpsd_port ? Json(*v.gpsd_port) : Json()},
                    {"driver_reader", v.driver_reader},
                    {"driver_page", v.driver_page}});
  }
  return write_file(folder + "/vehicles.json", Json{{"vehicles", list}}.dump(2) + "\n");
}

Result<std::vector<WiredVehicle>> read_vehicles(const std::string& folder) {
  const std::string path = folder + "/vehicles.json";
  std::ifstream file(path);
  if (!file) {
    return Error(path + " is not there: is `lujing-sim run --dir " + folder + "` running?");
  }
  const Json json = Json::parse(file, nullptr, false);
  if (!json.is_object() || !json.contains("vehicles") || !json["vehicles"].is_array()) {
    return Error(path + " is damaged: start `lujing-sim run` again");
  }
  std::vector<WiredVehicle> vehicles;
  for (const Json& entry : json["vehicles"]) {
    const auto text = [&](const char* key) {
      return entry.contains(key) && entry[key].is_string() ? entry[key].get<std::string>() : "";
    };
    WiredVehicle v{text("id"),  text("type"),   text("plate"), text("gps"),
                   text("can"), text("modbus"), std::nullopt};
    if (entry.contains("gpsd_port") && entry["gpsd_port"].is_number_unsigned()) {
      v.gpsd_port = entry["gpsd_port"].get<std::uint16_t>();
    }
    v.driver_reader = entry.contains("driver_reader") && entry["driver_reader"] == true;
    v.driver_page = entry.contains("driver_page") && entry["driver_page"] == true;
    vehicles.push_back(std::move(v));
  }
  return vehicles;
}

std::string terminal_toml(const WiredVehicle& vehicle, const std::string& folder,
                          const TerminalOptions& options) {
  std::string text = fmt::format(
      "[terminal]\nid = \"{}\"\nplate = \"{}\"\ntype = \"{}\"\ndata_dir = \"{}/{}/data\"\n\n",
      vehicle.id, vehicle.plate,
      terminal_type(vehicle_type(vehicle.type).value_or(VehicleType::muck)), folder, vehicle.id);
  const std::string own = options.pki + "/" + vehicle.id;
  text += fmt::format(
      "[platform]\nhost = \"{}\"\nport = {}\nauthority = \"{}/ca.crt\"\n"
      "certificate = \"{}/terminal.crt\"\nkey = \"{}/terminal.key\"\n\n",
      options.platform_host, options.platform_port, own, own, own);
  text += fmt::format("[profile]\nfile = \"{}\"\n\n", options.profile.empty()
                                                          ? options.share + "/profiles/default.toml"
                                                          : options.profile);
  text += fmt::format("[gnss]\ngpsd_host = \"127.0.0.1\"\ngpsd_port = {}\nlatency_s = {}\n\n",
                      vehicle.gpsd_port.value_or(2947), options.gnss_latency_s);
  const std::string profile = work_profile(vehicle_type(vehicle.type).value_or(VehicleType::muck));
  if (options.knows && !profile.empty()) {
    text += fmt::format("[vehicle]\nprofile = \"{}/vehicles/{}\"\n\n", options.share, profile);
  }
  text += can_section(vehicle, options);
  text += modbus_section(vehicle);
  if (vehicle.driver_page) {
    text += "[driver]\nport = 7680\nvoice = false\n\n";
  }
  text += "[journal]\nmax_mib = 64\nsegment_mib = 4\n\n";
  text += "[outbox]\nmax_mib = 64\nreserve_mib = 4\n\n";
  text += "[uplink]\nbackoff_min_s = 0.5\nbackoff_max_s = 10.0\n";
  return text;
}

Result<std::vector<std::string>> write_terminal_files(const std::string& folder,
                                                      const TerminalOptions& options) {
  const auto vehicles = read_vehicles(folder);
  if (!vehicles) {
    return vehicles.error();
  }
  std::vector<std::string> paths;
  for (const WiredVehicle& vehicle : *vehicles) {
    const std::string own = folder + "/" + vehicle.id;
    std::error_code error;
    std::filesystem::create_directories(own + "/data", error);
    paths.push_back(own + "/terminal.toml");
    if (auto written = write_file(paths.back(), terminal_toml(vehicle, folder, options));
        !written) {
      return written.error();
    }
  }
  return paths;
}

}  // namespace lujing::sim
