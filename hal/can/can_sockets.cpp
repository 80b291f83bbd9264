// The system calls of SocketCAN. Nothing here looks at a frame.
#include "hal/can/bus_socketcan.h"

#include <linux/can.h>
#include <linux/can/error.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lujing::hal::can {
namespace {

/// Seconds of a saturated bus at 500 kbit/s, as the kernel counts a frame (about 900 bytes each).
constexpr int receive_buffer_bytes = 8 << 20;

std::vector<can_filter> kernel_filters(const std::vector<IdFilter>& filters) {
  if (filters.empty() || filters.size() > CAN_RAW_FILTER_MAX) {
    return {can_filter{0, 0}};  // everything: the kernel takes no longer list
  }
  std::vector<can_filter> list;
  for (const IdFilter& filter : filters) {
    can_filter entry{};
    entry.can_id = filter.id | (filter.extended ? CAN_EFF_FLAG : 0U);
    entry.can_mask = filter.mask | CAN_EFF_FLAG | CAN_RTR_FLAG;
    list.push_back(entry);
  }
  return list;
}

class KernelCanSockets final : public CanSockets {
 public:
  Result<int> open(const std::string& interface, const std::vector<IdFilter>& filters) override;
};

/// Takes the socket with it unless it is let go.
struct Guard {
  int fd;
  ~Guard() {
    if (fd >= 0) ::close(fd);
  }
};

/// The index of the interface, if it is there and up.
Result<int> find_interface(int fd, const std::string& interface) {
  ifreq request{};
  if (interface.empty() || interface.size() >= sizeof request.ifr_name) {
    return Error("'" + interface + "' is no name of a network interface");
  }
  std::memcpy(request.ifr_name, interface.data(), interface.size());
  if (ioctl(fd, SIOCGIFFLAGS, &request) != 0) {
    return Error(interface + ": there is no such interface (ip link show type can)");
  }
  if ((request.ifr_flags & IFF_UP) == 0) {
    return Error(interface + ": the interface is down (ip link set " + interface + " up)");
  }
  if (ioctl(fd, SIOCGIFINDEX, &request) != 0) {
    return Error(interface + ": " + std::strerror(errno));
  }
  return request.ifr_ifindex;
}

template <class Value>
bool set_option(int fd, int level, int option, const Value& value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

Result<int> KernelCanSockets::open(const std::string& interface,
                                   const std::vector<IdFilter>& filters) {
  Guard guard{socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, CAN_RAW)};
  if (guard.fd < 0) {
    return Error(errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT
                     ? interface + ": this kernel has no SocketCAN (modprobe can_raw)"
                     : interface + ": no CAN socket: " + std::strerror(errno));
  }
  const auto index = find_interface(guard.fd, interface);
  if (!index) return index.error();
  const std::vector<can_filter> list = kernel_filters(filters);
  setsockopt(guard.fd, SOL_CAN_RAW, CAN_RAW_FILTER, list.data(),
             static_cast<socklen_t>(list.size() * sizeof(can_filter)));
  set_option(guard.fd, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, can_err_mask_t{CAN_ERR_MASK});
  set_option(guard.fd, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, 1);
  if (!set_option(guard.fd, SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer_bytes)) {
    set_option(guard.fd, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);  // up to rmem_max
  }
  if (!set_option(guard.fd, SOL_SOCKET, SO_TIMESTAMPNS, 1)) {
    set_option(guard.fd, SOL_SOCKET, SO_TIMESTAMP, 1);
  }
  set_option(guard.fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
  sockaddr_can address{};
  address.can_family = AF_CAN;
  address.can_ifindex = *index;
  if (bind(guard.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Error(interface + ": cannot listen: " + std::strerror(errno));
  }
  const int fd = guard.fd;
  guard.fd = -1;
  return fd;
}

}  // namespace

std::unique_ptr<CanSockets> kernel_can_sockets() {
  return std::make_unique<KernelCanSockets>();
}

}  // namespace lujing::hal::can
