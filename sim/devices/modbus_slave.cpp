#include "sim/devices/modbus_slave.h"

#include "sim/devices/pty.h"

#include <modbus.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <mutex>
#include <thread>

namespace lujing::sim {
namespace {

struct FreeContext {
  void operator()(modbus_t* context) const { modbus_free(context); }
};
struct FreeMapping {
  void operator()(modbus_mapping_t* mapping) const { modbus_mapping_free(mapping); }
};

}  // namespace

CollectorMap collector_map(const VehicleState& state) {
  const Body& body = state.body;
  const auto raw = [](double value) {
    return static_cast<std::uint16_t>(std::clamp(std::lround(value), 0L, 65535L));
  };
  CollectorMap map;
  map.discrete = {body.cover_open<0.02, body.cover_open> 0.98, body.hoist_deg > 10,
                  body.load_share > 0.3};
  map.input = {raw(body.load_share * 1000), raw(4000 - 1800 * body.load_share),
               raw(body.hoist_deg * 10),
               static_cast<std::uint16_t>(static_cast<std::int64_t>(state.t_s) % 65536)};
  return map;
}

CollectorMap collector_map(const VehicleState& state, const VehiclePlan& plan, double stuck_load,
                           bool chatter) {
  CollectorMap map = collector_map(state);
  map.discrete[4] = active_fault(plan.faults, FaultKind::gnss_off, state.t_s) != nullptr;
  map.discrete[5] = active_fault(plan.faults, FaultKind::unit_removed, state.t_s) != nullptr;
  map.discrete[6] = plan.driver == DriverCard::verified;
  for (const Fault& fault : plan.faults) {
    if (!fault.active(state.t_s)) {
      continue;
    }
    auto& input = map.discrete[static_cast<std::size_t>(fault.input)];
    if (fault.kind == FaultKind::switch_stuck_on) {
      input = 1;
    } else if (fault.kind == FaultKind::switch_stuck_off) {
      input = 0;
    } else if (fault.kind == FaultKind::switch_bounce) {
      input = chatter ? 1 : 0;
    } else if (fault.kind == FaultKind::load_stuck) {
      map.input[0] = static_cast<std::uint16_t>(std::clamp(stuck_load, 0.0, 60.0) * 1000);
    } else if (fault.kind == FaultKind::load_fault) {
      map.input[0] = static_cast<std::uint16_t>(std::clamp(fault.value, 0.0, 60.0) * 1000);
    }
  }
  return map;
}

struct ModbusSlave::Impl {
  Impl(Pty line, int unit_number) : pty(std::move(line)), unit(unit_number) { make_context(); }

  /// The context never opens its device: it is given the near end of the line, which is open.
  void make_context() {
    context.reset(modbus_new_rtu(pty.device().c_str(), 9600, 'N', 8, 1));
    if (context) {
      modbus_set_slave(context.get(), unit);
      modbus_set_socket(context.get(), pty.fd());
      modbus_set_indication_timeout(context.get(), 0, 200'000);
    }
  }

  void serve() {
    std::array<std::uint8_t, MODBUS_RTU_MAX_ADU_LENGTH> query{};
    while (wait_for_query()) {
      const int length = modbus_receive(context.get(), query.data());
      if (length > 0) {
        const std::lock_guard lock(mutex);
        modbus_reply(context.get(), query.data(), length, mapping.get());
      } else if (length == 0) {
        // It was for another unit, whose answer libmodbus would now take our next query for.
        make_context();
      }
    }
  }

  /// False: it is over.
  bool wait_for_query() {
    std::array<pollfd, 2> watched{{{pty.fd(), POLLIN, 0}, {stop_fd, POLLIN, 0}}};
    while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
    }
    return (watched[1].revents & POLLIN) == 0;
  }

  Pty pty;
  int unit;
  std::unique_ptr<modbus_t, FreeContext> context;
  std::unique_ptr<modbus_mapping_t, FreeMapping> mapping;
  std::mutex mutex;  // guards the mapping
  int stop_fd = -1;
  std::thread thread;
};

Result<std::unique_ptr<ModbusSlave>> ModbusSlave::start(int unit) {
  auto pty = Pty::open();
  if (!pty) {
    return pty.error();
  }
  auto impl = std::make_unique<Impl>(std::move(pty).value(), unit);
  impl->mapping.reset(modbus_mapping_new(0, static_cast<int>(CollectorMap{}.discrete.size()), 0,
                                         static_cast<int>(CollectorMap{}.input.size())));
  impl->stop_fd = ::eventfd(0, EFD_CLOEXEC);
  if (!impl->context || !impl->mapping || impl->stop_fd < 0) {
    return Error(std::string("starting a Modbus slave: ") + std::strerror(errno));
  }
  impl->thread = std::thread([&state = *impl] { state.serve(); });
  return std::unique_ptr<ModbusSlave>(new ModbusSlave(std::move(impl)));
}

ModbusSlave::ModbusSlave(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ModbusSlave::~ModbusSlave() {
  ::eventfd_write(impl_->stop_fd, 1);
  impl_->thread.join();
  ::close(impl_->stop_fd);
}

const std::string& ModbusSlave::device() const {
  return impl_->pty.device();
}

void ModbusSlave::set(const CollectorMap& map) {
  const std::lock_guard lock(impl_->mutex);
  std::copy(map.discrete.begin(), map.discrete.end(), impl_->mapping->tab_input_bits);
  std::copy(map.input.begin(), map.input.end(), impl_->mapping->tab_input_registers);
}

}  // namespace lujing::sim
