#include "ctl/fuse_cmd.h"

#include "base/command_line.h"
#include "base/output_check.h"
#include "ctl/fail.h"
#include "ctl/fuse_run.h"
#include "ctl/observation_text.h"
#include "ctl/trace.h"
#include "platform/roads/load.h"
#include "terminal/config/core_config.h"
#include "terminal/core/fusion/inputs.h"
#include "terminal/journal/journal_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <memory>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;

struct FuseArgs {
  std::string journal;
  std::string trace;
  std::string roads;
  std::string hide;
  std::string csv;
  std::string geojson;
  bool json = false;
};

/// Between two moments, each UTC or seconds of the recording's clock.
struct Hide {
  bool any = false;
  Moment from;
  Moment to;
  static bool reached(const Moment& moment, BootTime at, std::optional<UtcTime> utc) {
    if (moment.boot_ms) return at.ms() >= *moment.boot_ms;
    return moment.utc && utc && *utc >= *moment.utc;
  }
  bool holds(BootTime at, std::optional<UtcTime> utc) const {
    return any && reached(from, at, utc) && !reached(to, at, utc);
  }
};

Result<Hide> hide_of(const std::string& text) {
  Hide hide;
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos) return Error("--hide-gnss: expected FROM,TO");
  auto from = parse_moment(text.substr(0, comma));
  if (!from) return from.error().in("--hide-gnss");
  auto to = parse_moment(text.substr(comma + 1));
  if (!to) return to.error().in("--hide-gnss");
  if (!(from->utc || from->boot_ms) || !(to->utc || to->boot_ms)) {
    return Error("--hide-gnss: expected FROM,TO");
  }
  const bool backwards = (from->utc && to->utc && *to->utc <= *from->utc) ||
                         (from->boot_ms && to->boot_ms && *to->boot_ms <= *from->boot_ms);
  if (backwards) return Error("--hide-gnss: TO should be after FROM");
  hide.any = true;
  hide.from = *from;
  hide.to = *to;
  return hide;
}

/// The files that were asked for.
class Output {
 public:
  Result<void> open(const FuseArgs& args) {
    if (!args.csv.empty()) {
      csv_.open(args.csv);
      if (!csv_) return Error(args.csv + ": cannot be written");
      csv_
          << "boot,t_s,t_unix,mode,lat,lon,heading_deg,heading_sigma_deg,speed_mps,speed_sigma_mps,"
             "var_east_m2,var_north_m2,cov_east_north_m2,radius_95_m,driven_m,standing,hidden\n";
    }
    if (!args.geojson.empty()) {
      geojson_.open(args.geojson);
      if (!geojson_) return Error(args.geojson + ": cannot be written");
      geojson_ << "{\"type\":\"FeatureCollection\",\"features\":[";
    }
    return {};
  }
  void take(const FusedPoint& point) {
    if (csv_.is_open()) write_csv(point);
    if (geojson_.is_open()) write_geojson(point);
  }
  /// False: not everything reached its file.
  bool close() {
    if (geojson_.is_open()) {
      end_line();
      geojson_ << "]}\n";
      geojson_.close();
    }
    if (csv_.is_open()) csv_.close();
    return !csv_.fail() && !geojson_.fail();
  }

