#include "terminal/evidence/piece.h"

#include "protocol/journal_file.h"
#include "terminal/journal/journal_reader.h"
#include "terminal/journal/last_words.h"
#include "terminal/journal/observation_codec.h"

#include <algorithm>
#include <utility>

namespace lujing::evidence {
namespace {

using journal::Journal;

/// The core's own clock speaks once a second and never goes back; a device's may say anything.
bool tells_time(const hal::Observation& observation) {
  return std::holds_alternative<hal::ClockTick>(observation.what);
}

constexpr std::int64_t longest_tick_ms = 2'000;  ///< at the longest between two

class Writer {
 public:
  Writer(const Run& run, std::optional<std::int64_t> from_ms, std::int64_t to_ms, std::string path)
      : run_(run), from_ms_(from_ms), to_ms_(to_ms), path_(std::move(path)) {}

  Result<Piece> write() {
    for (std::size_t i = run_.file; i < run_.files.size() && !done_; ++i) {
      if (auto read = read_file(run_.files[i], i == run_.file ? run_.skip : 0); !read)
        return read.error();
    }
    if (!writer_) return Error("the journal has nothing of that time");
    if (!encoder_.empty()) writer_->append(encoder_.bytes());
    if (auto flushed = writer_->flush(false); !flushed) return flushed.error();
    return piece_;
  }

 private:
  Result<void> read_file(const std::string& file, std::uint64_t skip) {
    auto opened = Journal::open(file);
    if (!opened) return opened.error();
    hal::Observation observation;
    while (!done_ && opened->next(observation)) {
      if (skip > 0) {
        --skip;
        continue;
      }
      if (auto taken = take(observation, opened->header()); !taken) return taken;
    }
    if (opened->damage().any())
      return Error(file + ": a part of it cannot be read; what is left proves nothing");
    return {};
  }

  Result<void> take(const hal::Observation& observation, const protocol::JournalHeader& header) {
    const bool boot = std::holds_alternative<hal::Boot>(observation.what);
    const bool first = std::exchange(first_, false);
    if ((boot && !first) || (tells_time(observation) && observation.at.ms() > to_ms_)) {
      done_ = true;
      return {};
    }
    if (!writer_) {
      const bool begins =
          !from_ms_ || (tells_time(observation) && observation.at.ms() >= *from_ms_);
      if (!begins) {
        words_.hear(observation);
        return {};
      }
      if (auto begun = begin(observation, header, first && boot); !begun) return begun;
    } else if (header.core_config != config_) {
      return Error("the vehicle's configuration changes within the alarm's time");
    }
    add(observation);
    return {};
  }

  Result<void> begin(const hal::Observation& first, const protocol::JournalHeader& header,
                     bool whole) {
    auto made = protocol::JournalWriter::create(path_, header);
    if (!made) return made.error();
    writer_.emplace(std::move(made).value());
    config_ = header.core_config;
    piece_.begin_boot_ms = first.at.ms();
    piece_.whole_run = whole;
    piece_.terminal = header.terminal_id;
    piece_.software = header.software;
    if (whole) return {};
    const std::vector<hal::Observation> words = words_.in_order();
    BootTime start = first.at;
    if (!words.empty()) start.ns = std::min(start.ns, words.front().at.ns);
    add({start, hal::Boot{header.boot_id}});
    for (const hal::Observation& word : words) add(word);
    return {};
  }

  void add(const hal::Observation& observation) {
    ++piece_.observations;
    if (const auto* told = std::get_if<hal::DirectiveInForce>(&observation.what)) {
      auto& all = piece_.directives;
      if (std::find(all.begin(), all.end(), *told) == all.end()) all.push_back(*told);
    }
    encoder_.add(observation);
    if (!encoder_.full()) return;
    writer_->append(encoder_.bytes());
    encoder_.clear();
  }

  const Run& run_;
  std::optional<std::int64_t> from_ms_;
  std::int64_t to_ms_;
  std::string path_;
  std::optional<protocol::JournalWriter> writer_;
  std::string config_;
  journal::ObservationEncoder encoder_;
  journal::LastWords words_;
  Piece piece_;
  bool first_ = true;
  bool done_ = false;
};

}  // namespace

Result<Run> find_run(const std::string& journal, std::uint64_t boot_id, std::int64_t boot_ms) {
  auto files = journal::journal_files(journal);
  if (!files) return files.error();
  Run run;
  bool found = false;
  bool ended = false;
  for (const std::string& file : *files) {
    auto opened = Journal::open(file);
    if (!opened || opened->header().boot_id != boot_id || ended) continue;
    run.files.push_back(file);
    hal::Observation observation;
    for (std::uint64_t n = 0; !ended && opened->next(observation); ++n) {
      const bool boot = std::holds_alternative<hal::Boot>(observation.what);
      ended = boot && found && observation.at.ms() > boot_ms;
      if (ended) break;
      if (boot || !found) {
        run.file = run.files.size() - 1;
        run.skip = n;
        run.whole = boot;
        run.begin = run.end = observation.at;
        found = true;
      }
      if (tells_time(observation)) run.end = std::max(run.end, observation.at);
    }
  }
  // The last tick may be a second old when the power goes.
  if (!found || run.begin.ms() > boot_ms || run.end.ms() + longest_tick_ms < boot_ms)
    return Error(journal + ": has nothing of the time of that alarm");
  return run;
}

Result<Piece> write_piece(const Run& run, std::optional<std::int64_t> from_boot_ms,
                          std::int64_t to_boot_ms, const std::string& path) {
  return Writer(run, from_boot_ms, to_boot_ms, path).write();
}

}  // namespace lujing::evidence
