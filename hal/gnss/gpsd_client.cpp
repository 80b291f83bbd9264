#include "hal/gnss/gpsd_client.h"

#include "hal/gnss/tcp_probe.h"

#include <gps.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string_view>
#include <utility>

namespace lujing::hal::gnss {
namespace {

// libgps 3.22 keeps at most two JSON lines of 10,240 bytes.
constexpr std::size_t longest_line = 20'480;
// So many reads in a row that brought no whole line: the line is longer than libgps can keep.
constexpr int reads_without_line = 256;

Tpv from_libgps_tpv(const gps_data_t& data) {
  Tpv report;
  report.device = data.dev.path;
  report.mode = data.fix.mode;
  report.time_s = data.fix.time.tv_sec;
  report.time_ns = data.fix.time.tv_nsec;
  report.lat_deg = data.fix.latitude;
  report.lon_deg = data.fix.longitude;
  report.altitude_hae_m = data.fix.altHAE;
  report.speed_mps = data.fix.speed;
  report.track_deg = data.fix.track;
  report.eph_m = data.fix.eph;
  report.epx_m = data.fix.epx;
  report.epy_m = data.fix.epy;
  report.eps_mps = data.fix.eps;
  report.epd_deg = data.fix.epd;
  return report;
}

Sky from_libgps_sky(const gps_data_t& data, bool lists_satellites) {
  Sky report;
  report.device = data.dev.path;
  report.hdop = data.dop.hdop;
  report.lists_satellites = lists_satellites;
  if (!lists_satellites) return report;
  for (const satellite_t& satellite : data.skyview) {
    if (satellite.PRN > 0) report.satellites.push_back({satellite.ss, satellite.used});
  }
  return report;
}

bool is_class(std::string_view line, std::string_view name) {
  constexpr std::string_view key = "{\"class\":\"";
  return line.substr(0, key.size()) == key && line.substr(key.size(), name.size()) == name &&
         line.substr(key.size() + name.size(), 1) == "\"";
}

}  // namespace

struct GpsdClient::Impl {
  gps_data_t data{};
  bool open = false;
  int without_line = 0;
  std::array<char, longest_line> line{};
  Tpv tpv;
  Sky sky;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (open) gps_close(&data);
  }

  Event judge_line(int read_bytes);
  Event judge_no_line();
};

// libgps' own answers are of little help: gps_read() gives -1 for a class that it does not know and
// a small positive number for a line that it could not read, and `set` keeps what earlier lines
// put there. So `set` is cleared before each read, and the line itself says what it is.
GpsdClient::Event GpsdClient::Impl::judge_line(int read_bytes) {
  without_line = 0;
  const std::string_view text(line.data(), strnlen(line.data(), line.size()));
  const bool whole = read_bytes >= 0 && static_cast<std::size_t>(read_bytes) >= text.size();
  if (!whole) return Event::other;
  if (is_class(text, "TPV") && (data.set & STATUS_SET) != 0) {
    tpv = from_libgps_tpv(data);
    return Event::tpv;
  }
  if (is_class(text, "SKY") && (data.set & SATELLITE_SET) != 0) {
    sky = from_libgps_sky(data, text.find("\"satellites\":[") != std::string_view::npos);
    return Event::sky;
  }
  return Event::other;
}

GpsdClient::Event GpsdClient::Impl::judge_no_line() {
  char byte = 0;
  const ssize_t got = recv(data.gps_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got == 0) return Event::closed;
  if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return Event::closed;
  return ++without_line > reads_without_line ? Event::closed : Event::nothing;
}

GpsdClient::GpsdClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GpsdClient::GpsdClient(GpsdClient&&) noexcept = default;
GpsdClient& GpsdClient::operator=(GpsdClient&&) noexcept = default;
GpsdClient::~GpsdClient() = default;
const Tpv& GpsdClient::tpv() const {
  return impl_->tpv;
}
const Sky& GpsdClient::sky() const {
  return impl_->sky;
}

namespace {

/// libgps keeps static buffers of its own (and calls getprotobyname): one call at a time in a
/// process.
std::mutex& libgps_mutex() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

Result<GpsdClient> GpsdClient::connect(const std::string& host, std::uint16_t port,
                                       int timeout_ms) {
  const std::string where = "gpsd at " + host + ":" + std::to_string(port);
  // gps_open() waits for a far host for minutes; so it is asked only where somebody answers.
  if (!is_loopback(host)) {
    if (auto answer = probe_tcp(host, port, timeout_ms); !answer) return answer.error().in(where);
  }
  auto impl = std::make_unique<Impl>();
  const std::lock_guard lock(libgps_mutex());
  const int opened = gps_open(host.c_str(), std::to_string(port).c_str(), &impl->data);
  if (opened != 0) return Error(where + ": " + gps_errstr(opened < 0 ? opened : errno));
  impl->open = true;

  // A read that finds half a line must not wait for the other half for ever.
  const timeval patience{timeout_ms / 1000, static_cast<suseconds_t>(timeout_ms % 1000) * 1000};
  setsockopt(impl->data.gps_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(impl->data.gps_fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (gps_stream(&impl->data, WATCH_ENABLE | WATCH_JSON, nullptr) != 0) {
    return Error(where + " does not take the request for reports: " + std::strerror(errno));
  }
  return GpsdClient(std::move(impl));
}

GpsdClient::Event GpsdClient::next(int timeout_ms) {
  if (!gps_waiting(&impl_->data, timeout_ms * 1000)) return Event::nothing;
  impl_->data.set = 0;
  impl_->line[0] = '\0';
  const std::lock_guard lock(libgps_mutex());
  const int got = gps_read(&impl_->data, impl_->line.data(), static_cast<int>(longest_line));
  return impl_->line[0] != '\0' ? impl_->judge_line(got) : impl_->judge_no_line();
}

}  // namespace lujing::hal::gnss
