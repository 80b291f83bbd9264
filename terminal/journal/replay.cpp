#include "terminal/journal/replay.h"

#include "terminal/config/core_config.h"
#include "terminal/core/core.h"

#include <optional>
#include <vector>

namespace lujing::journal {
namespace {

/// The core as the journal goes on, and what it has said so far.
class Replay {
 public:
  Replay(const RecordSink& sink, const Adjust& adjust) : sink_(sink), adjust_(adjust) {}

  /// A file begins. Its configuration, where it is another one, is the core's from now on.
  Result<void> begin_file(const std::string& file, const protocol::JournalHeader& header) {
    summary_.terminal_id = header.terminal_id;
    boot_id_ = header.boot_id;
    if (core_ && header.core_config == config_text_) return {};
    config_text_ = header.core_config;
    auto config = config::core_config_from_toml(file + ", configuration", header.core_config);
    if (!config) return config.error();
    if (adjust_) adjust_(*config);
    summary_.rule_set = config->rule_set;
    core_.emplace(std::move(config).value());
    started_ = false;
    return {};
  }

  void take(const hal::Observation& observation) {
    const bool is_boot = std::holds_alternative<hal::Boot>(observation.what);
    if (!is_boot && !started_) feed({observation.at, hal::Boot{boot_id_}});
    started_ = true;
    feed(observation);
    ++summary_.observations;
  }

  ReplaySummary& summary() { return summary_; }

 private:
  void feed(const hal::Observation& observation) {
    if (std::holds_alternative<hal::Boot>(observation.what)) ++summary_.boots;
    records_.clear();
    core_->take(observation, records_);
    for (protocol::Record& record : records_) {
      ++summary_.records;
      ++summary_.records_by_kind[protocol::kind_name(record.payload)];
      const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload);
      if (alarm != nullptr && alarm->state == protocol::AlarmState::raised) {
        ++summary_.alarms_raised;
      }
      summary_.chain = protocol::chain_next(summary_.chain, protocol::digest(record));
      if (sink_) sink_({summary_.records, std::move(record)});
    }
  }

  const RecordSink& sink_;
  const Adjust& adjust_;
  std::string config_text_;
  std::optional<core::Core> core_;
  bool started_ = false;
  std::uint64_t boot_id_ = 0;
  std::vector<protocol::Record> records_;
  ReplaySummary summary_;
};

}  // namespace

Result<ReplaySummary> replay(const std::string& path, const RecordSink& sink,
                             const Adjust& adjust) {
  auto journal = Journal::open(path);
  if (!journal) return journal.error();
  Replay run(sink, adjust);
  hal::Observation observation;
  std::uint64_t file_number = 0;
  while (journal->next(observation)) {
    if (journal->file_number() != file_number) {
      file_number = journal->file_number();
      if (auto begun = run.begin_file(journal->file(), journal->header()); !begun) {
        return begun.error();
      }
    }
    run.take(observation);
  }
  run.summary().damage = journal->damage();
  if (file_number == 0) run.summary().terminal_id = journal->header().terminal_id;
  return run.summary();
}

}  // namespace lujing::journal
