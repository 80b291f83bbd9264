#include "sim/vehicle/path.h"

#include "sim/city/plane.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr double comfortable_lateral_mps2 = 1.3;  // a laden truck's driver in a bend
constexpr double comfortable_braking_mps2 = 1.0;
constexpr int curve_pieces = 14;

/// The link's line moved to where one drives. Each vertex goes along the mean of its neighbours'
/// normals, so that two links' worth of the same spot always fall together.
std::vector<Offset> driven_line(const City& city, LinkId id) {
  const std::vector<Offset>& middle = city.link(id).line;
  const double offset = city.lane_offset_m(id);
  std::vector<Offset> line;
  line.reserve(middle.size());
  for (std::size_t i = 0; i < middle.size(); ++i) {
    const Offset& before = middle[i == 0 ? 0 : i - 1];
    const Offset& after = middle[std::min(i + 1, middle.size() - 1)];
    line.push_back(plus(middle[i], times(right_of(unit(minus(after, before))), offset)));
  }
  return line;
}

struct Place {
  Offset at;
  double along_m;
};

/// The part of `line` whose vertices lie, on `middle`, between from_m and to_m.
std::vector<Place> part(const std::vector<Offset>& middle, const std::vector<Offset>& line,
                        double from_m, double to_m) {
  std::vector<Place> result;
  double along = 0;
  for (std::size_t i = 1; i < middle.size(); ++i) {
    const double length = length_m(minus(middle[i], middle[i - 1]));
    const auto at = [&](double m) {
      return Place{between(line[i - 1], line[i], (m - along) / length), m};
    };
    if (length > 0 && from_m < along + length && to_m > along) {
      if (result.empty()) {
        result.push_back(at(std::max(from_m, along)));
      }
      result.push_back(at(std::min(to_m, along + length)));
    }
    along += length;
  }
  return result;
}

/// Where a dead end is turned in: out to the right, round, and back.
std::vector<Offset> turn_round(Offset a, Offset b, Offset way) {
  constexpr double forward_m = 30;
  constexpr double aside_m = 16;
  constexpr int pieces = 40;
  const Offset right = times(right_of(way), aside_m);
  const Offset out = plus(plus(a, times(way, forward_m)), right);
  const Offset back = minus(plus(b, times(way, forward_m)), right);
  std::vector<Offset> curve;
  for (int n = 1; n < pieces; ++n) {
    const double t = static_cast<double>(n) / pieces;
    const double u = 1 - t;
    curve.push_back(plus(plus(times(a, u * u * u), times(out, 3 * u * u * t)),
                         plus(times(back, 3 * u * t * t), times(b, t * t * t))));
  }
  return curve;
}

/// A rounded corner from the end of one line to the start of the next.
std::vector<Offset> corner(const std::vector<Place>& in, const std::vector<Place>& out) {
  const Offset a = in.back().at;
  const Offset b = out.front().at;
  const Offset way_in = unit(minus(a, in[in.size() - 2].at));
  const Offset way_out = unit(minus(out[1].at, b));
  if (dot(way_in, way_out) < -0.7 && length_m(minus(a, b)) < 12) {
    return turn_round(a, b, way_in);
  }
  Offset control = between(a, b, 0.5);
  const double sine = cross(way_in, way_out);
  if (std::abs(sine) > 0.2) {
    const double forward = cross(minus(b, a), way_out) / sine;
    if (forward > 0 && forward < 60) {
      control = plus(a, times(way_in, forward));
    }
  }
  std::vector<Offset> curve;
  for (int n = 1; n < curve_pieces; ++n) {
    const double share = static_cast<double>(n) / curve_pieces;
    curve.push_back(between(between(a, control, share), between(control, b, share), share));
  }
  return curve;
}

double corner_trim_m(const City& city, LinkId in, LinkId out) {
  if (city.link(in).reverse == out) {
    return 14.0;
  }
  const bool turns = city.link(in).street != city.link(out).street;
  return turns ? 15.0 : 5.0;
}

}  // namespace

Path::Path(const City& city, Spot spot)
    : Path(city, {spot.link}, spot.along_m, spot.along_m + 0.5) {
  points_.resize(1);
  points_[0].cap_mps = 0;
}

