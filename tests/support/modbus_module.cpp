#include "tests/support/modbus_module.h"

#include <fcntl.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace lujing::test_support {
namespace {

struct Pair {
  int master = -1;
  int slave = -1;  // held open, so that the master never sees a hang-up
  std::string name;
};

Pair open_pair() {
  Pair pair;
  std::array<char, 128> name{};
  termios raw{};
  cfmakeraw(&raw);
  cfsetspeed(&raw, B9600);
  if (openpty(&pair.master, &pair.slave, name.data(), &raw, nullptr) != 0) {
    throw std::runtime_error("Modbus fixture: no pseudo-terminal");
  }
  fcntl(pair.master, F_SETFD, FD_CLOEXEC);
  fcntl(pair.slave, F_SETFD, FD_CLOEXEC);
  pair.name = name.data();
  return pair;
}

}  // namespace

struct ModbusModule::Impl {
  Pair near;  // the driver's
  Pair far;   // the server's
  modbus_t* server = nullptr;
  modbus_mapping_t* map = nullptr;
  std::mutex map_mutex;
  std::mutex near_mutex;
  std::atomic<bool> silent = false;
  std::atomic<int> requests = 0;
  std::jthread relay;
  std::jthread answerer;

  ~Impl();
  void forward(int from, int to) const;
  void run_relay(const std::stop_token& stop);
  void run_server(const std::stop_token& stop);
};

ModbusModule::Impl::~Impl() {
  relay = {};
  answerer = {};
  if (server != nullptr) {
    modbus_close(server);
    modbus_free(server);
  }
  if (map != nullptr) modbus_mapping_free(map);
  for (const int fd : {near.master, near.slave, far.master, far.slave}) {
    if (fd >= 0) close(fd);
  }
}

void ModbusModule::Impl::forward(int from, int to) const {
  std::array<char, 512> bytes{};
  const ssize_t got = read(from, bytes.data(), bytes.size());
  if (got > 0 && write(to, bytes.data(), static_cast<std::size_t>(got)) < 0) return;
}

void ModbusModule::Impl::run_relay(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::unique_lock lock(near_mutex);
    const int near_fd = near.master;
    lock.unlock();
    std::array<pollfd, 2> wires{{{far.master, POLLIN, 0}, {near_fd, POLLIN, 0}}};
    if (poll(wires.data(), wires.size(), 20) <= 0) continue;
    lock.lock();
    if (near.master < 0) continue;
    if ((wires[0].revents & POLLIN) != 0) forward(far.master, near.master);
    if ((wires[1].revents & POLLIN) != 0) forward(near.master, far.master);
  }
}

void ModbusModule::Impl::run_server(const std::stop_token& stop) {
  std::array<std::uint8_t, MODBUS_RTU_MAX_ADU_LENGTH> request{};
  while (!stop.stop_requested()) {
    const int length = modbus_receive(server, request.data());
    if (length <= 0) continue;  // the time is over, or it was for another unit
    ++requests;
    if (silent) continue;
    const std::lock_guard lock(map_mutex);
    modbus_reply(server, request.data(), length, map);
  }
}

