#include "ctl/trace.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <sstream>
#include <string_view>

namespace lujing::ctl {
namespace {

constexpr std::int64_t together_ns = ns_per_s / 2;
constexpr hal::SignalId wheels = 0;
constexpr hal::SignalId yaw = 1;

struct Line {
  std::int64_t t_ms = 0;
  std::string_view kind;
  std::array<double, 3> values{};
  std::size_t count = 0;
};

std::string_view cut(std::string_view& rest) {
  const std::size_t comma = rest.find(',');
  const std::string_view word = rest.substr(0, comma);
  rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  return word;
}

std::optional<double> trace_number(std::string_view word) {
  while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
  while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
  double value = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (problem != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<Line> parse(std::string_view text) {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  Line line;
  const std::string_view time = cut(text);
  const auto read = std::from_chars(time.data(), time.data() + time.size(), line.t_ms);
  constexpr std::int64_t century_ms = 100LL * 365 * 86'400'000;
  if (read.ec != std::errc() || read.ptr != time.data() + time.size()) return std::nullopt;
  if (line.t_ms < 0 || line.t_ms > century_ms) return std::nullopt;
  line.kind = cut(text);
  if (line.kind.empty()) return std::nullopt;
  while (!text.empty() && line.count < line.values.size()) {
    const auto value = trace_number(cut(text));
    if (!value) return std::nullopt;
    line.values[line.count++] = *value;
  }
  return line;
}

class TraceReader {
 public:
  explicit TraceReader(Trace& trace) : trace_(trace) {}

  void take(const Line& line) {
    const BootTime at = BootTime::from_ms(line.t_ms);
    if (line.kind == "GVVEHSP" && line.count >= 1) {
      say(at, hal::CanSignal{wheels, hal::SignalState::ok, line.values[0]});
    } else if (line.kind == "GVYAW" && line.count >= 1) {
      say(at, hal::CanSignal{yaw, hal::SignalState::ok, line.values[0]});
    } else if (line.kind == "GVGPSC" && line.count >= 2) {
      has_course_ = true;
      course_at_ = at;
      speed_mps_ = line.values[0];
      course_rad_ = line.values[1] * (pi / 180);
      if (has_place_) finish();
    } else if (line.kind == "GVGPSP" && line.count >= 2) {
      finish();
      has_place_ = true;
      place_at_ = at;
      place_ = GeoPoint::from_degrees(line.values[0], line.values[1]);
      if (together()) finish();
    }
  }
  void finish() {
    if (!has_place_) return;
    hal::GnssFix fix;
    fix.mode = hal::FixMode::fix_3d;
    fix.position = place_;
    if (together()) {
      fix.speed_mps = speed_mps_;
      fix.course_rad = course_rad_;
      has_course_ = false;
    }
    has_place_ = false;
    // Without UTC nothing but its line's time tells that a fix is told again, or an older one.
    if (place_at_.ns <= newest_.ns) {
      ++trace_.stale;
      return;
    }
    newest_ = place_at_;
    say(place_at_, fix);
  }

 private:
  bool together() const {
    return has_course_ && std::abs(course_at_.ns - place_at_.ns) < together_ns;
  }
  void say(BootTime at, hal::What what) { trace_.told.push_back({at, what}); }

  Trace& trace_;
  bool has_place_ = false;
  bool has_course_ = false;
  GeoPoint place_;
  BootTime place_at_;
  BootTime newest_{-1};  ///< of the fixes
  BootTime course_at_;
  double speed_mps_ = 0;
  double course_rad_ = 0;
};

}  // namespace

Result<Trace> parse_trace(const std::string& name, const std::string& text) {
  Trace trace;
  trace.config.software = "trace";
  trace.config.wheel_speed = wheels;
  trace.config.yaw_rate = yaw;
  TraceReader reader(trace);
  std::istringstream lines(text);
  std::string line;
  bool header = true;
  while (std::getline(lines, line)) {
    if (header && line.rfind("t_ms,kind", 0) != 0) {
      return Error(name + ": the first line should be t_ms,kind,v1,...");
    }
    if (header || line.empty()) {
      header = false;
      continue;
    }
    ++trace.lines;
    if (const auto read = parse(line)) {
      reader.take(*read);
    } else {
      ++trace.skipped;
    }
  }
  reader.finish();
  if (header) return Error(name + ": empty; expected a first line t_ms,kind,v1,...");
  return trace;
}

}  // namespace lujing::ctl
