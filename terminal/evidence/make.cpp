#include "terminal/evidence/make.h"

#include "protocol/batch.h"
#include "protocol/directive.h"
#include "terminal/directives/folder.h"
#include "terminal/directives/whole_file.h"
#include "terminal/evidence/checkpoints.h"
#include "terminal/evidence/piece.h"
#include "terminal/evidence/reproduce.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace lujing::evidence {
namespace {

using protocol::AlarmRecord;
using protocol::EvidenceManifest;
using protocol::EvidencePart;

constexpr std::array<std::int64_t, 4> warm_ups_ms{0, 300'000, 900'000, 3'600'000};
constexpr std::uint64_t max_head_bytes = 4096;

/// The packed batches that hold the window, and what stands in them.
struct Chosen {
  std::vector<std::string> packed;
  std::vector<protocol::Numbered> records;
  protocol::Numbered alarm;
};

/// Some of the batch lies in the window: it is taken whole, as it was written.
bool touches(const protocol::Batch& batch, std::uint64_t boot_id, std::int64_t from_ms,
             std::int64_t to_ms) {
  return std::any_of(batch.records.begin(), batch.records.end(), [&](const auto& numbered) {
    const protocol::Stamp& stamp = numbered.record.stamp;
    return stamp.boot_id == boot_id && stamp.boot_ms >= from_ms && stamp.boot_ms <= to_ms;
  });
}

class Maker {
 public:
  explicit Maker(const MakeInputs& inputs)
      : in_(inputs), trial_(inputs.scratch + "/trial-" + file_name(inputs.alarm) + ".ljj") {}
  ~Maker() { std::remove(trial_.c_str()); }
  Maker(const Maker&) = delete;
  Maker& operator=(const Maker&) = delete;

  Result<Made> make() {
    if (auto chosen = choose_records(); !chosen) return chosen.error();
    auto run = find_run(in_.journal, in_.alarm.boot_id, m_.raised_boot_ms);
    if (!run) return run.error();
    m_.to_boot_ms = std::min(m_.to_boot_ms, std::max(run->end.ms(), m_.raised_boot_ms));
    m_.from_boot_ms = std::max(m_.from_boot_ms, run->begin.ms());
    if (auto found = find_piece(*run); !found) return found.error();
    return bundle();
  }

 private:
  Result<void> choose_records();
  Result<void> choose_batches(const std::vector<protocol::Batch>& batches);
  void reach_checkpoint(const std::vector<protocol::Batch>& batches, std::vector<bool>& taken);
  Result<void> find_piece(const Run& run);
  Result<Reproduced> try_piece(const Run& run, std::optional<std::int64_t> from_ms);
  /// As far as the records go, which come in whole batches: those behind the window are led to,
  /// too.
  std::int64_t journal_to_ms() const {
    const protocol::Stamp& last = chosen_.records.back().record.stamp;
    return last.boot_id == m_.boot_id ? std::max(m_.to_boot_ms, last.boot_ms) : m_.to_boot_ms;
  }
  void gather_directives();
  Result<Made> bundle();
  void add_part(EvidencePart part, std::string name, std::string bytes);

