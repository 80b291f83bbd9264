#include "terminal/evidence/verify.h"

#include "protocol/batch.h"
#include "protocol/checkpoint.h"
#include "protocol/directive.h"
#include "terminal/directives/folder.h"
#include "terminal/evidence/reproduce.h"
#include "terminal/journal/journal_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

namespace lujing::evidence {
namespace {

using protocol::AlarmRecord;
using protocol::EvidenceManifest;
using protocol::EvidencePart;
using protocol::EvidenceView;

/// The core's clock ticks once a second: a longer silence is a hole.
constexpr std::int64_t longest_silence_ms = 5'000;
constexpr std::int64_t clock_was_set_ms = 1'577'836'800'000;  ///< 2020: an earlier clock was none
/// What UTC may move against the boot clock in a few minutes: a receiver's delay, no more.
constexpr std::int64_t most_utc_step_ms = 3'000;

std::string seconds(std::int64_t ms) {
  char text[32] = {};
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000);
  return text;
}

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
    if (!verdict_.whole()) return std::move(verdict_);
    const bool read = check_records();
    check_checkpoint(read);
    check_alarm(read);
    check_clock();
    check_directives();
    check_journal();
    if (verdict_.whole()) check_replay();
    return std::move(verdict_);
  }

 private:
  void say(std::string item, bool good, std::string said) {
    verdict_.checks.push_back({std::move(item), good, std::move(said)});
  }
  void check_signature();
  void check_certificate();
  void check_parts();
  bool check_records();
  void check_checkpoint(bool read);
  std::string checkpoint_problem(const protocol::CheckpointView& view) const;
  void check_alarm(bool read);
  void check_clock();
  /// A directive of the manifest has that body.
  bool names(const std::string& name, const Sha256& sha256) const;
  std::string directives_problem(const std::vector<hal::DirectiveInForce>& told) const;
  void check_directives();
  void check_journal();
  std::string journal_problem(journal::Journal& journal);
  void check_replay();
  bool take_batch(std::string_view packed, std::string& problem);

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
};

void Verifier::check_signature() {
  const auto certificate = in_.part(EvidencePart::certificate);
  const bool good =
      certificate && protocol::evidence_signed_by(*certificate, in_.manifest_text, in_.signature);
  say("signature", good,
      good ? "the manifest is as the terminal signed it"
           : "the manifest is not what the key of this certificate signed");
}

void Verifier::check_certificate() {
  const auto certificate = in_.part(EvidencePart::certificate);
  std::optional<UtcTime> at;
  if (m_.made_utc_ms > clock_was_set_ms) at = UtcTime{m_.made_utc_ms};
  const auto signer =
      protocol::evidence_signer(certificate.value_or(""), options_.authority_pem, at);
  if (!signer) return say("certificate", false, signer.error().what());
  const bool good = *signer == m_.terminal;
  say("certificate", good,
      good ? *signer + ", signed by the authority" + (at ? ", held when the bundle was made" : "")
           : "it is " + *signer + "'s, and the bundle says " + m_.terminal);
}

void Verifier::check_parts() {
  for (std::size_t i = 0; i < in_.parts.size(); ++i) {
    const protocol::EvidencePartFacts& facts = m_.parts[i];
    const bool good = protocol::sha256(in_.parts[i]) == facts.sha256;
    std::string item = protocol::to_string(facts.part);
    if (!facts.name.empty()) item += " " + facts.name;
    say(item, good,
        std::to_string(facts.bytes) + (good ? " bytes, as signed" : " bytes, not those signed"));
  }
}

bool Verifier::take_batch(std::string_view packed, std::string& problem) {
  auto batch = protocol::decode(packed);
  if (!batch) {
    problem = batch.error().what();
  } else if (batch->epoch != m_.epoch) {
    problem = "records of another epoch";
  } else if (batch->first_seq != next_seq_) {
    problem = "record " + std::to_string(next_seq_) + " is missing";
  } else if (batch->chain_before != chain_) {
    problem = "the chain is broken before record " + std::to_string(next_seq_);
  } else if (!batch->holes.empty()) {
    problem = "records " + std::to_string(batch->holes.front().first_seq) + " to " +
              std::to_string(batch->holes.front().last_seq) + " had been given up for room";
  } else {
    next_seq_ = batch->last_seq + 1;
    chain_ = batch->chain_after;
    std::move(batch->records.begin(), batch->records.end(), std::back_inserter(records_));
    return true;
  }
  return false;
}

