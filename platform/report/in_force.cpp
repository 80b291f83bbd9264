#include "platform/report/in_force.h"

#include "base/time.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lujing::report {
namespace {

constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();
/// At its start a vehicle is told of what is in force a moment after it began with its own file.
constexpr std::int64_t start_ms = 60'000;
constexpr const char* kinds[] = {"plan", "roads", "rule_set"};

/// One document on one vehicle.
struct Span {
  std::uint64_t version = 0;
  std::string sha256;
  std::string rule_set;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = forever;
  bool is(const Told& told) const { return version == told.version && sha256 == told.sha256; }
};

class OneVehicle {
 public:
  std::vector<Span> spans(std::span<const Told> all, std::string_view kind) {
    for (const Told& told : all) take(told, kind);
    return std::move(spans_);
  }

 private:
  void take(const Told& told, std::string_view kind) {
    const bool boots = told.kind == "boot";
    if (boots && kind == "rule_set") own_ = told.rule_set;
    if (boots || told.kind == kind) put(told, boots, kind == "rule_set");
  }

  void put(const Told& told, bool boots, bool has_own) {
    const bool open = !spans_.empty() && spans_.back().to_ms == forever;
    if (boots) {
      // What was in force stays so over a start; the vehicle's own file may be another one by now.
      if (!has_own || (open && spans_.back().version != 0)) return;
      if (open && spans_.back().rule_set == own_) return;
      begin({0, {}, own_, told.utc_ms});
    } else if (told.outcome == protocol::DirectiveOutcome::applied) {
      if (open && spans_.back().is(told)) return;
      begin({told.version, told.sha256, {}, told.utc_ms});
    } else if (told.outcome == protocol::DirectiveOutcome::withdrawn) {
      end(told.utc_ms);
      if (has_own && !own_.empty()) begin({0, {}, own_, told.utc_ms});
    }
  }

  void end(std::int64_t at_ms) {
    if (spans_.empty() || spans_.back().to_ms != forever) return;
    spans_.back().to_ms = at_ms;
    const bool was_own = spans_.back().version == 0;
    if (at_ms - spans_.back().from_ms < (was_own ? start_ms : 1)) spans_.pop_back();
  }

  void begin(Span span) {
    end(span.from_ms);
    spans_.push_back(std::move(span));
  }

  std::vector<Span> spans_;
  std::string own_;
};

std::string listed(const std::vector<std::string>& ids) {
  constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, ids.size()); ++i) {
    text += (i == 0 ? "" : ", ") + ids[i];
  }
  return ids.size() <= most ? text : text + " and " + std::to_string(ids.size() - most) + " more";
}

std::string word_of(const std::string& kind) {
  if (kind == "rule_set") return "profile";
  return kind == "roads" ? "road file" : kind;
}

/// "plan version 3 (sha256 ...) from 05:00 to 10:12 (S-001)".
std::string whole_text(const InForce& had, int utc_offset_min) {
  return word_of(had.kind) + " " + text_of(had) + " from " +
         local_text(had.from_ms, utc_offset_min) + " to " + local_text(had.to_ms, utc_offset_min) +
         " (" + listed(had.vehicles) + ")";
}

bool shares_vehicle(const InForce& a, const InForce& b) {
  return std::any_of(a.vehicles.begin(), a.vehicles.end(), [&](const std::string& id) {
    return std::binary_search(b.vehicles.begin(), b.vehicles.end(), id);
  });
}

/// Of one kind, of which something is given.
void compare(std::span<const Given> given, std::span<const InForce> had, const std::string& kind,
             int utc_offset_min, std::vector<std::string>& out) {
  const auto is_given = [&](const InForce& one) {
    return std::any_of(given.begin(), given.end(), [&](const Given& g) { return same(g, one); });
  };
  if (std::none_of(given.begin(), given.end(), [&](const Given& g) { return g.kind == kind; })) {
    return;
  }
  bool nowhere = false;
  for (const Given& one : given) {
    if (one.kind != kind) continue;
    const auto has = [&](const InForce& each) { return same(one, each); };
    if (std::any_of(had.begin(), had.end(), has)) continue;
    out.push_back(word_of(kind) + " " + one.file + " (" + one.name + " version " + one.version +
                  ", sha256 " + one.sha256.substr(0, 12) + "...) was in force on no vehicle");
    nowhere = true;
  }
  for (const InForce& one : had) {
    if (one.kind != kind || is_given(one)) continue;
    // Another vehicle's plan is another matter; rules and roads are those of all.
    const bool matters =
        kind != "plan" || nowhere || std::any_of(had.begin(), had.end(), [&](const InForce& other) {
          return other.kind == kind && is_given(other) && shares_vehicle(one, other);
        });
    if (matters) out.push_back("the vehicles had " + whole_text(one, utc_offset_min));
  }
}

}  // namespace

std::vector<InForce> in_force(std::span<const Collected> vehicles, core::TimeWindow window) {
  using Key = std::tuple<std::string, std::uint64_t, std::string, std::string>;
  std::map<Key, InForce> found;
  for (const Collected& vehicle : vehicles) {
    for (const char* kind : kinds) {
      for (const Span& span : OneVehicle().spans(vehicle.told, kind)) {
        if (span.from_ms >= window.to_ms || span.to_ms <= window.from_ms) continue;
        const auto [at, is_new] = found.try_emplace(
            Key{kind, span.version, span.sha256, span.rule_set},
            InForce{kind, span.version, span.sha256, span.rule_set, span.from_ms, span.to_ms, {}});
        InForce& one = at->second;
        one.from_ms = std::min(one.from_ms, span.from_ms);
        one.to_ms = std::max(one.to_ms, span.to_ms);
        const std::string& id = vehicle.totals.id;
        if (one.vehicles.empty() || one.vehicles.back() != id) one.vehicles.push_back(id);
      }
    }
  }
  std::vector<InForce> all;
  for (auto& [key, one] : found) {
    std::sort(one.vehicles.begin(), one.vehicles.end());
    all.push_back(std::move(one));
  }
  std::stable_sort(all.begin(), all.end(), [](const InForce& a, const InForce& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.from_ms < b.from_ms;
  });
  return all;
}

bool same(const Given& given, const InForce& had) {
  if (given.kind != had.kind) return false;
  if (!had.sha256.empty()) return given.sha256 == had.sha256;
  return !given.rule_set.empty() && given.rule_set == had.rule_set;
}

std::vector<std::string> differences(std::span<const Given> given, std::span<const InForce> had,
                                     int utc_offset_min) {
  std::vector<std::string> out;
  for (const char* kind : kinds) compare(given, had, kind, utc_offset_min, out);
  return out;
}

std::string text_of(const InForce& had) {
  if (had.version == 0 && had.sha256.empty()) return had.rule_set + " of the vehicle's own file";
  return "version " + std::to_string(had.version) + " (sha256 " + had.sha256.substr(0, 12) + "...)";
}

std::string local_text(std::int64_t utc_ms, int utc_offset_min) {
  if (utc_ms == forever) return "the end";
  std::string text = to_iso8601(UtcTime{utc_ms + utc_offset_min * std::int64_t{60'000}});
  text = text.substr(0, 16);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

}  // namespace lujing::report
