#include "ctl/status.h"

#include "base/command_line.h"
#include "terminal/config/terminal_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>

namespace lujing::ctl {
namespace {

using StatusJson = nlohmann::json;

constexpr std::size_t max_status_bytes = 4u << 20;

struct StatusArgs {
  std::string config = "/etc/lujing/terminal.toml";
  bool as_json = false;
};

Result<std::string> ask_terminal(const std::string& socket_path) {
  sockaddr_un address{};
  if (socket_path.size() >= sizeof address.sun_path) {
    return Error(socket_path + ": too long for a socket's path; choose a shorter data_dir");
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const std::string why = std::strerror(errno);
    const bool denied = errno == EACCES;
    if (fd >= 0) close(fd);
    return Error(socket_path + ": " + why +
                 (denied ? "; run it as root or as the terminal's user"
                         : "; the terminal does not run: systemctl status lujing-terminal"));
  }
  std::string text;
  char buffer[8192];
  for (ssize_t n; text.size() < max_status_bytes && (n = read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  close(fd);
  if (text.empty()) return Error(socket_path + ": the terminal does not answer; try again");
  return text;
}

std::string text_or(const StatusJson& object, const char* key, const char* otherwise) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : otherwise;
}

double number_or(const StatusJson& object, const char* key, double otherwise = 0) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number() ? it->get<double>() : otherwise;
}

void print_place(const StatusJson& status, std::ostream& out) {
  const StatusJson position = status.value("position", StatusJson());
  if (position.is_object()) {
    const std::string accuracy = position.contains("accuracy_m")
                                     ? fmt::format("+-{:.1f} m", number_or(position, "accuracy_m"))
                                     : std::string("accuracy not known");
    out << fmt::format("place     {:.6f} {:.6f}  {:.1f} km/h  {:.0f} deg  {}  ({})\n",
                       number_or(position, "lat"), number_or(position, "lon"),
                       number_or(position, "speed_kmh"), number_or(position, "course_deg"),
                       accuracy, text_or(position, "source", "?"));
  } else {
    out << "place     not known yet\n";
  }
  const StatusJson state = status.value("state", StatusJson::object());
  out << fmt::format("vehicle   {}  cover {}  hoist {}  load {}",
                     state.value("moving", false) ? "moving" : "standing",
                     text_or(state, "cover", "?"), text_or(state, "hoist", "?"),
                     text_or(state, "load", "?"));
  for (const auto& work : state.value("work", StatusJson::array())) {
    out << "  " << work.get<std::string>();
  }
  out << "\n";
}

void print_stores(const StatusJson& status, std::ostream& out) {
  const StatusJson outbox = status.value("outbox", StatusJson::object());
  out << fmt::format(
      "outbox    {:.0f} records wait, next is {:.0f} of epoch {}; last commit {:.1f} ms\n",
      number_or(outbox, "depth_records"), number_or(outbox, "next_seq"),
      text_or(outbox, "epoch", "?"), number_or(outbox, "last_commit_us") / 1000);
  if (const std::string error = text_or(outbox, "last_error", ""); !error.empty()) {
    out << "          TROUBLE: " << error << "\n";
  }
  const StatusJson uplink = status.value("uplink", StatusJson::object());
  out << fmt::format("uplink    {}  {:.0f} sessions ({:.0f} resumed), {:.0f} bytes sent\n",
                     uplink.value("online", false)
                         ? std::string("on line")
                         : fmt::format("OFF LINE ({})", text_or(uplink, "stage", "?")),
                     number_or(uplink, "sessions"), number_or(uplink, "sessions_resumed"),
                     number_or(uplink, "bytes_sent"));
  if (const std::string error = text_or(uplink, "last_error", ""); !error.empty()) {
    out << "          last trouble: " << error << "\n";
  }
  out << fmt::format("memory    {:.1f} MiB   disk free {:.0f} MiB   journal {:.1f} MiB\n",
                     number_or(status, "memory_kib") / 1024, number_or(status, "disk_free_mib"),
                     number_or(status.value("journal", StatusJson::object()), "bytes") / 1048576);
}

void print_screen(const StatusJson& status, std::ostream& out) {
  out << fmt::format("{} {}  ({})  lujing {}  rules {}\n", text_or(status, "terminal_id", "?"),
                     text_or(status, "plate", ""), text_or(status, "type", "?"),
                     text_or(status, "software", "?"), text_or(status, "rule_set", "?"));
  for (const auto& device : status.value("devices", StatusJson::array())) {
    out << fmt::format("{:<9} {}\n", text_or(device, "name", "?"), text_or(device, "line", "?"));
  }
  print_place(status, out);
  const StatusJson alarms = status.value("alarms", StatusJson::array());
  for (const auto& alarm : alarms) {
    out << fmt::format("alarm     {} {}\n", text_or(alarm, "rule", "?"),
                       text_or(alarm, "state", "?"));
  }
  if (alarms.empty()) out << "alarm     none\n";
  print_stores(status, out);
}

int run_status(const StatusArgs& arguments) {
  const auto config = config::load_terminal_config(arguments.config);
  if (!config) {
    std::cerr << config.error().what() << "\n";
    return 2;
  }
  const auto answer = ask_terminal(config->terminal.data_dir + "/status.sock");
  if (!answer) {
    std::cerr << answer.error().what() << "\n";
    return 1;
  }
  const StatusJson status = StatusJson::parse(*answer, nullptr, false);
  if (status.is_discarded() || !status.is_object()) {
    std::cerr << "the terminal's answer is not what this version understands; are both of one "
                 "version?\n";
    return 1;
  }
  if (arguments.as_json) {
    std::cout << status.dump() << "\n";
  } else {
    print_screen(status, std::cout);
  }
  return 0;
}

}  // namespace

void add_status_command(cli::App& app, int& exit_code) {
  const auto arguments = std::make_shared<StatusArgs>();
  cli::App* command = app.add_subcommand("status", "what a fitter wants to see, on one screen");
  command->add_option("--config", arguments->config, "the terminal's configuration")
      ->capture_default_str();
  command->add_flag("--json", arguments->as_json, "one JSON object");
  command->footer("Example:\n  lujing-ctl status --config /etc/lujing/terminal.toml");
  command->callback([arguments, &exit_code] { exit_code = run_status(*arguments); });
}

}  // namespace lujing::ctl