Path::Path(const City& city, const std::vector<LinkId>& route, double from_m, double to_m,
           double limit_mps) {
  std::vector<Raw> raw;
  std::vector<Place> before;
  for (std::size_t i = 0; i < route.size(); ++i) {
    const LinkId id = route[i];
    const Link& link = city.link(id);
    const bool first = i == 0;
    const bool last = i + 1 == route.size();
    const double trim = 0.3 * link.length_m;
    const double begin = first ? from_m : std::min(corner_trim_m(city, route[i - 1], id), trim);
    const double end =
        last ? to_m : link.length_m - std::min(corner_trim_m(city, id, route[i + 1]), trim);
    // A path may begin or end a little beyond the trimmed part: it is at least half a metre.
    const double from = std::min(begin, link.length_m - 0.5);
    const std::vector<Place> line =
        part(link.line, driven_line(city, id), from, std::max(end, from + 0.5));
    if (!first) {
      const std::vector<Offset> curve = corner(before, line);
      raw.back().at_light = city.nodes()[link.from].lights;
      const Link& in = city.link(route[i - 1]);
      for (std::size_t n = 0; n < curve.size(); ++n) {
        const double share = static_cast<double>(n + 1) / static_cast<double>(curve.size() + 1);
        if (share < 0.5) {
          const double left = in.length_m - before.back().along_m;
          raw.push_back({curve[n], route[i - 1], false, before.back().along_m + 2 * share * left});
        } else {
          raw.push_back({curve[n], id, false, (2 * share - 1) * line.front().along_m});
        }
      }
    }
    for (const Place& place : line) {
      raw.push_back({place.at, id, false, place.along_m});
    }
    before = line;
  }
  resample(raw);
  set_headings();
  set_caps(city, limit_mps);
}

void Path::resample(const std::vector<Raw>& raw) {
  double total = 0;
  for (std::size_t i = 1; i < raw.size(); ++i) {
    total += sim::length_m(minus(raw[i].at, raw[i - 1].at));
  }
  const auto steps = static_cast<std::size_t>(std::max(1.0, std::round(total)));
  step_m_ = total / static_cast<double>(steps);
  points_.reserve(steps + 1);
  points_.push_back({raw.front().at, 0, 0, raw.front().link, raw.front().along_m});
  double walked = 0;
  for (std::size_t i = 1; i < raw.size(); ++i) {
    if (raw[i - 1].at_light) {
      stop_lines_.push_back({std::max(0.0, walked - 2.0), raw[i - 1].link});
    }
    const double length = sim::length_m(minus(raw[i].at, raw[i - 1].at));
    while (points_.size() < steps &&
           static_cast<double>(points_.size()) * step_m_ <= walked + length) {
      const double share = (static_cast<double>(points_.size()) * step_m_ - walked) / length;
      const double from = raw[i - 1].link == raw[i].link ? raw[i - 1].along_m : 0.0;
      points_.push_back({between(raw[i - 1].at, raw[i].at, share), 0, 0, raw[i].link,
                         from + share * (raw[i].along_m - from)});
    }
    walked += length;
  }
  points_.push_back({raw.back().at, 0, 0, raw.back().link, raw.back().along_m});
}

void Path::set_headings() {
  const std::size_t last = points_.size() - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const Offset& before = points_[i < 2 ? 0 : i - 2].at;
    const Offset& after = points_[std::min(i + 2, last)].at;
    points_[i].heading_rad = sim::heading_rad(minus(after, before));
  }
}

void Path::set_caps(const City& city, double limit_mps) {
  const std::size_t last = points_.size() - 1;
  std::vector<double> caps;
  for (std::size_t i = 0; i <= last; ++i) {
    const std::size_t from = i == 0 ? 0 : i - 1;
    const std::size_t to = std::min(i + 1, last);
    const double turned = std::abs(wrap_pi(points_[to].heading_rad - points_[from].heading_rad));
    const double curvature = turned / (static_cast<double>(to - from) * step_m_);
    const double limit = limit_mps > 0 ? limit_mps : city.speed_limit_mps(points_[i].link);
    caps.push_back(curvature > 0 ? std::min(limit, std::sqrt(comfortable_lateral_mps2 / curvature))
                                 : limit);
  }
  // The whole vehicle must be through the bend before it goes faster.
  for (std::size_t i = 0; i <= last; ++i) {
    const auto from = caps.begin() + static_cast<std::ptrdiff_t>(i < 3 ? 0 : i - 3);
    const auto to = caps.begin() + static_cast<std::ptrdiff_t>(std::min(i + 3, last) + 1);
    points_[i].cap_mps = *std::min_element(from, to);
  }
  points_[last].cap_mps = 0;
  for (std::size_t i = last; i-- > 0;) {
    const double after = points_[i + 1].cap_mps;
    const double reachable = std::sqrt(after * after + 2 * comfortable_braking_mps2 * step_m_);
    points_[i].cap_mps = std::min(points_[i].cap_mps, reachable);
  }
}

Path::Point Path::at(double s_m) const {
  const double position = std::clamp(s_m, 0.0, length_m()) / step_m_;
  const auto index = std::min(static_cast<std::size_t>(position), points_.size() - 1);
  const auto next = std::min(index + 1, points_.size() - 1);
  const double share = position - static_cast<double>(index);
  const Point& a = points_[index];
  const Point& b = points_[next];
  return {between(a.at, b.at, share),
          wrap_two_pi(a.heading_rad + share * wrap_pi(b.heading_rad - a.heading_rad)),
          a.cap_mps + share * (b.cap_mps - a.cap_mps), a.link,
          a.link == b.link ? a.along_m + share * (b.along_m - a.along_m) : a.along_m};
}

}  // namespace lujing::sim