 private:
  void write_csv(const FusedPoint& point) {
    const core::Pose& pose = point.pose;
    csv_ << fmt::format(
        "{:016x},{:.3f},{},{},", point.boot_id, pose.at.seconds(),
        point.utc ? fmt::format("{:.3f}", static_cast<double>(point.utc->ms) * 1e-3) : "",
        mode_name(pose.mode));
    // Where the place is not known there is none, nor how sure it is: not 0.
    if (pose.position.valid()) {
      csv_ << fmt::format("{:.7f},{:.7f},{:.2f},{:.2f},{:.3f},{:.3f},{:.4g},{:.4g},{:.4g},{:.2f}",
                          pose.position.lat_deg(), pose.position.lon_deg(),
                          pose.heading_rad * 180 / pi, pose.heading_sigma * 180 / pi,
                          pose.speed_mps, pose.speed_sigma_mps, pose.covariance.east_m2,
                          pose.covariance.north_m2, pose.covariance.east_north_m2,
                          core::radius_95_m(pose));
    } else {
      csv_ << fmt::format(",,,,{:.3f},{:.3f},,,,", pose.speed_mps, pose.speed_sigma_mps);
    }
    csv_ << fmt::format(",{:.1f},{},{}\n", pose.driven_m, pose.standing ? 1 : 0,
                        point.hidden ? 1 : 0);
  }
  /// A line for each stretch of one mode; it begins where the one before ended.
  void write_geojson(const FusedPoint& point) {
    const core::Pose& pose = point.pose;
    if (!pose.position.valid()) return;
    const std::string place =
        fmt::format("[{:.7f},{:.7f}]", pose.position.lon_deg(), pose.position.lat_deg());
    if (points_ == 0 || pose.mode != mode_ || point.boot_id != boot_id_) {
      const bool joined = points_ > 0 && point.boot_id == boot_id_;
      end_line();
      geojson_ << (first_ ? "" : ",") << "\n{\"type\":\"Feature\",\"properties\":{\"mode\":\""
               << mode_name(pose.mode)
               << "\",\"from_s\":" << fmt::format("{:.3f}", pose.at.seconds())
               << "},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[";
      first_ = false;
      points_ = 0;
      mode_ = pose.mode;
      boot_id_ = point.boot_id;
      if (joined) add(last_);
    }
    add(place);
    last_ = place;
  }
  void add(const std::string& place) { geojson_ << (points_++ > 0 ? "," : "") << place; }
  void end_line() {
    if (points_ == 0) return;
    if (points_ == 1) add(last_);  // a line has two points
    geojson_ << "]}}";
  }

  std::ofstream csv_;
  std::ofstream geojson_;
  bool first_ = true;
  std::size_t points_ = 0;
  core::PoseMode mode_ = core::PoseMode::none;
  std::uint64_t boot_id_ = 0;
  std::string last_;
};

/// "gnss_course: 344 of 369 refused: not used from 12.3 s on"
void print_source(const char* name, const FuseSummary& sum, std::size_t i) {
  const std::int64_t all = sum.used[i] + sum.refused[i];
  if (all == 0) return;
  std::cout << fmt::format("{}: {} of {} refused", name, sum.refused[i], all);
  if (sum.unused_since[i]) {
    std::cout << fmt::format(": not used from {:.1f} s on", sum.unused_since[i]->seconds());
  } else if (sum.put_out[i] > 0) {
    std::cout << fmt::format(": put out of use {} times, used again", sum.put_out[i]);
  }
  std::cout << "\n";
}