  const MakeInputs& in_;
  std::string trial_;
  EvidenceManifest m_;
  Chosen chosen_;
  Piece piece_;
  std::shared_ptr<Bodies> bodies_;
  std::vector<std::pair<std::string, std::string>> body_parts_;  ///< by kind's name
  std::vector<std::pair<std::string, std::string>> head_parts_;
  std::vector<std::string> checkpoints_;  ///< the files
  std::vector<std::string> parts_;
  std::string instead_;
  int tries_ = 0;
};

Result<void> Maker::choose_records() {
  std::vector<protocol::Batch> batches;
  bool found = false;
  for (const std::string& packed : in_.records) {
    auto batch = protocol::decode(packed);
    if (!batch) return batch.error().in("the records");
    for (const protocol::Numbered& numbered : batch->records) {
      if (found && !m_.cleared_boot_ms &&
          is_alarm(numbered.record, in_.alarm, protocol::AlarmState::cleared)) {
        m_.cleared_boot_ms = numbered.record.stamp.boot_ms;
      }
      if (found || !is_alarm(numbered.record, in_.alarm, protocol::AlarmState::raised)) continue;
      chosen_.alarm = numbered;
      found = true;
    }
    batches.push_back(std::move(*batch));
  }
  if (!found) return Error("alarm " + file_name(in_.alarm) + " is not among the records");
  const auto& alarm = std::get<AlarmRecord>(chosen_.alarm.record.payload);
  m_.rule = alarm.rule;
  m_.rule_set = alarm.rule_set;
  m_.boot_id = in_.alarm.boot_id;
  m_.since_boot_ms = alarm.since_boot_ms;
  m_.raised_boot_ms = chosen_.alarm.record.stamp.boot_ms;
  m_.raised_utc_ms = chosen_.alarm.record.stamp.utc_ms;
  m_.from_boot_ms = m_.since_boot_ms - window_ms;
  const std::int64_t longest_ms = m_.raised_boot_ms + longest_life_ms;
  if (m_.cleared_boot_ms && *m_.cleared_boot_ms > longest_ms) m_.cleared_boot_ms.reset();
  m_.to_boot_ms = window_end_ms(m_);
  m_.alarm_seq = chosen_.alarm.seq;
  return choose_batches(batches);
}

Result<void> Maker::choose_batches(const std::vector<protocol::Batch>& batches) {
  std::vector<bool> taken(batches.size());
  for (std::size_t i = 0; i < batches.size(); ++i) {
    taken[i] = touches(batches[i], m_.boot_id, m_.from_boot_ms, m_.to_boot_ms);
    // The one before shows that nothing of the window is left out at its begin.
    if (i > 0 && taken[i] && !taken[i - 1]) taken[i - 1] = batches[i - 1].epoch == batches[i].epoch;
  }
  reach_checkpoint(batches, taken);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const protocol::Batch& batch = batches[i];
    if (!taken[i]) continue;
    if (chosen_.packed.empty()) {
      m_.epoch = batch.epoch;
      m_.first_seq = batch.first_seq;
      m_.chain_before = batch.chain_before;
    } else if (batch.epoch != m_.epoch || batch.first_seq != m_.last_seq + 1) {
      return Error("the records around the alarm do not follow on each other");
    }
    m_.last_seq = batch.last_seq;
    m_.chain_after = batch.chain_after;
    chosen_.packed.push_back(in_.records[i]);
    for (const protocol::Numbered& numbered : batch.records) {
      chosen_.records.push_back(numbered);
    }
  }
  // The journal may go on for a while where no record has been written down yet.
  const protocol::Stamp& last = chosen_.records.back().record.stamp;
  if (last.boot_id == m_.boot_id) {
    m_.to_boot_ms = std::min(m_.to_boot_ms, std::max(last.boot_ms - 1, m_.raised_boot_ms));
  }
  return {};
}

/// The records begin where the last checkpoint before the alarm was signed, if they are still held
/// from there on. The first one that holds the alarm's own record comes with them, if there is one.
void Maker::reach_checkpoint(const std::vector<protocol::Batch>& batches,
                             std::vector<bool>& taken) {
  const auto first_taken = std::find(taken.begin(), taken.end(), true);
  if (first_taken == taken.end() || in_.checkpoints.empty()) return;
  const auto first = static_cast<std::size_t>(first_taken - taken.begin());
  std::size_t back = first;
  while (back > 0 && batches[back - 1].epoch == batches[first].epoch &&
         batches[back - 1].last_seq + 1 == batches[back].first_seq) {
    --back;
  }
  std::uint64_t last = m_.alarm_seq;
  for (std::size_t i = first; i < batches.size(); ++i) {
    if (taken[i] && batches[i].epoch == batches[first].epoch)
      last = std::max(last, batches[i].last_seq);
  }
  auto around = checkpoints_around(in_.checkpoints, batches[first].epoch,
                                   {batches[back].first_seq - 1, m_.alarm_seq, last},
                                   m_.raised_utc_ms, in_.made);
  if (around.after) checkpoints_.push_back(std::move(around.after->file));
  if (!around.before) return;
  const std::uint64_t seq = around.before->seq;
  checkpoints_.insert(checkpoints_.begin(), std::move(around.before->file));
  for (std::size_t i = first; i > back && batches[i].first_seq > seq + 1; --i) taken[i - 1] = true;
}

