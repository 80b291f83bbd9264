#include "terminal/evidence/verify.h"

#include "base/time.h"
#include "terminal/evidence/make.h"
#include "terminal/evidence/verifier.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>

namespace lujing::evidence {

std::string seconds(std::int64_t ms) {
  char text[32] = {};
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000);
  return text;
}

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
  // A bundle is not made before its alarm was raised; where its clock was not set, the alarm's time
  // stands for it.
  const bool clock = m_.made_utc_ms > clock_was_set_ms;
  if (clock && m_.raised_utc_ms && m_.made_utc_ms < *m_.raised_utc_ms - most_utc_step_ms)
    return say("certificate", false,
               "the bundle says that it was made at " + to_iso8601(UtcTime{m_.made_utc_ms}) +
                   ", before its alarm was raised");
  std::optional<UtcTime> at;
  if (clock) {
    at = UtcTime{m_.made_utc_ms};
  } else if (m_.raised_utc_ms) {
    at = UtcTime{*m_.raised_utc_ms};
  }
  const auto signer =
      protocol::evidence_signer(certificate.value_or(""), options_.authority_pem, at);
  if (!signer) return say("certificate", false, signer.error().what());
  const bool good = *signer == m_.terminal;
  say("certificate", good,
      good ? *signer + ", signed by the authority" +
                 (clock ? ", held when the bundle was made"
                  : at  ? ", held when the alarm was raised"
                        : "")
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
  const protocol::Record* end = clearing();
  if (m_.cleared_boot_ms && (end == nullptr || end->stamp.boot_ms != *m_.cleared_boot_ms)) {
    alarm_ = nullptr;
    return say("alarm", false, "its end is not in the records where the manifest says");
  }
  if (!m_.cleared_boot_ms && end != nullptr) {
    alarm_ = nullptr;
    return say("alarm", false,
               "the records say that it ended at " + seconds(end->stamp.boot_ms) +
                   ", and the manifest that it did not");
  }
  say("alarm", true, protocol::to_json(*alarm_));
}

/// The record that ends the alarm, if it is among the bundle's; later than an hour, none is asked.
const protocol::Record* Verifier::clearing() const {
  const AlarmId id{m_.boot_id, m_.rule, m_.since_boot_ms};
  const auto ends = [&](const protocol::Numbered& numbered) {
    return numbered.seq > m_.alarm_seq &&
           is_alarm(numbered.record, id, protocol::AlarmState::cleared) &&
           numbered.record.stamp.boot_ms <= m_.raised_boot_ms + longest_life_ms;
  };
  const auto end = std::find_if(records_.begin(), records_.end(), ends);
  return end == records_.end() ? nullptr : &end->record;
}

/// Empty: it is what the bundle's records and observations allow at least.
std::string Verifier::window_problem() const {
  const std::int64_t from_ms = m_.since_boot_ms - window_ms;
  const bool begins =
      m_.from_boot_ms <= from_ms || (m_.whole_run && m_.from_boot_ms <= journal_begin_ms_);
  if (!begins)
    return "it begins at " + seconds(m_.from_boot_ms) + ", and the condition at " +
           seconds(m_.since_boot_ms);
  const protocol::Stamp& last = records_.back().record.stamp;
  std::int64_t to_ms = window_end_ms(m_);
  if (last.boot_id == m_.boot_id) to_ms = std::min(to_ms, last.boot_ms - 1);
  to_ms = std::max(std::min(to_ms, journal_end_ms_), m_.raised_boot_ms);
  if (m_.to_boot_ms < to_ms)
    return "it ends at " + seconds(m_.to_boot_ms) + ", and the records and observations go on to " +
           seconds(to_ms);
  return {};
}

void Verifier::check_window() {
  const std::string problem = window_problem();
  say("window", problem.empty(),
      problem.empty()
          ? "from " + seconds(m_.since_boot_ms - m_.from_boot_ms) + " before the condition to " +
                seconds(m_.to_boot_ms - m_.raised_boot_ms) +
                (m_.cleared_boot_ms ? " after the alarm was raised, beyond its end"
                                    : " after the alarm was raised; it stood still")
          : problem);
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

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::good:
      return "good";
    case Outcome::open:
      return "open";
    case Outcome::bad:
      return "bad";
  }
  return "bad";
}

Outcome Verdict::outcome() const {
  Outcome worst = checks.empty() ? Outcome::bad : Outcome::good;
  for (const Check& check : checks) worst = std::max(worst, check.outcome);
  return worst;
}

Verdict verify_evidence(const EvidenceView& bundle, const VerifyOptions& options) {
  return Verifier(bundle, options).run();
}

}  // namespace lujing::evidence