bool Verifier::check_records() {
  next_seq_ = m_.first_seq;
  chain_ = m_.chain_before;
  std::string problem;
  for (std::size_t i = 0; i < in_.parts.size() && problem.empty(); ++i) {
    if (m_.parts[i].part == EvidencePart::records) take_batch(in_.parts[i], problem);
  }
  if (problem.empty() && records_.empty()) problem = "there are none";
  if (problem.empty() && (next_seq_ != m_.last_seq + 1 || chain_ != m_.chain_after))
    problem = "they do not end at the checkpoint, record " + std::to_string(m_.last_seq);
  const auto in_window = [&](const protocol::Numbered& numbered) {
    const protocol::Stamp& stamp = numbered.record.stamp;
    return stamp.boot_id == m_.boot_id && stamp.boot_ms <= m_.from_boot_ms;
  };
  const bool begins = problem.empty() && (m_.first_seq == 1 || in_window(records_.front()) ||
                                          std::any_of(records_.begin(), records_.end(), in_window));
  const bool boots =
      problem.empty() && std::any_of(records_.begin(), records_.end(), [&](const auto& numbered) {
        return std::holds_alternative<protocol::BootRecord>(numbered.record.payload);
      });
  if (problem.empty() && !begins && !boots)
    problem = "they begin after the window, at record " + std::to_string(m_.first_seq);
  if (!problem.empty()) {
    say("chain", false, problem);
    return false;
  }
  say("chain", true,
      "records " + std::to_string(m_.first_seq) + " to " + std::to_string(m_.last_seq) +
          ", none missing, to the signed checkpoint " + protocol::to_hex(m_.chain_after));
  return true;
}

/// Empty: the terminal signed it, and the records lead on from it.
std::string Verifier::checkpoint_problem(const protocol::CheckpointView& view) const {
  const protocol::Checkpoint& c = view.checkpoint;
  if (!view.signed_by(in_.part(EvidencePart::certificate).value_or("")))
    return "it is not what the key of this certificate signed";
  if (c.terminal != m_.terminal) return "it is " + c.terminal + "'s";
  if (c.epoch != m_.epoch || c.seq + 1 < m_.first_seq || c.seq >= m_.alarm_seq)
    return "record " + std::to_string(c.seq) + " is not among those that lead to the alarm";
  protocol::Hash chain = m_.chain_before;
  const protocol::Record* last = nullptr;
  for (const auto& [seq, record] : records_) {
    if (seq > c.seq) break;
    chain = protocol::chain_next(chain, protocol::digest(record));
    last = &record;
  }
  if (chain != c.chain) return "the records up to " + std::to_string(c.seq) + " are others";
  const bool same_time =
      last == nullptr || (last->stamp.boot_id == c.boot_id && last->stamp.boot_ms == c.boot_ms &&
                          last->stamp.utc_ms == c.utc_ms);
  if (!same_time) return "record " + std::to_string(c.seq) + " has another time";
  const bool clock = c.made_utc_ms > clock_was_set_ms && c.utc_ms;
  if (clock && c.made_utc_ms < *c.utc_ms - most_utc_step_ms)
    return "it was signed before the record was made";
  return {};
}

void Verifier::check_checkpoint(bool read) {
  const auto file = in_.part(EvidencePart::checkpoint);
  if (!file)
    return say("checkpoint", true, "none from before the alarm; the one at the end alone holds it");
  const auto view = protocol::read_checkpoint(*file);
  if (!view || !read) return say("checkpoint", false, view ? "the records do not read" : "damaged");
  const std::string problem = checkpoint_problem(*view);
  const protocol::Checkpoint& c = view->checkpoint;
  say("checkpoint", problem.empty(),
      problem.empty()
          ? "record " + std::to_string(c.seq) + " was signed " +
                (c.made_utc_ms > clock_was_set_ms ? "at " + to_iso8601(UtcTime{c.made_utc_ms})
                                                  : std::string("by a clock that was not set")) +
                ", " + std::to_string(m_.alarm_seq - c.seq) +
                " records before the alarm; the chain leads on from it"
          : problem);
}

