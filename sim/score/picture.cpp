// The score as a map: what is right is pale, what differs stands out, and a panel says what is
// what.
#include "sim/score/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace lujing::score {
namespace {

constexpr double map_px = 900;
constexpr double margin_px = 24;
constexpr double panel_px = 300;
constexpr double least_height_px = 620;

struct Style {
  const char* colour;
  double width;
  const char* words;
};
/// By Stretch.
constexpr std::array<Style, 5> styles = {{{"#d81b60", 5.0, "road driven, not recorded"},
                                          {"#8e24aa", 5.0, "road recorded, not driven"},
                                          {"#43a047", 2.2, "kerb cleaned and credited"},
                                          {"#e53935", 3.0, "kerb cleaned, not credited"},
                                          {"#fb8c00", 3.0, "kerb credited, not cleaned"}}};
constexpr const char* missed_colour = "#c62828";
constexpr const char* false_colour = "#ef6c00";
constexpr const char* position_colour = "#5e35b1";

/// Plane coordinates of the map.
struct Frame {
  GeoPoint corner;  ///< north-west
  double scale = 1;
  double width = map_px;
  double height = map_px;

  std::pair<double, double> at(GeoPoint place) const {
    const Offset from = offset(corner, place);
    return {from.east_m * scale + margin_px, -from.north_m * scale + margin_px};
  }
  bool holds(GeoPoint place) const {
    const auto [x, y] = at(place);
    return x > -margin_px && y > -margin_px && x < width + margin_px && y < height + margin_px;
  }
};

Frame frame_of(const Truth& truth, const Score& score) {
  std::int32_t north = INT32_MIN;
  std::int32_t south = INT32_MAX;
  std::int32_t west = INT32_MAX;
  std::int32_t east = INT32_MIN;
  const auto take = [&](GeoPoint place) {
    if (!place.valid()) return;
    north = std::max(north, place.lat_e7);
    south = std::min(south, place.lat_e7);
    west = std::min(west, place.lon_e7);
    east = std::max(east, place.lon_e7);
  };
  for (const auto& [id, vehicle] : truth.vehicles) {
    for (const TruePoint& point : vehicle.track) take(point.at);
  }
  // A false place may be far away; then the map is the vehicles', and the mark is left out.
  if (north < south) {
    for (const Difference& difference : score.differences) take(difference.at);
  }
  Frame frame;
  if (north < south) return frame;
  constexpr std::int32_t rim_e7 = 5'000;  // some fifty metres of streets around
  frame.corner = {north + rim_e7, west - rim_e7};
  const Offset size = offset(frame.corner, {south - rim_e7, east + rim_e7});
  const double longest = std::max({size.east_m, -size.north_m, 1.0});
  frame.scale = (map_px - 2 * margin_px) / longest;
  frame.width = size.east_m * frame.scale + 2 * margin_px;
  frame.height = std::max(-size.north_m * frame.scale + 2 * margin_px, least_height_px);
  return frame;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  }
  return out;
}

class Picture {
 public:
  Picture(const Score& score, const Truth& truth, const Ways* ways)
      : score_(score), truth_(truth), ways_(ways), frame_(frame_of(truth, score)) {}