void print(const FuseSummary& sum, std::uint64_t skipped, bool as_json) {
  static constexpr const char* sensors[] = {"gnss_position", "gnss_speed", "gnss_course",
                                            "wheel_speed",   "wheel_pair", "yaw_rate",
                                            "steering",      "road"};
  Json json;
  json["observations"] = sum.observations;
  json["lines_skipped"] = skipped;
  json["fixes"] = sum.fixes;
  json["fixes_believed"] = sum.fixes_believed;
  json["fixes_hidden"] = sum.fixes_hidden;
  json["late"] = sum.late;
  json["too_late"] = sum.too_late;
  json["placed_anew"] = sum.placed_anew;
  json["wheels_doubted"] = sum.wheels_doubted;
  for (std::size_t i = 0; i < core::sensors; ++i) {
    json["used"][sensors[i]] = sum.used[i];
    json["refused"][sensors[i]] = sum.refused[i];
    if (sum.put_out[i] > 0) json["put_out_of_use"][sensors[i]] = sum.put_out[i];
    if (sum.unused_since[i]) json["not_used_from_s"][sensors[i]] = sum.unused_since[i]->seconds();
  }
  json["driven_m"] = sum.driven_m;
  json["bridged_m"] = sum.bridged_m;
  json["silent_s"] = sum.silent_s;
  json["fix_apart_m"]["median"] = sum.apart_m(0.5);
  json["fix_apart_m"]["95"] = sum.apart_m(0.95);
  json["fix_apart_m"]["worst"] = sum.apart_m(1);
  json["poses"] = sum.poses;
  for (std::size_t i = 0; i < 5; ++i) {
    json["modes"][mode_name(static_cast<core::PoseMode>(i))] = sum.by_mode[i];
  }
  if (sum.gap_error_m) {
    json["gap_error_m"] = *sum.gap_error_m;
    json["gap_driven_m"] = sum.gap_driven_m;
  }
  if (as_json) {
    std::cout << json.dump() << "\n";
    return;
  }
  std::cout << fmt::format("observations {}, fixes {} (believed {}, hidden {})\n", sum.observations,
                           sum.fixes, sum.fixes_believed, sum.fixes_hidden);
  std::cout << fmt::format("driven {:.0f} m, {} poses:", sum.driven_m, sum.poses);
  for (std::size_t i = 0; i < 5; ++i) {
    if (sum.by_mode[i] > 0) {
      std::cout << fmt::format(" {} {}", mode_name(static_cast<core::PoseMode>(i)), sum.by_mode[i]);
    }
  }
  std::cout << "\n";
  if (sum.silent_s > 0) {
    std::cout << fmt::format(
        "silent {:.0f} s, nothing told how it moves: not driven through; bridged {:.0f} m, "
        "straight "
        "from fix to fix\n",
        sum.silent_s, sum.bridged_m);
  }
  for (std::size_t i = 0; i < core::sensors; ++i) print_source(sensors[i], sum, i);
  std::cout << fmt::format("put in their place {}, too late {}", sum.late, sum.too_late);
  std::cout << fmt::format(
      "\nbegun anew {}, wheels doubted {}; from a believed fix: median {:.1f} m, 95 % {:.1f} m, "
      "worst {:.1f} m\n",
      sum.placed_anew, sum.wheels_doubted, sum.apart_m(0.5), sum.apart_m(0.95), sum.apart_m(1));
  if (sum.gap_error_m) {
    std::cout << fmt::format(
        "at the end of the hidden stretch, after {:.0f} m: {:.1f} m from the fix\n",
        sum.gap_driven_m, *sum.gap_error_m);
  }
}

/// "0.0 to 611.2 s of its clock", or in UTC where that is known.
std::string span_of(const FuseSummary& sum) {
  if (sum.first_utc) return to_iso8601(*sum.first_utc) + " to " + to_iso8601(*sum.last_utc);
  return fmt::format("{:.1f} to {:.1f} s of its clock", sum.first.seconds(), sum.last.seconds());
}

int end_with(const FuseArgs& args, const Hide& hide, const FuseRun& run, Output& output,
             std::uint64_t skipped, const std::string& damage) {
  if (!output.close()) return fail("fuse", Error("the output could not be written whole"));
  const FuseSummary sum = run.summary();
  if (hide.any && sum.fixes_hidden == 0) {
    return fail("fuse", Error("--hide-gnss: there is no fix between FROM and TO; the recording "
                              "goes from " +
                              span_of(sum)));
  }
  print(sum, skipped, args.json);
  if (damage.empty()) return skipped > 0 ? 2 : 0;
  std::cerr << "lujing-ctl fuse: " << damage << "\n";
  return 2;
}

int run_trace(const FuseArgs& args, const Hide& hide, FuseRun& run, Output& output) {
  if (hide.from.utc || hide.to.utc) {
    return fail("fuse",
                Error("--hide-gnss: a trace has no UTC; give seconds of its clock, as 120,180"));
  }
  auto trace = read_trace(args.trace);
  if (!trace) return fail("fuse", trace.error());
  run.configure(trace->config);
  for (const hal::Observation& observation : trace->told) {
    run.take(observation, std::nullopt, hide.holds(observation.at, std::nullopt));
  }
  if (trace->skipped > 0) {
    std::cerr << fmt::format("lujing-ctl fuse: {} of {} lines are none of a trace\n",
                             trace->skipped, trace->lines);
  }
  for (const std::string& problem : trace->problems) {
    std::cerr << "lujing-ctl fuse: " << args.trace << ": " << problem << "\n";
  }
  if (trace->courses_refused > 0) {
    std::cerr << fmt::format("lujing-ctl fuse: {} courses are outside 0 to 360 degrees\n",
                             trace->courses_refused);
  }
  if (trace->stale > 0) {
    std::cerr << fmt::format("lujing-ctl fuse: {} positions are not newer than the one before\n",
                             trace->stale);
  }
  return end_with(args, hide, run, output, trace->skipped, "");
}

