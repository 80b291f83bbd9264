#include "terminal/journal/cut.h"

#include "protocol/journal_file.h"
#include "terminal/config/core_config.h"
#include "terminal/core/clock/utc_clock.h"
#include "terminal/journal/last_words.h"
#include "terminal/journal/observation_codec.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <vector>

namespace lujing::journal {
namespace {

/// UTC - boot of each boot, ms, as it was known at the boot's end.
using Offsets = std::map<std::uint64_t, std::int64_t>;

/// Follows which boot an observation belongs to.
class BootOf {
 public:
  std::uint64_t operator()(const Journal& journal, const hal::Observation& observation) {
    if (journal.file_number() != file_) {
      file_ = journal.file_number();
      boot_id_ = journal.header().boot_id;
    }
    if (const auto* boot = std::get_if<hal::Boot>(&observation.what)) boot_id_ = boot->boot_id;
    return boot_id_;
  }

 private:
  std::uint64_t file_ = 0;
  std::uint64_t boot_id_ = 0;
};

void hear_time(const hal::Observation& observation, UtcTime earliest, core::UtcClock& clock) {
  if (const auto* fix = std::get_if<hal::GnssFix>(&observation.what)) {
    if (fix->mode == hal::FixMode::none || !fix->utc) return;
    const auto utc = core::correct_weeks(*fix->utc, earliest);
    if (utc) clock.sample(core::UtcClock::Source::gnss, observation.at, *utc);
  } else if (const auto* tick = std::get_if<hal::ClockTick>(&observation.what)) {
    if (tick->wall && tick->synchronized) {
      clock.sample(core::UtcClock::Source::tick, observation.at, *tick->wall);
    }
  }
}

Result<Offsets> find_offsets(const std::string& path) {
  auto journal = Journal::open(path);
  if (!journal) return journal.error();
  std::map<std::uint64_t, core::UtcClock> clocks;
  Offsets offsets;
  BootOf boot_of;
  UtcTime earliest;
  std::uint64_t file = 0;
  hal::Observation observation;
  while (journal->next(observation)) {
    if (journal->file_number() != file) {
      file = journal->file_number();
      const auto config = config::core_config_from_toml("header", journal->header().core_config);
      earliest = config ? config->gnss.earliest_utc : UtcTime{};
    }
    const std::uint64_t boot_id = boot_of(*journal, observation);
    core::UtcClock& clock = clocks[boot_id];
    hear_time(observation, earliest, clock);
    if (const auto utc = clock.utc_at(observation.at)) {
      offsets[boot_id] = utc->ms - observation.at.ms();
    }
  }
  return offsets;
}

bool in_range(const TimeRange& range, const Placed& placed) {
  const std::int64_t boot_ms = placed.observation.at.ms();
  if (range.boot_id && placed.boot_id != *range.boot_id) return false;
  if (range.from_boot_ms && boot_ms < *range.from_boot_ms) return false;
  if (range.to_boot_ms && boot_ms > *range.to_boot_ms) return false;
  if (range.from_utc && (!placed.utc || placed.utc->ms < range.from_utc->ms)) return false;
  if (range.to_utc && (!placed.utc || placed.utc->ms > range.to_utc->ms)) return false;
  return true;
}

/// The new file, made when the first observation of the range is met.
class Cutter {
 public:
  explicit Cutter(std::string to) : to_(std::move(to)) {}

  bool take(const Placed& placed, bool wanted) {
    if (!wanted) {
      if (!writer_) words_.hear(placed.observation);
      return true;
    }
    if (!writer_ && !begin(placed)) return false;
    if (placed.header->core_config != config_) {
      error_ = Error("the configuration changes within the range, at boot time " +
                     std::to_string(placed.observation.at.ms()) +
                     " ms; cut what is before and after it apart");
      return false;
    }
    add(placed.observation);
    ++summary.observations;
    return true;
  }

  Result<void> end() {
    if (error_) {
      if (writer_) std::remove(to_.c_str());
      return *error_;
    }
    if (!writer_) return Error("nothing of this journal lies in the range");
    if (!encoder_.empty()) writer_->append(encoder_.bytes());
    return writer_->flush(true);
  }

  CutSummary summary;

 private:
  bool begin(const Placed& first) {
    protocol::JournalHeader header = *first.header;
    header.boot_id = first.boot_id;
    config_ = header.core_config;
    auto made = protocol::JournalWriter::create(to_, header);
    if (!made) {
      error_ = made.error();
      return false;
    }
    writer_.emplace(std::move(made).value());
    if (std::holds_alternative<hal::Boot>(first.observation.what)) return true;
    const std::vector<hal::Observation> words = words_.in_order();
    const BootTime start = words.empty() ? first.observation.at : words.front().at;
    add({BootTime{std::min(start.ns, first.observation.at.ns)}, hal::Boot{first.boot_id}});
    for (const hal::Observation& word : words) add(word);
    summary.carried = words.size() + 1;
    return true;
  }

  void add(const hal::Observation& observation) {
    encoder_.add(observation);
    if (!encoder_.full()) return;
    writer_->append(encoder_.bytes());
    encoder_.clear();
  }

  std::string to_;
  std::optional<protocol::JournalWriter> writer_;
  std::optional<Error> error_;
  std::string config_;
  ObservationEncoder encoder_;
  LastWords words_;
};

}  // namespace

Result<Damage> walk(const std::string& path, const TimeRange& range,
                    const std::function<bool(const Placed&, bool in_range)>& sink) {
  auto offsets = find_offsets(path);
  if (!offsets) return offsets.error();
  auto journal = Journal::open(path);
  if (!journal) return journal.error();
  BootOf boot_of;
  Placed placed;
  while (journal->next(placed.observation)) {
    placed.boot_id = boot_of(*journal, placed.observation);
    placed.header = &journal->header();
    placed.utc.reset();
    if (const auto offset = offsets->find(placed.boot_id); offset != offsets->end()) {
      placed.utc = UtcTime{placed.observation.at.ms() + offset->second};
    }
    if (!sink(placed, in_range(range, placed))) break;
  }
  return journal->damage();
}

Result<CutSummary> cut(const std::string& path, const TimeRange& range, const std::string& to) {
  Cutter cutter(to);
  auto damage = walk(
      path, range, [&](const Placed& placed, bool wanted) { return cutter.take(placed, wanted); });
  if (!damage) return damage.error();
  if (auto ended = cutter.end(); !ended) return ended.error();
  cutter.summary.damage = *damage;
  return cutter.summary;
}

}  // namespace lujing::journal
