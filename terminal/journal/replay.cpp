#include "terminal/journal/replay.h"

#include "terminal/config/core_config.h"
#include "terminal/config/directive_readers.h"
#include "terminal/config/terminal_config.h"
#include "terminal/core/core.h"
#include "terminal/core/recall/recall.h"
#include "terminal/core/snapshot.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace lujing::journal {
namespace {

/// Counts what is asked for in vain.
class CountingLibrary : public core::DirectiveLibrary {
 public:
  explicit CountingLibrary(std::shared_ptr<const core::DirectiveLibrary> books)
      : books_(std::move(books)) {}
  core::DirectiveBody find(const Sha256& sha256) const override {
    auto body = books_ == nullptr ? nullptr : books_->find(sha256);
    if (body == nullptr) ++missing_;
    return body;
  }
  std::uint64_t missing() const { return missing_; }

 private:
  std::shared_ptr<const core::DirectiveLibrary> books_;
  mutable std::uint64_t missing_ = 0;
};

/// The core as the journal goes on, and what it has said so far.
class Replay {
 public:
  Replay(const RecordSink& sink, const Adjust& adjust,
         std::shared_ptr<const core::DirectiveLibrary> library, bool remember)
      : sink_(sink),
        adjust_(adjust),
        remember_(remember),
        library_(std::make_shared<CountingLibrary>(std::move(library))) {}

  /// A file begins. Its configuration, where it is another one, is the core's from now on.
  Result<void> begin_file(const std::string& file, const protocol::JournalHeader& header) {
    summary_.terminal_id = header.terminal_id;
    boot_id_ = header.boot_id;
    if (core_ && header.core_config == config_text_) return {};
    config_text_ = header.core_config;
    auto config = config::core_config_from_toml(file + ", configuration", header.core_config);
    if (!config) return config.error();
    core::DirectiveInputs inputs = config::directive_inputs(library_);
    if (adjust_) {
      adjust_(*config);
      config->boot_rule_set.clear();
      inputs.read_rule_set = [](std::string_view, core::CoreConfig&) { return Result<void>(); };
    }
    core_.emplace(std::move(config).value(), std::move(inputs));
    started_ = false;
    return {};
  }

  void take(const hal::Observation& observation) {
    const bool is_boot = std::holds_alternative<hal::Boot>(observation.what);
    if (!is_boot && !started_) feed({observation.at, hal::Boot{boot_id_}});
    started_ = true;
    if (is_boot && remember_) {
      recalled_ = core::pieces_of(core::pack_recalled(core_->recall()));
    } else if (!recalled_.empty()) {
      if (!std::holds_alternative<hal::Recalled>(observation.what)) recall(observation.at);
      recalled_.clear();
    }
    feed(observation);
    ++summary_.observations;
  }

  ReplaySummary summary() {
    if (core_) summary_.rule_set = core_->snapshot().rule_set;
    summary_.directives_missing = library_->missing();
    return summary_;
  }

 private:
  void recall(BootTime at) {
    for (const hal::Recalled& piece : recalled_) feed({at, piece});
  }

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
  const bool remember_;
  std::vector<hal::Recalled> recalled_;  ///< not told yet
  std::shared_ptr<const CountingLibrary> library_;
  std::string config_text_;
  std::optional<core::Core> core_;
  bool started_ = false;
  std::uint64_t boot_id_ = 0;
  std::vector<protocol::Record> records_;
  ReplaySummary summary_;
};

}  // namespace

Result<ReplaySummary> replay(const std::string& path, const RecordSink& sink, const Adjust& adjust,
                             std::shared_ptr<const core::DirectiveLibrary> library, bool remember) {
  auto journal = Journal::open(path);
  if (!journal) return journal.error();
  Replay run(sink, adjust, std::move(library), remember);
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
  ReplaySummary summary = run.summary();
  summary.damage = journal->damage();
  if (file_number == 0) summary.terminal_id = journal->header().terminal_id;
  return summary;
}

}  // namespace lujing::journal
