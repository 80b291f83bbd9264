#include "tests/support/gpsd_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace lujing::test_support {
namespace {

using std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(10);
constexpr auto pause = std::chrono::milliseconds(5);

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("gpsd fixture: " + what);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A bound (and, if asked, listening) socket on a port that the kernel picks.
int bound_socket(bool listening, std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      (listening && listen(fd, 4) != 0) ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    fail("no free port");
  }
  port = ntohs(address.sin_port);
  return fd;
}

int try_connect(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return fd;
  }
  if (fd >= 0) close(fd);
  return -1;
}

bool readable(int fd, std::chrono::milliseconds wait) {
  pollfd item{fd, POLLIN, 0};
  return poll(&item, 1, static_cast<int>(wait.count())) > 0;
}

/// Established connections whose near end is 127.0.0.1:port, as the kernel lists them.
int connections_to(std::uint16_t port) {
  std::array<char, 32> near_end{};
  std::snprintf(near_end.data(), near_end.size(), "0100007F:%04X", port);
  std::ifstream table("/proc/net/tcp");
  std::string line;
  int count = 0;
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string slot;
    std::string local;
    std::string remote;
    std::string state;
    words >> slot >> local >> remote >> state;
    if (local == near_end.data() && state == "01") ++count;
  }
  return count;
}

pid_t spawn_gpsd(std::uint16_t port, const std::string& device) {
  const std::string port_text = std::to_string(port);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies leaves no gpsd behind
    if (getppid() != parent) _exit(1);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);  // it complains that there is no DBUS
    const char* path = "gpsd";
    execlp(path, path, "-N", "-n", "-S", port_text.c_str(), device.c_str(), nullptr);
    execl("/usr/sbin/gpsd", path, "-N", "-n", "-S", port_text.c_str(), device.c_str(), nullptr);
    _exit(127);
  }
  return child;
}

}  // namespace

bool has_asked_gpsd(std::string_view health) {
  const auto says = [&](std::string_view words) { return health.find(words) != health.npos; };
  return says("connected, waiting for the first report") ||
         says("answers, but has reported nothing");
}

struct GpsdProcess::Impl {
  ReceiverLine line = ReceiverLine::tcp;
  std::uint16_t gpsd_port = 0;
  std::string device;
  pid_t pid = -1;
  int listener = -1;   // tcp: where gpsd fetches the receiver's bytes
  int receiver = -1;   // tcp: gpsd's connection; pty: the master side
  int pty_slave = -1;  // held open, so that the line survives gpsd

  ~Impl() {
    end_gpsd();
    for (const int fd : {listener, receiver, pty_slave}) {
      if (fd >= 0) close(fd);
    }
  }
  void open_line();
  void end_gpsd();
  void start_gpsd();
  void drain_line() const;
};

void GpsdProcess::Impl::open_line() {
  if (line == ReceiverLine::tcp) {
    std::uint16_t port = 0;
    listener = bound_socket(true, port);
    device = "tcp://127.0.0.1:" + std::to_string(port);
    return;
  }
  std::array<char, 128> name{};
  termios raw{};
  cfmakeraw(&raw);  // no echo, no line editing, before gpsd has set the line up itself
  cfsetspeed(&raw, B9600);
  if (openpty(&receiver, &pty_slave, name.data(), &raw, nullptr) != 0) fail("openpty");
  fcntl(receiver, F_SETFD, FD_CLOEXEC);
  fcntl(pty_slave, F_SETFD, FD_CLOEXEC);
  device = name.data();
  if (chmod(name.data(), 0666) != 0) fail("chmod " + device);
}

void GpsdProcess::Impl::end_gpsd() {
  if (pid > 0) {
    ::kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    pid = -1;
  }
  if (line == ReceiverLine::tcp && receiver >= 0) {
    close(receiver);
    receiver = -1;
  }
}

void GpsdProcess::Impl::start_gpsd() {
  pid = spawn_gpsd(gpsd_port, device);
  if (line == ReceiverLine::tcp) {
    if (!readable(listener, patience))
      fail("gpsd did not fetch the receiver; apt-get install gpsd");
    receiver = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  }
  const auto deadline = steady_clock::now() + patience;
  for (int probe = -1; probe < 0;) {
    probe = try_connect(gpsd_port);
    if (probe >= 0) close(probe);
    if (steady_clock::now() > deadline) fail("gpsd does not listen; apt-get install gpsd");
    std::this_thread::sleep_for(pause);
  }
}

