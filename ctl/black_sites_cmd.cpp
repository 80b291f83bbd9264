#include "ctl/black_sites_cmd.h"

#include "base/command_line.h"
#include "base/time.h"
#include "ctl/fail.h"
#include "ctl/local_days.h"
#include "platform/report/black_sites.h"
#include "terminal/config/terminal_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;

struct BlackSitesArgs {
  std::string ledger;
  std::string profile;
  std::string day;
  int days = 1;
  bool json = false;
};

Json site_json(const report::BlackSite& site) {
  return {{"rule", "MT-23"},
          {"kind", site.dump ? "black_dump" : "black_site"},
          {"day", day_text(site.local_day)},
          {"lat", site.place.lat_deg()},
          {"lon", site.place.lon_deg()},
          {"times", site.times},
          {"first", to_iso8601(UtcTime{site.first_ms})},
          {"last", to_iso8601(UtcTime{site.last_ms})},
          {"vehicles", site.vehicles}};
}

int run_black_sites(const BlackSitesArgs& args) {
  config::Profile profile;
  if (!args.profile.empty()) {
    auto read = config::load_profile(args.profile);
    if (!read) return fail("black-sites", read.error());
    profile = std::move(*read);
  }
  const report::BlackSiteLimits limits{profile.mt23.enabled, profile.mt23.vehicles,
                                       profile.mt23.radius_m, profile.utc_offset_min};
  const auto days = local_days(args.day, args.days, profile.utc_offset_min);
  if (!days) return fail("black-sites", days.error());
  auto changes = report::load_changes(args.ledger, days->window);
  if (!changes) return fail("black-sites", changes.error());
  const auto sites = report::black_sites(std::move(*changes), limits);
  for (const report::BlackSite& site : sites) {
    if (args.json) {
      std::cout << site_json(site).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
      continue;
    }
    std::cout << fmt::format("{}  {}  {:.6f} {:.6f}  {} times by {}\n", day_text(site.local_day),
                             site.dump ? "dump" : "site", site.place.lat_deg(),
                             site.place.lon_deg(), site.times, fmt::join(site.vehicles, " "));
  }
  if (sites.empty() && !args.json) std::cout << "no black site\n";
  return 0;
}

}  // namespace

void add_black_sites_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<BlackSitesArgs>();
  cli::App* command = app.add_subcommand(
      "black-sites", "MT-23: unregistered places where several trucks loaded or tipped in a day");
  command->add_option("--ledger", args->ledger, "the platform's books")->required();
  command->add_option("--profile", args->profile, "a city profile: how many trucks, how near");
  command->add_option("--day", args->day,
                      "local day, as 2026-05-01; without it every day there is");
  command->add_option("--days", args->days, "so many, from --day on")->check(cli::range(1, 3660));
  command->add_flag("--json", args->json, "one JSON object a line");
  command->footer(
      "Example:\n  lujing-ctl black-sites --ledger /var/lib/lujing-platform/ledger.db "
      "--day 2026-05-01 --profile ezhou.toml");
  command->callback([args, &exit_code] { exit_code = run_black_sites(*args); });
}

}  // namespace lujing::ctl
