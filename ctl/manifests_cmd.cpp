#include "ctl/manifests_cmd.h"

#include "base/command_line.h"
#include "base/time.h"
#include "ctl/fail.h"
#include "ctl/local_days.h"
#include "ctl/missing_books.h"
#include "platform/report/in_force.h"
#include "platform/report/manifests.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace lujing::ctl {
namespace {

using protocol::TripEvent;

struct ManifestsArgs {
  std::string ledger;
  std::string vehicle;
  std::string day;
  int days = 1;
  std::string from;
  std::string to;
  int utc_offset_min = 480;
  bool json = false;
};

Result<report::ManifestWindow> window_of(const ManifestsArgs& args) {
  if (args.from.empty() && args.to.empty()) {
    const auto days = local_days(args.day, args.days, args.utc_offset_min);
    if (!days) return days.error();
    if (args.day.empty()) return report::ManifestWindow{};
    return report::ManifestWindow{days->window.from_ms, days->window.to_ms};
  }
  if (!args.day.empty()) return Error("--day is instead of --from and --to");
  report::ManifestWindow window;
  for (const auto& [text, ms] :
       {std::pair(&args.from, &window.from_ms), {&args.to, &window.to_ms}}) {
    if (text->empty()) continue;
    const auto utc = from_iso8601(*text);
    if (!utc) return Error("expected UTC as 2026-05-01T08:00:00Z, found \"" + *text + "\"");
    *ms = utc->ms;
  }
  if (window.from_ms >= window.to_ms) return Error("--from is not before --to");
  return window;
}

/// "2026-05-01 10:12", local.
std::string clock_of(std::optional<std::int64_t> utc_ms, int utc_offset_min) {
  return utc_ms ? report::local_text(*utc_ms, utc_offset_min) : "time not known";
}

std::string named(const std::string& name, const char* otherwise) {
  return name.empty() ? otherwise : name;
}

std::string percent_of(std::optional<double> share) {
  return share ? fmt::format("{:.1f} %", *share * 100) : "not known";
}

std::string load_text(const protocol::TripRecord& trip) {
  if (!trip.load_permille) return "load not measured";
  std::string text = fmt::format("load {:.0f} %", *trip.load_permille / 10.0);
  if (trip.load_kg) text += fmt::format(", {:.1f} t", *trip.load_kg / 1000.0);
  return text;
}

std::string end_text(const report::Manifest& manifest, int utc_offset_min) {
  const protocol::TripRecord& trip = manifest.trip;
  std::string text;
  for (const report::PartTipped& part : manifest.parts) {
    text += "partly tipped " + named(part.tip, "at no registered place") + " " +
            clock_of(part.utc_ms, utc_offset_min) + ", ";
  }
  const std::string when = clock_of(manifest.last_ms, utc_offset_min);
  if (trip.event == TripEvent::tipped && !trip.position.valid())
    return text + "tipped unseen, without power, before " + when;
  if (trip.event == TripEvent::tipped)
    return text + "tipped " + named(trip.tip, "at no registered place") + " " + when;
  if (trip.event == TripEvent::returned) return text + "returned with its load " + when;
  return text + "under way, last told of " + when;
}

std::string line_of(const report::Manifest& manifest, int utc_offset_min) {
  const protocol::TripRecord& trip = manifest.trip;
  std::string line = fmt::format(
      "{}  {}  loaded {}{} {}, {}  washed {}  {:.1f} km, on approved roads {}, sealed {}",
      manifest.vehicle, named(trip.permit, "no permit"), named(trip.site, "at no registered site"),
      trip.second_site.empty() ? "" : " and " + trip.second_site,
      clock_of(manifest.loaded_ms, utc_offset_min), load_text(trip),
      trip.washed == protocol::Washed::unknown ? "not known" : to_string(trip.washed),
      static_cast<double>(trip.driven_m) / 1000, percent_of(manifest.on_route_share()),
      percent_of(manifest.sealed_share()));
  line += fmt::format("  stops {} ({} min)  {}", trip.stops, trip.stopped_s / 60,
                      end_text(manifest, utc_offset_min));
  if (trip.no_fix_m > 0 || manifest.power_cuts > 0) {
    line += fmt::format("  unseen {:.1f} km, {} min without power",
                        static_cast<double>(trip.no_fix_m) / 1000, trip.unseen_s / 60);
  }
  return line;
}

int run_manifests(const ManifestsArgs& args) {
  const auto window = window_of(args);
  if (!window) return fail("manifests", window.error());
  const auto found = report::load_manifests(args.ledger, args.vehicle, *window);
  if (!found) return fail("manifests", found.error());
  const bool whole = whole_books(found->missing);
  if (!args.json) print_missing(found->missing, args.utc_offset_min, std::cout);
  for (const report::Manifest& trip : found->trips) {
    std::cout << (args.json ? report::manifest_json(trip) : line_of(trip, args.utc_offset_min))
              << "\n";
  }
  if (args.json && !whole)
    std::cout << nlohmann::ordered_json{{"books", books_json(found->missing)}}.dump() << "\n";
  if (found->trips.empty() && !args.json) std::cout << "no trip\n";
  return whole ? 0 : books_not_whole;
}

}  // namespace

void add_manifests_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<ManifestsArgs>();
  cli::App* command = app.add_subcommand(
      "manifests", "electronic manifests (电子联单) out of the books: one line a trip");
  command->add_option("--ledger", args->ledger, "the platform's books")->required();
  command->add_option("--vehicle", args->vehicle, "a terminal's id; without it all vehicles")
      ->check(cli::not_empty());
  cli::Option* day =
      command
          ->add_option("--day", args->day,
                       "local day of loading, as 2026-05-01; without it every day there is")
          ->check(cli::not_empty());
  command->add_option("--days", args->days, "so many, from --day on")
      ->check(cli::range(1, 3660))
      ->needs(day);
  command->add_option("--from", args->from, "loaded from this moment on: 2026-05-01T08:00:00Z")
      ->check(cli::not_empty());
  command->add_option("--to", args->to, "and before this one")->check(cli::not_empty());
  command->add_option("--utc-offset-min", args->utc_offset_min, "of local days and times")
      ->capture_default_str()
      ->check(cli::range(-840, 840));
  command->add_flag("--json", args->json,
                    "one JSON object a line (platform/dispatch/API.md, Trip); where records are "
                    "missing a last one, \"books\"");
  command->footer(
      "Example:\n  lujing-ctl manifests --ledger /var/lib/lujing-platform/ledger.db --vehicle "
      "M-003 --day 2026-05-01\n"
      "It ends with 0; with 1 where nothing could be read; with 4 where records of that time are\n"
      "missing from the books: trips may be in there, and what is missing is named.");
  command->callback([args, &exit_code] { exit_code = run_manifests(*args); });
}

}  // namespace lujing::ctl
