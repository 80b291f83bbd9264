#include "hal/can/bus_socketcan.h"

#include "hal/can/wake.h"

#include <linux/can.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <iterator>
#include <utility>

namespace lujing::hal::can {
namespace {

constexpr std::size_t batch_size = 64;
constexpr std::size_t control_bytes = 128;
/// A stamp older than this says that the wall clock was set meanwhile.
constexpr std::int64_t oldest_stamp_ns = 10 * ns_per_s;

std::int64_t real_ns_of(const cmsghdr& header) {
  if (header.cmsg_type == SCM_TIMESTAMPNS && header.cmsg_len >= CMSG_LEN(sizeof(timespec))) {
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(&header), sizeof stamp);
    return stamp.tv_sec * ns_per_s + stamp.tv_nsec;
  }
  if (header.cmsg_type == SCM_TIMESTAMP && header.cmsg_len >= CMSG_LEN(sizeof(timeval))) {
    timeval stamp{};
    std::memcpy(&stamp, CMSG_DATA(&header), sizeof stamp);
    return stamp.tv_sec * ns_per_s + stamp.tv_usec * 1000;
  }
  return -1;
}

std::string lost_because(const std::string& interface, int error) {
  std::string why = interface + ": " + std::strerror(error);
  if (error == ENETDOWN) why += ": ip link set " + interface + " up";
  return why;
}

}  // namespace

ClockPair clocks_now() {
  timespec real{};
  clock_gettime(CLOCK_REALTIME, &real);
  return {boot_now(), real.tv_sec * ns_per_s + real.tv_nsec};
}

ControlData read_control(const msghdr& message, ClockPair now) {
  ControlData data;
  data.at = now.boot;
  for (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(const_cast<msghdr*>(&message), const_cast<cmsghdr*>(header))) {
    if (header->cmsg_level != SOL_SOCKET) continue;
    if (header->cmsg_type == SO_RXQ_OVFL && header->cmsg_len >= CMSG_LEN(sizeof(std::uint32_t))) {
      data.has_drop_count = true;
      std::memcpy(&data.drop_count, CMSG_DATA(header), sizeof data.drop_count);
      continue;
    }
    const std::int64_t stamp = real_ns_of(*header);
    const std::int64_t age = now.real_ns - stamp;
    if (stamp >= 0 && age >= 0 && age <= oldest_stamp_ns) data.at.ns = now.boot.ns - age;
  }
  return data;
}

bool read_can_datagram(const void* bytes, std::size_t count, CanFrame& frame) {
  if (count != CAN_MTU && count != CANFD_MTU) return false;
  canfd_frame raw{};  // a classic frame is its beginning
  std::memcpy(&raw, bytes, count);
  frame = {};
  frame.fd = count == CANFD_MTU;
  const std::size_t room = frame.fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN;
  if (raw.len > room) return false;
  frame.error = (raw.can_id & CAN_ERR_FLAG) != 0;
  frame.remote = !frame.error && (raw.can_id & CAN_RTR_FLAG) != 0;
  frame.extended = !frame.error && (raw.can_id & CAN_EFF_FLAG) != 0;
  frame.id = raw.can_id & (frame.extended || frame.error ? CAN_EFF_MASK : CAN_SFF_MASK);
  frame.len = raw.len;
  std::copy_n(std::begin(raw.data), raw.len, frame.data.begin());
  return true;
}

/// Room for one recvmmsg(), kept for all of them.
struct SocketCanBus::Batch {
  std::array<mmsghdr, batch_size> messages{};
  std::array<iovec, batch_size> vectors{};
  std::array<canfd_frame, batch_size> frames{};
  struct alignas(cmsghdr) Control {
    std::array<char, control_bytes> bytes{};
  };
  std::array<Control, batch_size> controls{};

  void prepare(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {&frames[i], sizeof frames[i]};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = controls[i].bytes.data();
      messages[i].msg_hdr.msg_controllen = control_bytes;
    }
  }
};

SocketCanBus::SocketCanBus(std::string interface, std::vector<IdFilter> filters,
                           std::unique_ptr<CanSockets> sockets)
    : interface_(std::move(interface)),
      filters_(std::move(filters)),
      sockets_(std::move(sockets)),
      batch_(std::make_unique<Batch>()) {}

SocketCanBus::~SocketCanBus() {
  close();
}

void SocketCanBus::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<void> SocketCanBus::open(int /*wake_fd*/) {
  close();
  auto opened = sockets_->open(interface_, filters_);
  if (!opened) return opened.error();
  fd_ = *opened;
  last_drop_count_ = 0;
  return {};
}

Result<void> SocketCanBus::write(const CanFrame& frame) {
  if (fd_ < 0) return Error(interface_ + ": it is not open");
  can_frame out{};
  out.can_id = frame.id | (frame.extended ? CAN_EFF_FLAG : 0U);
  out.can_dlc = std::min<std::uint8_t>(frame.len, max_classic_bytes);
  std::copy_n(frame.data.begin(), out.can_dlc, std::begin(out.data));
  if (::send(fd_, &out, sizeof out, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof out) return {};
  if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) return {};
  const int error = errno;
  close();
  return Error(lost_because(interface_, error));
}

Result<Bus::Read> SocketCanBus::read(std::span<CanFrame> to, int wake_fd, int wait_ms) {
  if (fd_ < 0) return Error(interface_ + ": it is not open");
  if (!wait_readable(fd_, wake_fd, wait_ms)) return Read{};
  const std::size_t room = std::min(to.size(), batch_size);
  batch_->prepare(room);
  const int count =
      recvmmsg(fd_, batch_->messages.data(), static_cast<unsigned>(room), MSG_DONTWAIT, nullptr);
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return Read{};
    const int error = errno;
    close();
    return Error(lost_because(interface_, error));
  }
  const ClockPair now = clocks_now();
  Read result;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const mmsghdr& message = batch_->messages[i];
    const ControlData control = read_control(message.msg_hdr, now);
    if (control.has_drop_count) {
      lost_ += control.drop_count - last_drop_count_;  // wraps as the kernel's counter does
      last_drop_count_ = control.drop_count;
    }
    if (message.msg_len == 0) {  // no CAN socket gives this: the other end of a pair is closed
      close();
      return Error(interface_ + ": the socket was closed");
    }
    CanFrame& frame = to[result.frames];
    if (!read_can_datagram(&batch_->frames[i], message.msg_len, frame)) {
      ++unreadable_;
      continue;
    }
    frame.at = control.at;
    ++result.frames;
  }
  return result;
}

}  // namespace lujing::hal::can
