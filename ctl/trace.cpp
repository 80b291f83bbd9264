#include "ctl/trace.h"

#include <fmt/format.h>

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

/// A word of outside input, so that a message stays one line.
std::string shown(std::string_view word) {
  std::string text;
  for (const char c : word.substr(0, 40)) text += c >= ' ' && c <= '~' ? c : '?';
  return text;
}

/// Of the kinds that are taken; 0 of others.
std::size_t values_of(std::string_view kind) {
  if (kind == "GVGPSP" || kind == "GVGPSC") return 2;
  return kind == "GVVEHSP" || kind == "GVYAW" ? 1 : 0;
}

Result<Line> parse(std::string_view text) {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  Line line;
  const std::string_view time = cut(text);
  const auto read = std::from_chars(time.data(), time.data() + time.size(), line.t_ms);
  constexpr std::int64_t century_ms = 100LL * 365 * 86'400'000;
  if (read.ec != std::errc() || read.ptr != time.data() + time.size() || line.t_ms < 0 ||
      line.t_ms > century_ms) {
    return Error("t_ms should be whole milliseconds, 0 or more, is \"" + shown(time) + "\"");
  }
  line.kind = cut(text);
  if (line.kind.empty()) return Error("kind is missing: give GVVEHSP, GVGPSP, GVGPSC or GVYAW");
  while (!text.empty() && line.count < line.values.size()) {
    const std::string_view word = cut(text);
    const auto value = trace_number(word);
    if (!value) {
      return Error("v" + std::to_string(line.count + 1) + " should be a number, is \"" +
                   shown(word) + "\"");
    }
    line.values[line.count++] = *value;
  }
  if (line.count < values_of(line.kind)) {
    return Error(std::string(line.kind) + " should have " + std::to_string(values_of(line.kind)) +
                 " values, has " + std::to_string(line.count));
  }
  return line;
}

class TraceReader {
 public:
  explicit TraceReader(Trace& trace) : trace_(trace) {}

  /// False: its course is none, and is not taken.
  bool take(const Line& line) {
    const BootTime at = BootTime::from_ms(line.t_ms);
    if (line.kind == "GVVEHSP") {
      say(at, hal::CanSignal{wheels, hal::SignalState::ok, line.values[0]});
    } else if (line.kind == "GVYAW") {
      say(at, hal::CanSignal{yaw, hal::SignalState::ok, line.values[0]});
    } else if (line.kind == "GVGPSC") {
      return take_course(at, line);
    } else if (line.kind == "GVGPSP") {
      take_place(at, GeoPoint::from_degrees(line.values[0], line.values[1]));
    }
    return true;
  }

 private:
  bool take_course(BootTime at, const Line& line) {
    has_course_ = true;
    course_at_ = at;
    speed_mps_ = line.values[0];
    course_rad_.reset();
    const bool good = line.values[1] >= 0 && line.values[1] <= 360;
    if (good) course_rad_ = line.values[1] * (pi / 180);
    complete();
    return good;
  }
  void take_place(BootTime at, GeoPoint place) {
    fix_ = none;
    // Without UTC nothing but its line's time tells that a fix is told again, or an older one.
    if (at.ns <= newest_.ns) {
      ++trace_.stale;
      return;
    }
    newest_ = at;
    hal::GnssFix fix;
    fix.mode = hal::FixMode::fix_3d;
    fix.position = place;
    fix_ = trace_.told.size();
    say(at, fix);
    complete();
  }
  /// The place and the speed and course that stand beside it are one fix, where the place stands.
  void complete() {
    if (fix_ == none || !has_course_ || std::abs(course_at_.ns - newest_.ns) >= together_ns) return;
    auto& fix = std::get<hal::GnssFix>(trace_.told[fix_].what);
    fix.speed_mps = speed_mps_;
    fix.course_rad = course_rad_;
    has_course_ = false;
    fix_ = none;
  }
  void say(BootTime at, hal::What what) { trace_.told.push_back({at, what}); }

  Trace& trace_;
  static constexpr std::size_t none = SIZE_MAX;
  std::size_t fix_ = none;  ///< in trace_.told, without a course as yet
  bool has_course_ = false;
  BootTime newest_{-1};  ///< of the fixes
  BootTime course_at_;
  double speed_mps_ = 0;
  std::optional<double> course_rad_;
};

}  // namespace

void Trace::tell(std::uint64_t line, const std::string& what) {
  if (problems.size() < most_problems) problems.push_back(fmt::format("line {}: {}", line, what));
}

Result<Trace> parse_trace(const std::string& name, const std::string& text) {
  Trace trace;
  trace.config.software = "trace";
  trace.config.wheel_speed = wheels;
  trace.config.yaw_rate = yaw;
  TraceReader reader(trace);
  std::istringstream lines(text);
  std::string line;
  bool header = true;
  std::uint64_t number = 0;
  while (std::getline(lines, line)) {
    ++number;
    if (header && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // as spreadsheets save it
    if (header && line.rfind("t_ms,kind", 0) != 0) {
      return Error(name + ": the first line should be t_ms,kind,v1,...");
    }
    if (header || line.empty()) {
      header = false;
      continue;
    }
    ++trace.lines;
    const auto read = parse(line);
    if (!read) {
      ++trace.skipped;
      trace.tell(number, read.error().what() + ": line passed over");
    } else if (!reader.take(*read)) {
      ++trace.courses_refused;
      trace.tell(number, fmt::format("the course should be 0 to 360 degrees, is {:g}: not taken; "
                                     "give degrees clockwise from north",
                                     read->values[1]));
    }
  }
  if (header) return Error(name + ": empty; expected a first line t_ms,kind,v1,...");
  return trace;
}

}  // namespace lujing::ctl
