#include "hal/io/card_source.h"

#include "hal/io/card_frames.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lujing::hal::io {
namespace {

using std::chrono::milliseconds;

constexpr int card_wait_ms = 100;
constexpr milliseconds open_again_after{1000};
constexpr std::int64_t card_gone_ns = 2 * ns_per_s;
constexpr std::int64_t card_again_ns = 10 * ns_per_s;

/// 9600 baud, 8 data bits, no parity, nothing interpreted.
Result<void> set_up(int fd) {
  termios line{};
  if (::tcgetattr(fd, &line) != 0) return Error(std::strerror(errno));
  ::cfmakeraw(&line);
  line.c_cflag |= CLOCAL | CREAD;
  ::cfsetispeed(&line, B9600);
  ::cfsetospeed(&line, B9600);
  if (::tcsetattr(fd, TCSANOW, &line) != 0) return Error(std::strerror(errno));
  return {};
}

class CardSource final : public ThreadSource {
 public:
  CardSource(const InputConfig& input, std::uint8_t index, std::shared_ptr<Totals> totals)
      : ThreadSource(index, std::move(totals)),
        device_(input.chip),
        name_("card reader " + input.chip),
        said_{input.id, SwitchState::invalid, 0} {
    tell_health(name_ + ": not started");
  }
  ~CardSource() override { stop(); }

 private:
  void run(const std::stop_token& stop) override;
  Result<void> open_line();
  Result<void> listen(const std::stop_token& stop);
  Result<void> read_line();
  void say(SwitchState state, double value);

  const std::string device_;
  const std::string name_;
  int fd_ = -1;
  CardFrames frames_;
  Analog said_;
  BootTime said_at_;
  std::optional<BootTime> card_at_;  ///< its last frame
};

void CardSource::say(SwitchState state, double value) {
  const BootTime now = boot_now();
  const Analog news{said_.id, state, value};
  if (news == said_ && now.ns - said_at_.ns < card_again_ns) return;
  said_ = news;
  said_at_ = now;
  tell(now, news);
}

Result<void> CardSource::open_line() {
  fd_ = ::open(device_.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0) return Error(std::strerror(errno));
  frames_ = {};
  card_at_.reset();
  return set_up(fd_);
}

Result<void> CardSource::read_line() {
  pollfd wanted{fd_, POLLIN, 0};
  const int ready = ::poll(&wanted, 1, card_wait_ms);
  if (ready < 0 && errno != EINTR) return Error(std::strerror(errno));
  if (ready <= 0) return {};
  std::array<std::uint8_t, 64> bytes{};
  const ssize_t got = ::read(fd_, bytes.data(), bytes.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (got < 0) return Error(std::strerror(errno));
  if (got == 0) return Error("the line was closed");
  for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
    const auto card = frames_.take(bytes[i]);
    if (!card) continue;
    card_at_ = boot_now();
    ++totals().reads;
    say(SwitchState::on, static_cast<double>(*card));  // 40 bits: exact
  }
  return {};
}

Result<void> CardSource::listen(const std::stop_token& stop) {
  if (auto opened = open_line(); !opened) return opened;
  tell_link(true);
  while (!stop.stop_requested()) {
    tell_counters();
    if (auto read = read_line(); !read) return read;
    const bool here = card_at_ && boot_now().ns - card_at_->ns < card_gone_ns;
    if (!here) say(SwitchState::on, 0);
    if (frames_.bad() > 0) {
      tell_health(name_ + ": ok; " + std::to_string(frames_.bad()) +
                  " frames did not read: is it 9600 baud, the format of an RDM6300?");
    } else {
      tell_health(name_ + ": ok");
    }
  }
  return {};
}

void CardSource::run(const std::stop_token& stop) {
  do {
    if (auto heard = listen(stop); !heard) {
      say(SwitchState::fault, 0);
      tell_link(false);
      tell_health(name_ + ": " + heard.error().what() + ": is it plugged in? Retry in 1 s");
    }
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  } while (!stop.stop_requested() && sleep(stop, open_again_after));
}

}  // namespace

std::unique_ptr<Source> make_card_source(const InputConfig& input, std::uint8_t index,
                                         std::shared_ptr<Totals> totals) {
  return std::make_unique<CardSource>(input, index, std::move(totals));
}

}  // namespace lujing::hal::io
