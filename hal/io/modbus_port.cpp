#include "hal/io/modbus_port.h"

#include <modbus/modbus.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace lujing::hal::io {
namespace {

constexpr std::uint32_t answer_us = 200'000;
constexpr std::uint32_t next_byte_us = 50'000;  // USB adapters hand over bytes every 16 ms

bool is_tcp(const std::string& device) {
  return device.rfind("tcp:", 0) == 0;
}

bool is_refusal(int error) {
  return error >= EMBXILFUN && error <= EMBXGTAR;
}

}  // namespace

Result<std::pair<std::string, std::string>> tcp_target(const std::string& device) {
  const std::string rest = device.substr(4);
  const std::size_t colon = rest.rfind(':');
  const auto wrong = Error("modbus device \"" + device + "\": expected tcp:HOST:PORT");
  if (colon == std::string::npos || colon == 0) return wrong;
  const std::string port = rest.substr(colon + 1);
  const bool digits =
      !port.empty() && port.size() <= 5 &&
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || std::stoi(port) < 1 || std::stoi(port) > 65535) return wrong;
  return std::pair(rest.substr(0, colon), port);
}

struct ModbusPort::Impl {
  ModbusConfig config;
  std::string name;
  std::string problem;
  modbus_t* context = nullptr;

  void close() {
    if (context == nullptr) return;
    modbus_close(context);
    modbus_free(context);
    context = nullptr;
  }
  modbus_t* make() const;
  Outcome judge(int got, std::size_t wanted);
};

modbus_t* ModbusPort::Impl::make() const {
  if (!is_tcp(config.device)) {
    return modbus_new_rtu(config.device.c_str(), static_cast<int>(config.baud), config.parity, 8,
                          1);
  }
  const auto target = tcp_target(config.device);
  if (!target) return nullptr;
  return modbus_new_tcp_pi(target->first.c_str(), target->second.c_str());
}

ModbusPort::Outcome ModbusPort::Impl::judge(int got, std::size_t wanted) {
  if (got == static_cast<int>(wanted)) return Outcome::ok;
  const int error = got < 0 ? errno : EMBBADDATA;
  problem = modbus_strerror(error);
  if (is_refusal(error)) return Outcome::no_such_input;
  modbus_flush(context);  // the rest of a late or broken answer is not the next one
  const bool worth_another_try = error == ETIMEDOUT || error == EMBBADCRC || error == EMBBADDATA ||
                                 error == EMBBADEXC || error == EMBUNKEXC || error == EMBMDATA ||
                                 error == EMBBADSLAVE || error == EINTR || error == EAGAIN;
  return worth_another_try ? Outcome::no_answer : Outcome::gone;
}

ModbusPort::ModbusPort(ModbusConfig config) : impl_(std::make_unique<Impl>()) {
  impl_->config = std::move(config);
  const ModbusConfig& set = impl_->config;
  impl_->name = "Modbus unit " + std::to_string(set.unit) + " on " + set.device;
  if (!is_tcp(set.device))
    impl_->name += " at " + std::to_string(set.baud) + " 8" + set.parity + "1";
}
ModbusPort::~ModbusPort() {
  impl_->close();
}
void ModbusPort::close() {
  impl_->close();
}
const std::string& ModbusPort::problem() const {
  return impl_->problem;
}
const std::string& ModbusPort::name() const {
  return impl_->name;
}

Result<void> ModbusPort::open() {
  impl_->close();
  modbus_t* context = impl_->context = impl_->make();
  const auto failed = [this] {
    impl_->problem = modbus_strerror(errno);
    impl_->close();
    return Error(impl_->problem);
  };
  if (context == nullptr) return failed();
  modbus_set_error_recovery(context, MODBUS_ERROR_RECOVERY_NONE);
  modbus_set_response_timeout(context, 0, answer_us);
  modbus_set_byte_timeout(context, 0, is_tcp(impl_->config.device) ? answer_us : next_byte_us);
  if (modbus_set_slave(context, impl_->config.unit) != 0) return failed();
  if (modbus_connect(context) != 0) return failed();
  modbus_flush(context);
  return {};
}

ModbusPort::Outcome ModbusPort::read(InputKind kind, std::uint32_t first, std::size_t count,
                                     std::vector<std::uint16_t>& values) {
  values.assign(count, 0);
  modbus_t* context = impl_->context;
  if (context == nullptr || count == 0 || count > MODBUS_MAX_READ_REGISTERS || first > 65535) {
    impl_->problem = "not open, or no such register";
    return context == nullptr ? Outcome::gone : Outcome::no_such_input;
  }
  const int address = static_cast<int>(first);
  const int number = static_cast<int>(count);
  if (kind == InputKind::modbus_input) {
    return impl_->judge(modbus_read_input_registers(context, address, number, values.data()),
                        count);
  }
  if (kind == InputKind::modbus_holding) {
    return impl_->judge(modbus_read_registers(context, address, number, values.data()), count);
  }
  std::array<std::uint8_t, MODBUS_MAX_READ_REGISTERS> bits{};
  const int got = kind == InputKind::modbus_coil
                      ? modbus_read_bits(context, address, number, bits.data())
                      : modbus_read_input_bits(context, address, number, bits.data());
  std::copy_n(bits.begin(), count, values.begin());
  return impl_->judge(got, count);
}

ModbusPort::Outcome ModbusPort::write(OutputKind kind, std::uint32_t number, std::uint16_t value) {
  modbus_t* context = impl_->context;
  if (context == nullptr || number > 65535) {
    impl_->problem = "not open, or no such register";
    return context == nullptr ? Outcome::gone : Outcome::no_such_input;
  }
  const int address = static_cast<int>(number);
  const int got = kind == OutputKind::modbus_coil
                      ? modbus_write_bit(context, address, value != 0 ? 1 : 0)
                      : modbus_write_register(context, address, value);
  return impl_->judge(got, 1);
}

}  // namespace lujing::hal::io