/// The shortest piece that leads to the alarm and to all other records of the window; where none
/// does, the one that leads to the alarm and to most of them.
Result<void> Maker::find_piece(const Run& run) {
  std::vector<std::optional<std::int64_t>> begins;
  for (const std::int64_t warm_up : warm_ups_ms) {
    if (m_.from_boot_ms - warm_up > run.begin.ms()) begins.emplace_back(m_.from_boot_ms - warm_up);
  }
  begins.emplace_back(std::nullopt);
  std::optional<std::size_t> best;
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    auto said = try_piece(run, begins[i]);
    if (!said) return said.error();
    if (!said->same_alarm) continue;
    if (said->all()) return {};
    if (best && said->same_records <= most) continue;
    best = i;
    most = said->same_records;
  }
  if (!best)
    return Error("the journal does not lead to the same alarm" +
                 (run.whole ? std::string() : " (its begin has been given up for room)") +
                 (instead_.empty() ? ": it raises none" : "; it raises " + instead_));
  if (*best + 1 == begins.size()) return {};
  auto again = try_piece(run, begins[*best]);
  return again ? Result<void>() : Result<void>(again.error());
}

Result<Reproduced> Maker::try_piece(const Run& run, std::optional<std::int64_t> from_ms) {
  ++tries_;
  std::remove(trial_.c_str());
  auto piece = write_piece(run, from_ms, journal_to_ms(), trial_);
  if (!piece) return piece.error();
  piece_ = std::move(*piece);
  gather_directives();
  auto said = reproduce(trial_, chosen_.alarm.record, chosen_.records,
                        {m_.boot_id, m_.from_boot_ms, m_.to_boot_ms}, bodies_);
  if (said) instead_ = said->instead;
  return said;
}

void Maker::gather_directives() {
  bodies_ = std::make_shared<Bodies>();
  // What is too large for the bundle is judged with all the same: verify is given it, too.
  bodies_->beside(std::make_shared<directives::FolderLibrary>(in_.directives));
  body_parts_.clear();
  head_parts_.clear();
  m_.directives.clear();
  for (const hal::DirectiveInForce& told : piece_.directives) {
    if (m_.directives.size() >= most_evidence_directives) break;
    const std::string name = to_string(told.kind);
    m_.directives.push_back({name, told.version, told.sha256});
    auto body = directives::read_whole(directives::body_path(in_.directives, told.sha256),
                                       largest_body_bytes);
    if (told.sha256 != sha256_of_nothing && body && protocol::sha256_of(*body) == told.sha256) {
      bodies_->put(told.sha256, *body);
      body_parts_.emplace_back(name, std::move(*body));
    }
    auto head = directives::read_whole(in_.directives + "/" + name + ".directive", max_head_bytes);
    const auto read = head ? protocol::parse_directive_head(*head)
                           : Result<protocol::DirectiveHead>(head.error());
    if (read && read->sha256 == told.sha256) head_parts_.emplace_back(name, std::move(*head));
  }
}

void Maker::add_part(EvidencePart part, std::string name, std::string bytes) {
  m_.parts.push_back({part, std::move(name), bytes.size(), protocol::sha256(bytes)});
  parts_.push_back(std::move(bytes));
}