void Verifier::check_alarm(bool read) {
  if (!read) return say("alarm", false, "the records do not read");
  for (const protocol::Numbered& numbered : records_) {
    if (numbered.seq == m_.alarm_seq) alarm_ = &numbered.record;
  }
  const auto* alarm = alarm_ == nullptr ? nullptr : std::get_if<AlarmRecord>(&alarm_->payload);
  const bool good =
      alarm != nullptr && alarm->rule == m_.rule && alarm->state == protocol::AlarmState::raised &&
      alarm->since_boot_ms == m_.since_boot_ms && alarm->rule_set == m_.rule_set &&
      alarm_->stamp.boot_id == m_.boot_id && alarm_->stamp.boot_ms == m_.raised_boot_ms &&
      alarm_->stamp.utc_ms == m_.raised_utc_ms;
  if (!good) {
    alarm_ = nullptr;
    return say("alarm", false, "record " + std::to_string(m_.alarm_seq) + " is not that alarm");
  }
  const auto ends = [&](const protocol::Numbered& numbered) {
    const auto* change = std::get_if<AlarmRecord>(&numbered.record.payload);
    return change != nullptr && change->state == protocol::AlarmState::cleared &&
           change->rule == m_.rule && change->since_boot_ms == m_.since_boot_ms &&
           numbered.record.stamp.boot_id == m_.boot_id &&
           numbered.record.stamp.boot_ms == *m_.cleared_boot_ms;
  };
  if (m_.cleared_boot_ms && std::none_of(records_.begin(), records_.end(), ends)) {
    alarm_ = nullptr;
    return say("alarm", false, "its end is not in the records where the manifest says");
  }
  say("alarm", true, protocol::to_json(*alarm_));
}

/// The records' own times: in order, and UTC in step with the boot clock.
void Verifier::check_clock() {
  std::optional<std::int64_t> before_ms;
  std::optional<std::int64_t> offset_ms;
  for (const auto& [seq, record] : records_) {
    const protocol::Stamp& stamp = record.stamp;
    if (stamp.boot_id != m_.boot_id) continue;
    // What an earlier start of the terminal knew of UTC is another story.
    if (std::holds_alternative<protocol::BootRecord>(record.payload)) offset_ms.reset();
    if (before_ms && stamp.boot_ms < *before_ms)
      return say("clock", false, "record " + std::to_string(seq) + " is before the one before it");
    before_ms = stamp.boot_ms;
    if (!stamp.utc_ms) continue;
    const std::int64_t offset = *stamp.utc_ms - stamp.boot_ms;
    const std::int64_t step = offset - offset_ms.value_or(offset);
    offset_ms = offset;
    if (std::abs(step) > most_utc_step_ms)
      return say("clock", false,
                 "UTC steps by " + seconds(step) + " at record " + std::to_string(seq));
  }
  say("clock", true, offset_ms ? "in order, UTC in step" : "in order, UTC was not known");
}

bool Verifier::names(const std::string& name, const Sha256& sha256) const {
  return std::any_of(m_.directives.begin(), m_.directives.end(),
                     [&](const protocol::EvidenceDirective& one) {
                       return one.name == name && one.sha256 == sha256;
                     });
}

/// Empty: the manifest names what the terminal was told, and nothing else.
std::string Verifier::directives_problem(const std::vector<hal::DirectiveInForce>& told) const {
  for (const hal::DirectiveInForce& one : told) {
    if (m_.directives.size() < most_evidence_directives && !names(to_string(one.kind), one.sha256))
      return std::string("the terminal was told ") + to_string(one.kind) + " " +
             std::to_string(one.version) + ", which the manifest does not name";
  }
  for (const protocol::EvidenceDirective& directive : m_.directives) {
    const bool known = std::any_of(told.begin(), told.end(), [&](const hal::DirectiveInForce& one) {
      return to_string(one.kind) == directive.name && one.version == directive.version &&
             one.sha256 == directive.sha256;
    });
    if (!known)
      return "the manifest names " + directive.name + " " + std::to_string(directive.version) +
             " with a body that the terminal was never told";
  }
  return {};
}

void Verifier::check_directives() {
  const auto authority = protocol::DirectiveAuthority::from_pem(options_.authority_pem);
  for (std::size_t i = 0; i < in_.parts.size(); ++i) {
    if (m_.parts[i].part == EvidencePart::body)
      bodies_->put(protocol::sha256_of(in_.parts[i]), std::string(in_.parts[i]));
  }
  if (!options_.directives.empty())
    bodies_->beside(std::make_shared<directives::FolderLibrary>(options_.directives));
  for (const protocol::EvidenceDirective& directive : m_.directives) {
    const std::string what = directive.name + " " + std::to_string(directive.version);
    const bool here = directive.sha256 == sha256_of_nothing || bodies_->find(directive.sha256);
    const std::string body = here ? "" : "; its body is not in the bundle";
    const auto text = in_.part(EvidencePart::head, directive.name);
    const auto head = text ? protocol::parse_directive_head(*text)
                           : Result<protocol::DirectiveHead>(Error("none"));
    if (head && !names(directive.name, head->sha256)) {
      say("directive", false, what + ": the authority signed another body than this" + body);
      continue;
    }
    if (!head || head->sha256 != directive.sha256) {
      say("directive", true, what + ": the authority's signature is not in the bundle" + body);
      continue;
    }
    const bool good = authority && authority->signed_this(*head) && head->name == directive.name &&
                      head->version == directive.version;
    say("directive", good,
        what + (good ? ": signed by the authority" : ": not signed by the authority") + body);
  }
}

