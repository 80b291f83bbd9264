// Who else has signed or written down the same records: checkpoints, and the platform's books.
#include "base/time.h"
#include "terminal/evidence/verifier.h"

#include <algorithm>

namespace lujing::evidence {

/// Empty: the terminal signed it, and the records are those that it is about.
std::string Verifier::checkpoint_problem(const protocol::CheckpointView& view) const {
  const protocol::Checkpoint& c = view.checkpoint;
  if (!view.signed_by(in_.part(EvidencePart::certificate).value_or("")))
    return "it is not what the key of this certificate signed";
  if (c.terminal != m_.terminal) return "it is " + c.terminal + "'s";
  if (c.epoch != m_.epoch || c.seq + 1 < m_.first_seq || c.seq > m_.last_seq)
    return "record " + std::to_string(c.seq) + " is not among those of the bundle";
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
  const bool clock = c.made_utc_ms > clock_was_set_ms;
  if (clock && c.utc_ms && c.made_utc_ms < *c.utc_ms - most_utc_step_ms)
    return "it was signed before the record was made";
  if (clock && m_.made_utc_ms > clock_was_set_ms && c.made_utc_ms > m_.made_utc_ms)
    return "it was signed after the bundle was made";
  return {};
}

/// One up to before the alarm shows that these records stood when nobody knew that there would be
/// an alarm, if it was signed by then. One from the alarm's record on shows that the alarm itself
/// stood at that time.
void Verifier::check_checkpoint(const protocol::CheckpointView& view) {
  const std::string problem = checkpoint_problem(view);
  if (!problem.empty()) return say("checkpoint", false, problem);
  const protocol::Checkpoint& c = view.checkpoint;
  const bool clock = c.made_utc_ms > clock_was_set_ms;
  std::string said = "record " + std::to_string(c.seq) + " was signed " +
                     (clock ? "at " + to_iso8601(UtcTime{c.made_utc_ms})
                            : std::string("by a clock that was not set"));
  const std::int64_t late_ms = clock && m_.raised_utc_ms ? c.made_utc_ms - *m_.raised_utc_ms : 0;
  if (c.seq >= m_.alarm_seq) {
    checkpoint_seq_ = std::max(checkpoint_seq_, c.seq);
    said += late_ms > 0 ? ", " + seconds(late_ms) + " after the alarm was raised" : "";
    return say("checkpoint", true, said + "; it holds the alarm's own record");
  }
  said += ", " + std::to_string(m_.alarm_seq - c.seq) + " records before the alarm";
  if (late_ms > most_utc_step_ms)
    return say("checkpoint", Outcome::open,
               said + ", but " + seconds(late_ms) +
                   " after it was raised: that these records stood before, it does not show");
  checkpoint_seq_ = std::max(checkpoint_seq_, c.seq);
  say("checkpoint", true, said + "; the chain leads on from it");
}

void Verifier::check_checkpoints(bool read) {
  bool any = false;
  for (std::size_t i = 0; i < in_.parts.size(); ++i) {
    if (m_.parts[i].part != EvidencePart::checkpoint) continue;
    any = true;
    const auto view = protocol::read_checkpoint(in_.parts[i]);
    if (!view || !read) {
      say("checkpoint", false, view ? "the records do not read" : "damaged");
    } else {
      check_checkpoint(*view);
    }
  }
  if (any) return;
  if (booked_)
    return say("checkpoint", true, "none in the bundle; the platform's books stand in for it");
  say("checkpoint", Outcome::open,
      "the chain reaches no signed checkpoint but the bundle's own signature: who has the "
      "terminal's key could have made these records when he made the bundle; --ledger holds them "
      "against the platform's books");
}

void Verifier::check_books(bool read) {
  if (!options_.books) return;
  if (!read) return say("books", false, "the records do not read");
  const Result<Booked> booked = options_.books(m_);
  if (!booked) return say("books", Outcome::open, booked.error().what());
  std::size_t same = 0;
  for (const auto& [seq, record] : records_) {
    const auto at = booked->digests.find(seq);
    if (at == booked->digests.end()) continue;
    if (at->second != protocol::digest(record))
      return say("books", false, "record " + std::to_string(seq) + " is another in the books");
    ++same;
    in_books_.insert(seq);
    booked_ = booked_ || seq == m_.alarm_seq;
  }
  const std::string count =
      std::to_string(same) + " of the " + std::to_string(records_.size()) + " records";
  if (!booked_)
    return say("books", Outcome::open, "the alarm's record is not in the books; " + count + " are");
  const std::string same_as =
      "the platform received the same: " + count + ", the alarm's among them";
  if (booked->missing > 0)
    return say("books", Outcome::open,
               same_as + "; " + std::to_string(booked->missing) +
                   " are missing from its books: of those they say nothing");
  if (booked->beyond > 0)
    return say("books", Outcome::open,
               same_as + "; " + std::to_string(booked->beyond) +
                   " records of the alarm's window follow there: the bundle ends before it; cut it "
                   "again");
  say("books", true, same_as);
}

}  // namespace lujing::evidence
