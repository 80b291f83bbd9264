#include "tests/support/system.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <stdexcept>

namespace lujing::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string source_dir = LUJING_SOURCE_DIR;

/// One HTTP/1.1 exchange with the loopback; the body of a 200, else empty.
std::string http_get(int port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(request.size())) {
      char buffer[16384];
      for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;) {
        answer.append(buffer, static_cast<std::size_t>(n));
      }
    }
  }
  close(fd);
  const auto end = answer.find("\r\n\r\n");
  if (end == std::string::npos || answer.find(" 200 ") > answer.find("\r\n")) return {};
  return answer.substr(end + 4);
}

}  // namespace

std::string program(const std::string& name) {
  static const std::map<std::string, std::string> folders = {{"lujing-platform", "platform/app"},
                                                             {"lujing-terminal", "terminal/app"},
                                                             {"lujing-ctl", "ctl"},
                                                             {"lujing-sim", "sim/app"}};
  return std::string(LUJING_BINARY_DIR) + "/" + folders.at(name) + "/" + name;
}

std::string ctl(const std::vector<std::string>& words) {
  const TempDir dir;
  std::vector<std::string> command = {program("lujing-ctl")};
  command.insert(command.end(), words.begin(), words.end());
  Process process(command, dir / "out");
  const int code = process.wait(seconds(120));
  if (code != 0) {
    throw std::runtime_error("lujing-ctl " + words.front() + " ended with " + std::to_string(code) +
                             ": " + process.log());
  }
  return process.log();
}

PlatformUnderTest::PlatformUnderTest(const TempDir& dir, std::string extra_config)
    : dir_(dir.path()), gateway_port_(free_port()), page_port_(free_port()) {
  ctl({"enroll", "--ca", authority_dir(), "--gateway", "--host", "127.0.0.1", "--host", "localhost",
       "--out", dir_ + "/gateway"});
  std::filesystem::create_directories(dir_ + "/platform");
  config_path_ = dir_ + "/platform.toml";
  write_file(
      config_path_,
      "[platform]\ndata_dir = \"" + dir_ +
          "/platform\"\nlive_s = 60\n"
          "[gateway]\nlisten = \"127.0.0.1:" +
          std::to_string(gateway_port_) + "\"\nauthority = \"" + dir_ +
          "/gateway/ca.crt\"\ncertificate = \"" + dir_ + "/gateway/gateway.crt\"\nkey = \"" + dir_ +
          "/gateway/gateway.key\"\n[dispatch]\nlisten = \"127.0.0.1:" + std::to_string(page_port_) +
          "\"\nweb_root = \"" + std::string(LUJING_BINARY_DIR) + "/web\"\n" + extra_config);
}

void PlatformUnderTest::start() {
  process_ = std::make_unique<Process>(
      std::vector<std::string>{program("lujing-platform"), "--config", config_path_},
      dir_ + "/platform.log");
  const bool up =
      wait_until([&] { return !get("/api/status").empty() || !process_->running(); }, seconds(30));
  if (!up || !process_->running()) {
    throw std::runtime_error("the platform did not come up: " + process_->log());
  }
}

void PlatformUnderTest::stop() {
  const int code = process_->stop();
  if (code != 0) throw std::runtime_error("the platform ended with " + std::to_string(code));
}

void PlatformUnderTest::kill() {
  process_->kill_now();
}

std::string PlatformUnderTest::page_url() const {
  return "http://127.0.0.1:" + std::to_string(page_port_);
}
std::string PlatformUnderTest::ledger_path() const {
  return dir_ + "/platform/ledger.db";
}
std::string PlatformUnderTest::authority_dir() const {
  return dir_ + "/authority";
}
std::string PlatformUnderTest::get(const std::string& path) const {
  return http_get(page_port_, path);
}

TerminalUnderTest::TerminalUnderTest(const TempDir& dir, const PlatformUnderTest& platform,
                                     TerminalSetup setup)
    : dir_(dir.path() + "/" + setup.id), setup_(std::move(setup)) {
  std::filesystem::create_directories(dir_ + "/data");
  ctl({"enroll", "--ca", platform.authority_dir(), "--id", setup_.id, "--out", dir_});
  const int gateway_port = setup_.gateway_port != 0 ? setup_.gateway_port : platform.gateway_port();
  const int gpsd_port = setup_.gpsd_port != 0 ? setup_.gpsd_port : free_port();
  config_path_ = dir_ + "/test.toml";
  write_file(config_path_,
             "[terminal]\nid = \"" + setup_.id + "\"\nplate = \"" + setup_.plate + "\"\ntype = \"" +
                 setup_.type + "\"\ndata_dir = \"" + data_dir() +
                 "\"\n[platform]\nhost = \"127.0.0.1\"\nport = " + std::to_string(gateway_port) +
                 "\nauthority = \"ca.crt\"\ncertificate = \"terminal.crt\"\nkey = "
                 "\"terminal.key\"\n[profile]\nfile = \"" +
                 source_dir +
                 "/deploy/profiles/default.toml\"\n[gnss]\ngpsd_host = \"127.0.0.1\"\n"
                 "gpsd_port = " +
                 std::to_string(gpsd_port) + "\nearliest_utc = \"2006-01-01T00:00:00Z\"\n" +
                 setup_.more);
}

void TerminalUnderTest::start(std::vector<std::string> more_words) {
  std::vector<std::string> command = {program("lujing-terminal"), "--config", config_path_};
  command.insert(command.end(), more_words.begin(), more_words.end());
  process_ = std::make_unique<Process>(command, log_path());
}

int TerminalUnderTest::stop() {
  return process_->stop();
}
void TerminalUnderTest::kill() {
  process_->kill_now();
}
std::string TerminalUnderTest::data_dir() const {
  return dir_ + "/data";
}
std::string TerminalUnderTest::log_path() const {
  return dir_ + "/terminal.log";
}

std::string TerminalUnderTest::status() const {
  try {
    return ctl({"status", "--config", config_path_, "--json"});
  } catch (const std::runtime_error&) {
    return {};
  }
}

std::int64_t TerminalUnderTest::status_number(const std::string& path) const {
  const auto all = nlohmann::json::parse(status(), nullptr, false);
  if (all.is_discarded()) return -1;
  std::string pointer = "/" + path;
  for (char& c : pointer) {
    if (c == '.') c = '/';
  }
  const auto value = all.value(nlohmann::json::json_pointer(pointer), nlohmann::json());
  return value.is_number() ? value.get<std::int64_t>() : -1;
}

}  // namespace lujing::testing