int run_journal(const FuseArgs& args, const Hide& hide, FuseRun& run, Output& output) {
  const protocol::JournalHeader* header = nullptr;
  std::string config_text;
  std::optional<Error> problem;
  auto damage = journal::walk(args.journal, {}, [&](const journal::Placed& placed, bool) {
    if (placed.header != nullptr &&
        (header == nullptr || placed.header->core_config != config_text)) {
      header = placed.header;
      config_text = header->core_config;
      auto config = config::core_config_from_toml("journal header", config_text);
      if (!config) {
        problem = config.error();
        return false;
      }
      run.configure(*config);
    }
    run.take(placed.observation, placed.utc, hide.holds(placed.observation.at, placed.utc));
    return true;
  });
  if (problem) return fail("fuse", *problem);
  if (!damage) return fail("fuse", damage.error());
  return end_with(args, hide, run, output, 0, damage_line(*damage));
}

int run_fuse(const FuseArgs& args) {
  if (args.journal.empty() == args.trace.empty())
    return fail("fuse", Error("give --journal or --trace"));
  Hide hide;
  if (!args.hide.empty()) {
    auto asked = hide_of(args.hide);
    if (!asked) return fail("fuse", asked.error());
    hide = *asked;
  }
  if (auto good = check_outputs({args.journal, args.trace, args.roads}, {args.csv, args.geojson});
      !good) {
    return fail("fuse", good.error());
  }
  Output output;
  if (auto opened = output.open(args); !opened) return fail("fuse", opened.error());
  FuseRun fuse([&](const FusedPoint& point) { output.take(point); });
  if (!args.roads.empty()) {
    const auto roads = roads::LoadedRoads::open(args.roads);
    if (!roads) return fail("fuse", roads.error());
    const auto bytes = roads->bytes();
    auto put = fuse.put_roads(std::make_shared<const std::string>(
        reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    if (!put) return fail("fuse", put.error());
  }
  return args.trace.empty() ? run_journal(args, hide, fuse, output)
                            : run_trace(args, hide, fuse, output);
}

}  // namespace

void add_fuse_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<FuseArgs>();
  cli::App* fuse = app.add_subcommand("fuse", "The fused track of a recorded drive");
  auto* journal = fuse->add_option("--journal", args->journal, "journal file or folder");
  auto* trace = fuse->add_option("--trace", args->trace, "recorded lines: .csv or .csv.xz");
  journal->excludes(trace);
  fuse->add_option("--roads", args->roads,
                   "road file, or an extract: the road is held on to while there is no receiver");
  fuse->add_option("--hide-gnss", args->hide,
                   "FROM,TO: without the receiver; UTC, or seconds of the recording's clock")
      ->check([](const std::string& text) {
        return text.empty() ? std::string("expected FROM,TO") : std::string();
      });
  fuse->add_option("--csv", args->csv, "the track: ten rows a second, with covariance and mode");
  fuse->add_option("--geojson", args->geojson, "the track as lines, one a stretch of one mode");
  fuse->add_flag("--json", args->json, "the summary as one object");
  fuse->footer(
      "Examples:\n  lujing-ctl fuse --journal /var/lib/lujing/journal --csv track.csv\n"
      "  lujing-ctl fuse --trace munich.csv.xz --hide-gnss 120,180 --geojson track.geojson\n"
      "  lujing-ctl fuse --journal journal --roads city.roads --hide-gnss "
      "2026-05-01T02:00:00Z,2026-05-01T02:01:00Z");
  fuse->callback([args, &exit_code] { exit_code = run_fuse(*args); });
}

}  // namespace lujing::ctl