// gpsd writes to a serial receiver when it tries to find out what it is; nobody reads that here.
void GpsdProcess::Impl::drain_line() const {
  std::array<char, 1024> bin{};
  while (receiver >= 0 && readable(receiver, std::chrono::milliseconds(0))) {
    if (read(receiver, bin.data(), bin.size()) <= 0) return;
  }
}

GpsdProcess::GpsdProcess(ReceiverLine line) : impl_(std::make_unique<Impl>()) {
  impl_->line = line;
  impl_->open_line();
  close(bound_socket(false, impl_->gpsd_port));
  impl_->start_gpsd();
}
GpsdProcess::~GpsdProcess() = default;
std::uint16_t GpsdProcess::port() const {
  return impl_->gpsd_port;
}
const std::string& GpsdProcess::device() const {
  return impl_->device;
}
void GpsdProcess::kill() {
  impl_->end_gpsd();
}
void GpsdProcess::start() {
  if (impl_->pid < 0) impl_->start_gpsd();
}

bool GpsdProcess::say(std::string_view bytes) {
  while (!bytes.empty()) {
    impl_->drain_line();
    if (impl_->receiver < 0) return false;
    pollfd item{impl_->receiver, POLLOUT, 0};
    if (poll(&item, 1, 20'000) <= 0 || (item.revents & POLLOUT) == 0) return false;
    const ssize_t sent = impl_->line == ReceiverLine::tcp
                             ? send(impl_->receiver, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                             : write(impl_->receiver, bytes.data(), bytes.size());
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool GpsdProcess::wait_for_clients(int count, const std::function<bool()>& has_asked) const {
  const auto deadline = steady_clock::now() + patience;
  while (connections_to(impl_->gpsd_port) < count || !has_asked()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(pause);
  }
  // What was sent is taken a moment later. A client that comes after it and has been answered shows
  // that gpsd has looked at all of them.
  const GpsdWatch after(impl_->gpsd_port);
  return true;
}

GpsdWatch::GpsdWatch(std::uint16_t port) : fd_(try_connect(port)) {
  if (fd_ < 0) fail("gpsd does not answer");
  constexpr std::string_view watch = "?WATCH={\"enable\":true,\"json\":true};\n";
  if (send(fd_, watch.data(), watch.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(watch.size()) ||
      !read_until("WATCH", 1)) {
    close(fd_);
    fail("gpsd does not take WATCH");
  }
}
GpsdWatch::~GpsdWatch() {
  if (fd_ >= 0) close(fd_);
}

bool GpsdWatch::read_some(std::chrono::milliseconds wait) {
  if (fd_ < 0 || !readable(fd_, wait)) return false;
  std::array<char, 65536> buffer{};
  const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
  if (got <= 0) {
    close(fd_);
    fd_ = -1;
    return false;
  }
  rest_.append(buffer.data(), static_cast<std::size_t>(got));
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos;
       end = rest_.find('\n', begin)) {
    std::string line = rest_.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines_.push_back(std::move(line));
    begin = end + 1;
  }
  rest_.erase(0, begin);
  return true;
}

void GpsdWatch::read_until_quiet(std::chrono::milliseconds quiet) {
  // A machine that is busy elsewhere is quiet too. So gpsd itself is asked: it is at its end when
  // it has answered twice in a row and said nothing else in between.
  constexpr std::string_view question = "?VERSION;\n";
  constexpr int rounds = 2;
  for (int silent = 0; silent < rounds && fd_ >= 0;) {
    while (read_some(quiet)) silent = 0;
    const std::size_t lines = lines_.size();
    const std::size_t answers = reports("VERSION").size();
    if (fd_ < 0 || send(fd_, question.data(), question.size(), MSG_NOSIGNAL) < 0) return;
    if (!read_until("VERSION", answers + 1)) return;
    silent = lines_.size() == lines + 1 ? silent + 1 : 0;
  }
}

bool GpsdWatch::read_until(std::string_view report_class, std::size_t count) {
  const auto deadline = steady_clock::now() + 2 * patience;
  while (reports(report_class).size() < count) {
    if (fd_ < 0 || steady_clock::now() > deadline) return false;
    read_some(std::chrono::milliseconds(100));
  }
  return true;
}

std::vector<std::string> GpsdWatch::reports(std::string_view report_class) const {
  const std::string front = "{\"class\":\"" + std::string(report_class) + "\"";
  std::vector<std::string> found;
  for (const std::string& line : lines_) {
    if (line.compare(0, front.size(), front) == 0) found.push_back(line);
  }
  return found;
}

}  // namespace lujing::test_support
