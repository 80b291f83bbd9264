// Records as JSON lines: from a ledger, or from a replay of the journals.
#include "platform/ledger/record_reader.h"
#include "protocol/batch.h"
#include "sim/score/read.h"
#include "sim/score/together.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;

namespace lujing::score {
namespace {

using PlainJson = nlohmann::json;

std::int64_t number(const PlainJson& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

std::string text(const PlainJson& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

GeoPoint place(const PlainJson& json) {
  GeoPoint point;
  if (json.contains("lat_e7") && json.contains("lon_e7")) {
    point.lat_e7 = static_cast<std::int32_t>(number(json, "lat_e7"));
    point.lon_e7 = static_cast<std::int32_t>(number(json, "lon_e7"));
  }
  return point;
}

FoundStretch stretch_of(const PlainJson& json) {
  FoundStretch stretch;
  stretch.link = static_cast<std::uint32_t>(number(json, "link"));
  stretch.from_m = static_cast<double>(number(json, "from_cm")) / 100;
  stretch.to_m = static_cast<double>(number(json, "to_cm")) / 100;
  const std::int64_t kerbs = number(json, "kerbs");
  stretch.left = (kerbs & 1) != 0;
  stretch.right = (kerbs & 2) != 0;
  return stretch;
}

/// A program's standard output, line by line.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd) {}
  /// False: there are no more.
  bool next(std::string& line) {
    while (true) {
      const auto end = held_.find('\n', from_);
      if (end != std::string::npos) {
        line.assign(held_, from_, end - from_);
        from_ = end + 1;
        return true;
      }
      held_.erase(0, from_);
      from_ = 0;
      std::array<char, 65536> bytes{};
      const ssize_t got = ::read(fd_, bytes.data(), bytes.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      held_.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int fd_;
  std::string held_;
  std::size_t from_ = 0;
};

Result<void> replay_one(const std::string& ctl, const std::string& journal, FoundOfVehicle& into) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error(std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::array<std::string, 4> words{ctl, "replay", journal, "--remember"};
  std::array<char*, 5> argv{words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                            nullptr};
  pid_t child = 0;
  const int trouble = ::posix_spawn(&child, ctl.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (trouble != 0) {
    ::close(ends[0]);
    return Error(fmt::format("{}: {}; name the program with --ctl", ctl, std::strerror(trouble)));
  }
  Lines lines(ends[0]);
  RecordReader reader(into);
  std::string line;
  while (lines.next(line)) reader.take(line);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return Error(fmt::format("`{} replay {}` failed: run it by hand to see why", ctl, journal));
  return {};
}

}  // namespace

bool RecordReader::take(std::string_view json_line) {
  const PlainJson json = PlainJson::parse(json_line, nullptr, false);
  if (!json.is_object() || !json.contains("kind")) return false;
  ++into_.records;
  const std::string kind = text(json, "kind");
  const std::string boot = text(json, "boot_id");
  const std::int64_t boot_ms = number(json, "boot_ms");
  if (kind == "vehicle_state") work_bits_ = number(json, "work_bits");
  if (json.contains("utc_ms")) offset_ms_[boot] = number(json, "utc_ms") - boot_ms;
  const std::string event = kind == "control" ? text(json, "event") : std::string();
  const std::string limit = boot + "/" + text(json, "limit");
  if (event == "asked" || event == "refused") asked_.insert(limit);
  const auto offset = offset_ms_.find(boot);
  if (offset == offset_ms_.end()) return true;  // nobody knows yet what time it was
  const auto utc = [&](std::int64_t at_boot_ms) { return at_boot_ms + offset->second; };
  if (kind == "track_point") {
    into_.points.push_back({utc(boot_ms), place(json), work_bits_});
  } else if (kind == "alarm") {
    take_alarm(text(json, "rule"), text(json, "state"), boot, utc(number(json, "since_boot_ms")),
               utc(boot_ms), place(json));
  } else if (kind == "coverage") {
    if (text(json, "state") == "covered") into_.covered.push_back(stretch_of(json));
  } else if (kind == "control") {
    take_control(limit, event, text(json, "reason"), utc(boot_ms), place(json));
  } else if (kind == "road") {
    into_.driven.push_back(stretch_of(json));
  } else if (kind == "trip") {
    const std::string key = fmt::format("{}/{}", json.value("begin_boot_id", PlainJson()).dump(),
                                        number(json, "begin_boot_ms"));
    const auto [at, fresh] = trips_.try_emplace(key, into_.trips.size());
    if (fresh) into_.trips.push_back({utc(number(json, "begin_boot_ms")), {}, {}, {}, 0, 0});
    FoundTrip& trip = into_.trips[at->second];
    trip.site = text(json, "site");
    trip.disposal = text(json, "tip");
    trip.laden_m = static_cast<double>(number(json, "driven_m"));
    trip.sealed_m = static_cast<double>(number(json, "sealed_m"));
    if (text(json, "event") == "tipped") trip.tip_ms = utc(boot_ms);
  }
  return true;
}

/// MT-02, MT-04: a limit that a rule has asked for is in force, from its first step to its end.
/// MT-24: one that is applied, waits or is released in a boot in which nobody has asked for it was
/// remembered over a power cut.
void RecordReader::take_control(const std::string& key, const std::string& event,
                                const std::string& reason, std::int64_t now_ms, GeoPoint position) {
  const auto stands = limits_.find(key);
  if (event == "applied" && stands == limits_.end() && (reason == "MT-01" || reason == "MT-03")) {
    limits_[key] = into_.alarms.size();
    const char* rule = reason == "MT-01" ? "MT-02" : "MT-04";
    into_.alarms.push_back({rule, now_ms, now_ms, {}, false, position});
  } else if (event == "ended" && stands != limits_.end()) {
    into_.alarms[stands->second].cleared_ms = now_ms;
    limits_.erase(stands);
  }
  const bool asks = event == "asked" || event == "refused";
  if (asks || asked_.count(key) > 0 || !kept_.insert(key).second) return;
  into_.alarms.push_back({"MT-24", now_ms, now_ms, now_ms, false, position});
}

void RecordReader::take_alarm(const std::string& rule, const std::string& state,
                              const std::string& boot, std::int64_t since_ms, std::int64_t now_ms,
                              GeoPoint position) {
  const std::string key = fmt::format("{}/{}/{}", boot, rule, since_ms - offset_ms_[boot]);
  if (state == "cleared") {
    const auto at = alarms_.find(key);
    if (at != alarms_.end()) into_.alarms[at->second].cleared_ms = now_ms;
    return;
  }
  const auto [at, fresh] = alarms_.try_emplace(key, into_.alarms.size());
  if (fresh) into_.alarms.push_back({rule, since_ms, now_ms, {}, false, position});
  FoundAlarm& alarm = into_.alarms[at->second];
  alarm.suppressed = state == "suppressed";
  alarm.raised_ms = now_ms;
  // It is told when it ends only if it was raised: let one that was held back end with the moment.
  if (alarm.suppressed) alarm.cleared_ms = now_ms;
}

Result<Found> read_ledger(const std::string& path, const Truth& truth) {
  auto books = ledger::open_books_to_read(path);
  if (!books) return books.error();
  const auto terminals = ledger::booked(*books);
  if (!terminals) return terminals.error();
  Found found;
  for (const ledger::Booked& terminal : *terminals) {
    RecordReader reader(found[terminal.id]);
    auto read = ledger::each_record(*books, terminal, {},
                                    [&](std::uint64_t, const protocol::Numbered& numbered) {
                                      reader.take(protocol::to_json(numbered.record));
                                    });
    if (!read) return read.error();
  }
  judge_together(truth, found);
  return found;
}

Result<Found> replay_journals(const std::string& folder, const Truth& truth, const std::string& ctl,
                              const std::function<void(std::size_t, std::size_t)>& progress) {
  Found found;
  std::size_t done = 0;
  for (const auto& [id, vehicle] : truth.vehicles) {
    if (progress) progress(done++, truth.vehicles.size());
    const std::string journal = folder + "/" + id + "/data/journal";
    auto replayed = replay_one(ctl, journal, found[id]);
    if (!replayed) return replayed.error();
  }
  judge_together(truth, found);
  return found;
}

}  // namespace lujing::score