  std::string draw() {
    const double width = frame_.width + panel_px;
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\" "
        "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#263238\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        "<clipPath id=\"map\"><rect width=\"{2:.0f}\" height=\"{1:.0f}\"/></clipPath>\n"
        "<g clip-path=\"url(#map)\">\n<rect width=\"{2:.0f}\" height=\"{1:.0f}\" "
        "fill=\"#f4f6f7\"/>\n",
        width, frame_.height, frame_.width);
    if (ways_ != nullptr) streets();
    tracks();
    stretches();
    differences();
    scale_bar();
    out_ += "</g>\n";
    panel();
    return out_ + "</svg>\n";
  }

 private:
  template <typename... Words>
  void add(fmt::format_string<Words...> form, Words&&... words) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Words>(words)...);
  }

  /// `aside` pixels to the right of the line.
  std::string points(const std::vector<GeoPoint>& line, double aside) const {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto [x, y] = frame_.at(line[i]);
      const auto [x0, y0] = frame_.at(line[i == 0 ? 0 : i - 1]);
      const auto [x1, y1] = frame_.at(line[std::min(i + 1, line.size() - 1)]);
      const double length = std::max(std::hypot(x1 - x0, y1 - y0), 1e-9);
      // To the right of where it goes: the picture's y points down.
      fmt::format_to(std::back_inserter(text), "{:.1f},{:.1f} ", x - (y1 - y0) / length * aside,
                     y + (x1 - x0) / length * aside);
    }
    return text;
  }

  void streets() {
    out_ += "<g fill=\"none\" stroke=\"#cfd8dc\" stroke-linecap=\"round\">\n";
    for (const WayStretch& link : ways_->links()) {
      const bool seen = std::any_of(link.line.begin(), link.line.end(),
                                    [&](GeoPoint place) { return frame_.holds(place); });
      if (!seen) continue;
      const double width = link.road_class == "arterial"    ? 5.0
                           : link.road_class == "secondary" ? 3.6
                           : link.road_class == "branch"    ? 2.4
                                                            : 1.4;
      add("<polyline stroke-width=\"{:.1f}\" points=\"{}\"/>\n", width, points(link.line, 0));
    }
    out_ += "</g>\n";
  }

  void tracks() {
    out_ += "<g fill=\"none\" stroke=\"#546e7a\" stroke-width=\"1\" stroke-opacity=\"0.75\">\n";
    for (const auto& [id, vehicle] : truth_.vehicles) {
      std::vector<GeoPoint> line;
      for (const TruePoint& point : vehicle.track) {
        const bool still = !line.empty() && distance_m(line.back(), point.at) * frame_.scale < 0.7;
        if (!still) line.push_back(point.at);
      }
      add("<polyline points=\"{}\"><title>{}</title></polyline>\n", points(line, 0), escaped(id));
    }
    out_ += "</g>\n";
  }

  void stretches() {
    for (const Stretch what : {Stretch::road_missed, Stretch::road_wrong, Stretch::kerb_right,
                               Stretch::kerb_missed, Stretch::kerb_invented}) {
      const Style& style = styles[static_cast<std::size_t>(what)];
      add("<g fill=\"none\" stroke=\"{}\" stroke-width=\"{:.1f}\" stroke-opacity=\"{}\">\n",
          style.colour, style.width,
          what == Stretch::road_missed || what == Stretch::road_wrong ? 0.45 : 0.95);
      for (const StretchOf& one : score_.stretches) {
        if (one.what == what) {
          add("<polyline points=\"{}\"/>\n", points(one.line, 3.2 * one.side));
        }
      }
      out_ += "</g>\n";
    }
  }

  void differences() {
    for (const Difference& difference : score_.differences) {
      if (!difference.at.valid() || !frame_.holds(difference.at)) continue;
      const auto [x, y] = frame_.at(difference.at);
      const std::string title = escaped(difference.vehicle) + ": " + escaped(difference.what);
      if (difference.what.starts_with("position")) {
        add("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\" fill=\"{}\" "
            "fill-opacity=\"0.6\"><title>{}"
            "</title></circle>\n",
            x, y, position_colour, title);
        continue;
      }
      mark(x, y, difference.what.starts_with("missed"), title);
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"11\" stroke=\"#ffffff\" stroke-width=\"3\" "
          "paint-order=\"stroke\">{}</text>\n",
          x + 9, y + 4, escaped(difference.what.substr(difference.what.find(' ') + 1)));
    }
  }

  /// A ring for what was missed, a triangle for what was made up.
  void mark(double x, double y, bool missed, const std::string& title) {
    if (missed) {
      add("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\" fill=\"#ffffff\" stroke=\"{}\" "
          "stroke-width=\"2.5\"><title>{}</title></circle>\n",
          x, y, missed_colour, title);
    } else {
      add("<path d=\"M{:.1f},{:.1f} l7,12 h-14 z\" fill=\"{}\" stroke=\"#ffffff\"><title>{}</title>"
          "</path>\n",
          x, y - 8, false_colour, title);
    }
  }

  void scale_bar() {
    double metres = 10;
    for (const double step : {2.0, 2.5, 2.0, 2.0, 2.5, 2.0, 2.0, 2.5, 2.0, 2.0}) {
      if (metres * step * frame_.scale > 170) break;
      metres *= step;
    }
    const double length = metres * frame_.scale;
    const double y = frame_.height - margin_px;
    const std::string words =
        metres >= 1000 ? fmt::format("{:g} km", metres / 1000) : fmt::format("{:g} m", metres);
    add("<path d=\"M{0:.1f},{1:.1f} v6 h{2:.1f} v-6\" fill=\"none\" stroke=\"#263238\" "
        "stroke-width=\"1.5\"/><text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"middle\" "
        "font-size=\"12\">{5}</text>\n<text x=\"{6:.1f}\" y=\"{7:.1f}\" "
        "text-anchor=\"middle\">N</text>"
        "<path d=\"M{6:.1f},{8:.1f} l-5,12 l5,-3 l5,3 z\" fill=\"#263238\"/>\n",
        margin_px, y, length, margin_px + length / 2, y - 2, words, frame_.width - margin_px,
        margin_px + 26, margin_px);
  }

  void line(const std::string& words, bool strong = false) {
    add("<text x=\"{:.0f}\" y=\"{:.0f}\"{}>{}</text>\n", frame_.width + 18, y_,
        strong ? " font-weight=\"bold\" font-size=\"15\"" : "", escaped(words));
    y_ += strong ? 24 : 19;
  }

  void key(const std::string& symbol, const char* words) {
    add("<g transform=\"translate({:.0f},{:.0f})\">{}</g><text x=\"{:.0f}\" "
        "y=\"{:.0f}\">{}</text>\n",
        frame_.width + 18, y_ - 4, symbol, frame_.width + 56, y_, words);
    y_ += 20;
  }

  void legend() {
    const auto stroke = [](const char* colour, double width) {
      return fmt::format("<path d=\"M0,0 h28\" stroke=\"{}\" stroke-width=\"{:.1f}\"/>", colour,
                         width);
    };
    key(stroke("#cfd8dc", 4), "street");
    key(stroke("#546e7a", 1.2), "true track");
    for (const Style& style : styles) key(stroke(style.colour, style.width), style.words);
    key(fmt::format("<circle cx=\"14\" r=\"5\" fill=\"#fff\" stroke=\"{}\" stroke-width=\"2.5\"/>",
                    missed_colour),
        "alarm missed");
    key(fmt::format("<path d=\"M14,-7 l7,12 h-14 z\" fill=\"{}\"/>", false_colour), "false alarm");
    key(fmt::format("<circle cx=\"14\" r=\"2.5\" fill=\"{}\"/>", position_colour),
        "position 50 m off or more");
  }

  void panel() {
    y_ = margin_px + 14;
    line("Truth against records", true);
    line(fmt::format("{} vehicles, {:.1f} hours", score_.vehicles, score_.hours));
    y_ += 8;
    legend();
    y_ += 10;
    line("In figures", true);
    const PositionScore& p = score_.position;
    line(fmt::format("position: median {:.1f} m, 95 % {:.1f} m", p.median_m, p.p95_m));
    if (score_.path.true_m > 0) {
      line(fmt::format("roads: {:.1f} km, {:.2f} % found", score_.path.true_m / 1000,
                       score_.path.found_m / score_.path.true_m * 100));
    }
    for (const auto& [road_class, c] : score_.coverage) {
      if (c.true_m > 0) {
        line(fmt::format("kerbs, {}: rate off by {:+.2f} points", road_class, c.rate_error_pp()));
      }
    }
    std::uint32_t truths = 0;
    std::uint32_t missed = 0;
    std::uint32_t wrong = 0;
    for (const auto& [rule, alarm] : score_.alarms) {
      truths += alarm.truths;
      missed += alarm.missed;
      wrong += alarm.false_alarms;
    }
    line(fmt::format("alarms: {} due, {} missed, {} false", truths, missed, wrong));
    const TripScore& t = score_.trips;
    if (t.truths + t.invented > 0) {
      line(fmt::format("trips: {} of {} right, {} invented", t.right, t.truths, t.invented));
    }
  }

  const Score& score_;
  const Truth& truth_;
  const Ways* ways_;
  Frame frame_;
  std::string out_;
  double y_ = 0;
};

}  // namespace

std::string to_svg(const Score& score, const Truth& truth, const Ways* ways) {
  return Picture(score, truth, ways).draw();
}

}  // namespace lujing::score