ModbusModule::ModbusModule(std::uint8_t unit, int size) : impl_(std::make_unique<Impl>()) {
  impl_->near = open_pair();
  impl_->far = open_pair();
  impl_->map = modbus_mapping_new(size, size, size, size);
  impl_->server = modbus_new_rtu(impl_->far.name.c_str(), 9600, 'N', 8, 1);
  if (impl_->map == nullptr || impl_->server == nullptr ||
      modbus_set_slave(impl_->server, unit) != 0 ||
      modbus_set_indication_timeout(impl_->server, 0, 50'000) != 0 ||
      modbus_connect(impl_->server) != 0) {
    throw std::runtime_error("Modbus fixture: no server");
  }
  impl_->relay = std::jthread([this](const std::stop_token& stop) { impl_->run_relay(stop); });
  impl_->answerer = std::jthread([this](const std::stop_token& stop) { impl_->run_server(stop); });
}
ModbusModule::~ModbusModule() = default;
const std::string& ModbusModule::device() const {
  return impl_->near.name;
}
void ModbusModule::set_silent(bool silent) {
  impl_->silent = silent;
}
int ModbusModule::requests() const {
  return impl_->requests;
}

void ModbusModule::set_discrete(int number, bool on) {
  const std::lock_guard lock(impl_->map_mutex);
  impl_->map->tab_input_bits[number] = on ? 1 : 0;
}
void ModbusModule::set_coil(int number, bool on) {
  const std::lock_guard lock(impl_->map_mutex);
  impl_->map->tab_bits[number] = on ? 1 : 0;
}
void ModbusModule::set_input(int number, std::uint16_t value) {
  const std::lock_guard lock(impl_->map_mutex);
  impl_->map->tab_input_registers[number] = value;
}
void ModbusModule::set_holding(int number, std::uint16_t value) {
  const std::lock_guard lock(impl_->map_mutex);
  impl_->map->tab_registers[number] = value;
}

bool ModbusModule::coil(int number) const {
  const std::lock_guard lock(impl_->map_mutex);
  return impl_->map->tab_bits[number] != 0;
}
std::uint16_t ModbusModule::holding(int number) const {
  const std::lock_guard lock(impl_->map_mutex);
  return impl_->map->tab_registers[number];
}

void ModbusModule::noise(std::string_view bytes) {
  const std::lock_guard lock(impl_->near_mutex);
  if (impl_->near.master < 0) return;
  // More than the line holds is lost, as on a wire.
  pollfd room{impl_->near.master, POLLOUT, 0};
  if (poll(&room, 1, 0) == 1 && write(impl_->near.master, bytes.data(), bytes.size()) < 0) return;
}

void ModbusModule::unplug() {
  const std::lock_guard lock(impl_->near_mutex);
  close(impl_->near.slave);
  close(impl_->near.master);
  impl_->near.slave = impl_->near.master = -1;
}

struct ModbusTcpModule::Impl {
  modbus_t* server = nullptr;
  modbus_mapping_t* map = nullptr;
  int listener = -1;
  int port = 0;
  std::mutex map_mutex;
  std::jthread answerer;

  ~Impl() {
    answerer = {};
    if (listener >= 0) close(listener);
    if (server != nullptr) modbus_free(server);
    if (map != nullptr) modbus_mapping_free(map);
  }
  void serve(const std::stop_token& stop);
  void answer(const std::stop_token& stop);
};

void ModbusTcpModule::Impl::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd caller{listener, POLLIN, 0};
    if (poll(&caller, 1, 20) != 1) continue;
    if (modbus_tcp_accept(server, &listener) < 0) continue;
    answer(stop);
    modbus_close(server);
  }
}

void ModbusTcpModule::Impl::answer(const std::stop_token& stop) {
  std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> request{};
  while (!stop.stop_requested()) {
    pollfd question{modbus_get_socket(server), POLLIN, 0};
    if (poll(&question, 1, 20) != 1) continue;
    const int length = modbus_receive(server, request.data());
    if (length < 0) return;  // it hung up
    if (length == 0) continue;
    const std::lock_guard lock(map_mutex);
    modbus_reply(server, request.data(), length, map);
  }
}

ModbusTcpModule::ModbusTcpModule(int port, int size) : impl_(std::make_unique<Impl>()) {
  impl_->map = modbus_mapping_new(size, size, size, size);
  impl_->server = modbus_new_tcp("127.0.0.1", port);
  if (impl_->map == nullptr || impl_->server == nullptr ||
      (impl_->listener = modbus_tcp_listen(impl_->server, 1)) < 0) {
    throw std::runtime_error("Modbus fixture: no TCP server");
  }
  sockaddr_in address{};
  socklen_t length = sizeof address;
  getsockname(impl_->listener, reinterpret_cast<sockaddr*>(&address), &length);
  impl_->port = ntohs(address.sin_port);
  impl_->answerer = std::jthread([this](const std::stop_token& stop) { impl_->serve(stop); });
}
ModbusTcpModule::~ModbusTcpModule() = default;
int ModbusTcpModule::port() const {
  return impl_->port;
}
void ModbusTcpModule::set_discrete(int number, bool on) {
  const std::lock_guard lock(impl_->map_mutex);
  impl_->map->tab_input_bits[number] = on ? 1 : 0;
}
void ModbusTcpModule::set_input(int number, std::uint16_t value) {
  const std::lock_guard lock(impl_->map_mutex);
  impl_->map->tab_input_registers[number] = value;
}

}  // namespace lujing::test_support