Result<Made> Maker::bundle() {
  auto signer = protocol::evidence_subject(in_.certificate_pem);
  if (!signer) return signer.error();
  if (*signer != piece_.terminal)
    return Error("the certificate is " + *signer + "'s, and the journal is " + piece_.terminal +
                 "'s; give " + piece_.terminal + "'s own certificate and key");
  m_.terminal = *signer;
  auto journal = directives::read_whole(trial_, protocol::max_evidence_bytes / 2);
  if (!journal) return journal.error();
  m_.software = piece_.software;
  m_.begin_boot_ms = piece_.begin_boot_ms;
  m_.whole_run = piece_.whole_run;
  m_.observations = piece_.observations;
  m_.made_utc_ms = in_.made.ms;
  add_part(EvidencePart::certificate, {}, in_.certificate_pem);
  for (std::string& file : checkpoints_) add_part(EvidencePart::checkpoint, {}, std::move(file));
  for (std::string& packed : chosen_.packed) add_part(EvidencePart::records, {}, std::move(packed));
  add_part(EvidencePart::journal, {}, std::move(*journal));
  for (auto& [name, body] : body_parts_) add_part(EvidencePart::body, name, std::move(body));
  for (auto& [name, head] : head_parts_) add_part(EvidencePart::head, name, std::move(head));
  if (m_.parts.size() > protocol::max_evidence_parts)
    return Error("it would have more than " + std::to_string(protocol::max_evidence_parts) +
                 " parts");
  const std::string text = protocol::to_text(m_);
  auto signature = protocol::sign_evidence(in_.key_pem, text);
  if (!signature) return signature.error().in("the terminal's key");
  if (!protocol::evidence_signed_by(in_.certificate_pem, text, *signature))
    return Error("the key does not belong to the certificate of " + *signer +
                 "; give the two that were issued together");
  Made made{m_, protocol::write_evidence(text, *signature, parts_), tries_};
  if (made.bytes.size() > protocol::max_evidence_bytes)
    return Error("it would be larger than " + std::to_string(protocol::max_evidence_bytes >> 20) +
                 " MiB");
  return made;
}

}  // namespace

Result<Made> make_evidence(const MakeInputs& inputs) {
  return Maker(inputs).make();
}

std::vector<FoundAlarm> alarms_in(const std::vector<std::string>& records) {
  std::vector<FoundAlarm> found;
  for (const std::string& packed : records) {
    const auto batch = protocol::decode(packed);
    if (!batch) continue;
    for (const auto& [seq, record] : batch->records) {
      const auto* alarm = std::get_if<AlarmRecord>(&record.payload);
      if (alarm == nullptr) continue;
      const AlarmId id{record.stamp.boot_id, alarm->rule, alarm->since_boot_ms};
      if (alarm->state == protocol::AlarmState::cleared) {
        for (FoundAlarm& raised : found) {
          if (raised.id == id) raised.cleared_boot_ms = record.stamp.boot_ms;
        }
      }
      if (alarm->state != protocol::AlarmState::raised) continue;
      found.push_back({id, batch->epoch, seq, record.stamp.boot_ms, record.stamp.utc_ms, {}});
    }
  }
  return found;
}

std::string file_name(const AlarmId& alarm) {
  char boot[17] = {};
  std::snprintf(boot, sizeof boot, "%016llx", static_cast<unsigned long long>(alarm.boot_id));
  std::string rule = alarm.rule;
  for (char& c : rule) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!plain) c = '-';
  }
  return rule + "-" + boot + "-" + std::to_string(alarm.since_boot_ms) + ".lje";
}

bool is_alarm(const protocol::Record& record, const AlarmId& id, protocol::AlarmState state) {
  const auto* alarm = std::get_if<AlarmRecord>(&record.payload);
  return alarm != nullptr && alarm->state == state && record.stamp.boot_id == id.boot_id &&
         alarm->rule == id.rule && alarm->since_boot_ms == id.since_boot_ms;
}

std::int64_t window_end_ms(const EvidenceManifest& manifest) {
  return manifest.cleared_boot_ms ? *manifest.cleared_boot_ms + window_ms
                                  : manifest.raised_boot_ms + longest_life_ms;
}

}  // namespace lujing::evidence
