// The items of verify.h, one function each; only verify*.cpp includes it.
#pragma once

#include "protocol/batch.h"
#include "protocol/checkpoint.h"
#include "terminal/evidence/reproduce.h"
#include "terminal/evidence/verify.h"
#include "terminal/journal/journal_reader.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lujing::evidence {

using protocol::AlarmRecord;
using protocol::EvidenceManifest;
using protocol::EvidencePart;
using protocol::EvidenceView;

inline constexpr std::int64_t clock_was_set_ms = 1'577'836'800'000;  ///< 2020: earlier is none
/// What UTC may move against the boot clock in a few minutes: a receiver's delay, no more.
inline constexpr std::int64_t most_utc_step_ms = 3'000;

/// "12.5 s"
std::string seconds(std::int64_t ms);

class Verifier {
 public:
  Verifier(const EvidenceView& bundle, const VerifyOptions& options)
      : in_(bundle), m_(bundle.manifest), options_(options) {}
  ~Verifier() {
    if (!journal_path_.empty()) std::remove(journal_path_.c_str());
  }
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  Verdict run() {
    check_signature();
    check_certificate();
    check_parts();
    // What is not as it was signed is not read any further.
    if (!verdict_.sound()) return std::move(verdict_);
    const bool read = check_records();
    check_books(read);
    check_checkpoints(read);
    check_alarm(read);
    check_clock();
    check_directives();
    check_journal();
    if (verdict_.sound()) check_window();
    if (verdict_.sound()) check_replay();
    if (verdict_.sound()) check_complete();
    return std::move(verdict_);
  }

 private:
  void say(std::string item, Outcome outcome, std::string said) {
    verdict_.checks.push_back({std::move(item), outcome, std::move(said)});
  }
  void say(std::string item, bool good, std::string said) {
    say(std::move(item), good ? Outcome::good : Outcome::bad, std::move(said));
  }
  void check_signature();
  void check_certificate();
  void check_parts();
  bool check_records();
  void check_books(bool read);
  void check_checkpoints(bool read);
  std::string checkpoint_problem(const protocol::CheckpointView& view) const;
  void check_checkpoint(const protocol::CheckpointView& view);
  void check_alarm(bool read);
  void check_clock();
  /// A directive of the manifest has that body.
  bool names(const std::string& name, const Sha256& sha256) const;
  std::string directives_problem(const std::vector<hal::DirectiveInForce>& told) const;
  void check_directives();
  void check_journal();
  std::string journal_problem(journal::Journal& journal);
  /// The window is not the signer's to choose: the alarm's records and the journal give it.
  void check_window();
  std::string window_problem() const;
  const protocol::Record* clearing() const;
  void check_replay();
  /// Nothing is left out outside of the alarm's window, either.
  void check_complete();
  bool take_batch(std::string_view packed, std::string& problem);
  std::string missing_bodies() const;
  std::string not_given() const;
  std::string kinds_of(const std::vector<std::uint64_t>& seqs) const;

  const EvidenceView& in_;
  const EvidenceManifest& m_;
  const VerifyOptions& options_;
  Verdict verdict_;
  std::vector<protocol::Numbered> records_;
  std::uint64_t next_seq_ = 0;
  protocol::Hash chain_{};
  const protocol::Record* alarm_ = nullptr;
  std::shared_ptr<Bodies> bodies_ = std::make_shared<Bodies>();
  std::string journal_path_;
  std::uint64_t observations_ = 0;
  std::int64_t journal_begin_ms_ = 0;
  std::int64_t journal_end_ms_ = 0;
  bool booked_ = false;               ///< the platform has the same records, the alarm's among them
  std::set<std::uint64_t> in_books_;  ///< the same ones there
  std::uint64_t checkpoint_seq_ = 0;  ///< up to here a checkpoint that is good holds them
  std::optional<Reproduced> replayed_;
};

}  // namespace lujing::evidence
