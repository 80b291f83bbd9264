#include "platform/ledger/ledger.h"

#include "platform/ledger/chain_walk.h"
#include "platform/ledger/impl.h"

namespace lujing::ledger {

namespace {

/// SQLite's integers end here; no terminal gets there by writing records.
constexpr std::uint64_t max_seq = INT64_MAX - 1;

}  // namespace

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Ledger::~Ledger() {
  rollback();
}

Result<std::unique_ptr<Ledger>> Ledger::open(const std::string& path, const Options& options) {
  auto impl = std::make_unique<Impl>(path);
  impl->options = options;
  auto lock = OwnerLock::take(path);
  if (!lock) return lock.error();
  impl->lock = std::move(*lock);
  auto aside = move_empty_aside(path);
  if (!aside) return aside.error();
  impl->moved_aside = *aside;
  auto db = open_books(path);
  if (!db) return db.error();
  impl->db = std::move(*db);
  if (auto prepared = impl->prepare(); !prepared) return prepared.error();
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

const std::string& Ledger::moved_aside() const {
  return impl_->moved_aside;
}

Result<void> Ledger::Impl::hello(const std::string& terminal_id, const std::string& vehicle_type,
                                 const std::string& plate, const std::string& software) {
  if (auto begun = ensure_transaction(); !begun) return begun;
  auto row = terminal(terminal_id);
  if (!row) return row.error();
  (*row)->vehicle_type = vehicle_type;
  (*row)->plate = plate;
  (*row)->software = software;
  touch(**row);
  return {};
}

Result<Position> Ledger::Impl::position(const std::string& terminal_id, std::uint64_t epoch) {
  if (auto begun = ensure_transaction(); !begun) return begun.error();
  auto row = terminal(terminal_id);
  if (!row) return row.error();
  const auto stream = (*row)->streams.find(epoch);
  if (stream == (*row)->streams.end()) return Position{};
  return Position{stream->second.durable_seq, stream->second.chain.value_or(protocol::Hash{})};
}

Result<bool> Ledger::Impl::accept_gap(const std::string& terminal_id, std::uint64_t epoch,
                                      std::uint64_t oldest_seq, std::int64_t now_utc_ms) {
  if (oldest_seq > max_seq) return Error("oldest_seq is beyond what can be counted");
  if (auto begun = ensure_transaction(); !begun) return begun.error();
  auto row = terminal(terminal_id);
  if (!row) return row.error();
  auto found = stream(**row, epoch);
  if (!found) return found.error();
  Stream& stream = **found;
  if (oldest_seq <= stream.durable_seq + 1) return false;
  add_gap.bind(1, stream.id).bind(2, static_cast<std::int64_t>(stream.durable_seq + 1));
  add_gap.bind(3, static_cast<std::int64_t>(oldest_seq - 1)).bind(4, now_utc_ms);
  if (auto added = add_gap.run(); !added) return added.error();
  stream.durable_seq = oldest_seq - 1;
  stream.chain.reset();
  stream.dirty = true;
  touch(**row);
  return true;
}

Result<Taken> Ledger::Impl::take(const std::string& terminal_id, const protocol::Batch& batch,
                                 std::string_view packed, std::int64_t received_utc_ms) {
  if (batch.first_seq == 0 || batch.first_seq > batch.last_seq || batch.last_seq > max_seq)
    return Taken::broken_chain;
  if (auto begun = ensure_transaction(); !begun) return begun.error();
  auto row = terminal(terminal_id);
  if (!row) return row.error();
  auto found = stream(**row, batch.epoch);
  if (!found) return found.error();
  Stream& stream = **found;

  if (batch.first_seq > stream.durable_seq + 1) return Taken::gap;
  if (batch.last_seq <= stream.durable_seq) {
    auto ours = chain_at(stream, batch.last_seq);
    if (!ours) return ours.error();
    return *ours && **ours != batch.chain_after ? Taken::broken_chain : Taken::duplicate;
  }
  // A terminal that did not hear of an acknowledgement sends again, perhaps cut at other places:
  // the part that is known must tell the same story, then only the rest is stored.
  const auto theirs = ledger::chain_at(batch, stream.durable_seq);
  if (theirs && stream.chain && *theirs != *stream.chain) return Taken::broken_chain;
  if (batch.first_seq == stream.durable_seq + 1) {
    if (auto r = store(**row, stream, batch, packed, received_utc_ms); !r) return r.error();
    return Taken::stored;
  }
  const auto link = stream.chain ? stream.chain : theirs;
  if (!link) return Taken::gap;  // a hole over a gap: nothing to hold on to
  const auto rest = tail(batch, stream.durable_seq, *link);
  const auto again = protocol::encode(rest);
  if (auto r = store(**row, stream, rest, again, received_utc_ms); !r) return r.error();
  return Taken::stored;
}

// After an error the transaction may be half done, or SQLite may have ended it by itself: what was
// taken is given up as a whole, so that the caches and the file never differ.

Result<void> Ledger::hello(const std::string& terminal_id, const std::string& vehicle_type,
                           const std::string& plate, const std::string& software) {
  return impl_->or_give_up(impl_->hello(terminal_id, vehicle_type, plate, software));
}

Result<Position> Ledger::position(const std::string& terminal_id, std::uint64_t epoch) {
  return impl_->or_give_up(impl_->position(terminal_id, epoch));
}

Result<bool> Ledger::accept_gap(const std::string& terminal_id, std::uint64_t epoch,
                                std::uint64_t oldest_seq, std::int64_t now_utc_ms) {
  return impl_->or_give_up(impl_->accept_gap(terminal_id, epoch, oldest_seq, now_utc_ms));
}

Result<Taken> Ledger::take(const std::string& terminal_id, const protocol::Batch& batch,
                           std::string_view packed, std::int64_t received_utc_ms) {
  return impl_->or_give_up(impl_->take(terminal_id, batch, packed, received_utc_ms));
}

Result<void> Ledger::commit() {
  if (impl_->db.autocommit()) return {};
  auto done = impl_->write_back();
  if (done) done = impl_->commit.run();
  return impl_->or_give_up(std::move(done));
}

void Ledger::rollback() {
  impl_->give_up();
}

}  // namespace lujing::ledger