/// Empty: it is whole.
std::string Verifier::journal_problem(journal::Journal& journal) {
  if (journal.header().terminal_id != m_.terminal) {
    return "it is " + journal.header().terminal_id + "'s";
  }
  hal::Observation observation;
  std::optional<std::int64_t> tick_ms;
  std::vector<hal::DirectiveInForce> told;
  std::string problem;
  while (journal.next(observation)) {
    ++observations_;
    const std::int64_t at_ms = observation.at.ms();
    if (const auto* boot = std::get_if<hal::Boot>(&observation.what)) {
      if (boot->boot_id != m_.boot_id) problem = "it is of another boot";
      if (observations_ > 1) problem = "the terminal starts again in the middle of it";
    }
    if (const auto* one = std::get_if<hal::DirectiveInForce>(&observation.what))
      told.push_back(*one);
    if (!std::holds_alternative<hal::ClockTick>(observation.what)) continue;
    const bool inside = tick_ms && at_ms >= m_.from_boot_ms && at_ms <= m_.to_boot_ms;
    if (tick_ms && at_ms < *tick_ms) problem = "its clock goes back at " + seconds(at_ms);
    if (inside && at_ms - *tick_ms > longest_silence_ms)
      problem = seconds(at_ms - *tick_ms) + " are missing before " + seconds(at_ms);
    if (!tick_ms && at_ms > m_.from_boot_ms + longest_silence_ms)
      problem = "it begins after the window";
    tick_ms = at_ms;
  }
  if (journal.damage().any()) problem = "a part of it does not read";
  if (problem.empty() && (!tick_ms || *tick_ms < m_.to_boot_ms - longest_silence_ms))
    problem = "it ends before the window does";
  if (problem.empty() && observations_ != m_.observations)
    problem = std::to_string(m_.observations) + " observations were signed, " +
              std::to_string(observations_) + " are in it";
  return problem.empty() ? directives_problem(told) : problem;
}

void Verifier::check_journal() {
  const auto bytes = in_.part(EvidencePart::journal);
  if (!bytes) return say("observations", false, "there is no journal");
  std::string path = options_.scratch + "/lujing-verify-XXXXXX";
  const int fd = ::mkstemp(path.data());
  if (fd < 0) return say("observations", false, options_.scratch + ": cannot be written to");
  ::close(fd);
  journal_path_ = path;
  {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
    if (!file.flush()) return say("observations", false, path + ": cannot be written");
  }
  auto journal = journal::Journal::open(path);
  if (!journal) return say("observations", false, journal.error().what());
  const std::string problem = journal_problem(*journal);
  if (!problem.empty()) return say("observations", false, problem);
  say("observations", true,
      std::to_string(observations_) + ", " + seconds(m_.to_boot_ms - m_.from_boot_ms) +
          " of evidence after " + seconds(m_.from_boot_ms - m_.begin_boot_ms) + " of warm-up" +
          (m_.whole_run ? ", from the terminal's start" : ""));
}

void Verifier::check_replay() {
  std::vector<protocol::Numbered> window;
  for (const protocol::Numbered& numbered : records_) {
    const protocol::Stamp& stamp = numbered.record.stamp;
    if (stamp.boot_id == m_.boot_id && stamp.boot_ms >= m_.from_boot_ms &&
        stamp.boot_ms <= m_.to_boot_ms)
      window.push_back(numbered);
  }
  const auto said = reproduce(journal_path_, *alarm_, window, bodies_);
  if (!said) return say("replay", false, said.error().what());
  if (!said->same_alarm)
    return say("replay", false,
               said->instead.empty() ? "it does not lead to the alarm"
                                     : "it leads to another alarm: " + said->instead);
  say("replay", true,
      "leads to the same alarm, byte for byte, and to " + std::to_string(said->same_records) +
          " of the window's " + std::to_string(window.size()) + " records");
}

}  // namespace

bool Verdict::whole() const {
  return !checks.empty() &&
         std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.good; });
}

Verdict verify_evidence(const EvidenceView& bundle, const VerifyOptions& options) {
  return Verifier(bundle, options).run();
}

}  // namespace lujing::evidence
