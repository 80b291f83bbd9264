#include "platform/ledger/impl.h"

#include "platform/ledger/chain_walk.h"
#include "platform/ledger/rows.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace lujing::ledger {

Result<void> Ledger::Impl::prepare() {
  const struct {
    Statement* statement;
    const char* sql;
  } all[] = {
      {&begin, "BEGIN IMMEDIATE"},
      {&commit, "COMMIT"},
      {&rollback, "ROLLBACK"},
      {&find_terminal,
       "SELECT id, vehicle_type, plate, software, last_received_utc_ms, records, point_epoch,"
       " point_seq, point_utc_ms, point_lat_e7, point_lon_e7, point_speed_cmps, point_course_cdeg,"
       " point_accuracy_dm, point_odometer_m, point_source, point_reason, state_utc_ms,"
       " state_moving, state_cover, state_hoist, state_load, state_work_bits, state_lat_e7,"
       " state_lon_e7 FROM terminal WHERE terminal_id = ?1"},
      {&add_terminal, "INSERT INTO terminal(terminal_id) VALUES(?1)"},
      {&write_terminal,
       "UPDATE terminal SET vehicle_type=?2, plate=?3, software=?4, last_received_utc_ms=?5,"
       " records=?6, point_epoch=?7, point_seq=?8, point_utc_ms=?9, point_lat_e7=?10,"
       " point_lon_e7=?11, point_speed_cmps=?12, point_course_cdeg=?13, point_accuracy_dm=?14,"
       " point_odometer_m=?15, point_source=?16, point_reason=?17, state_utc_ms=?18,"
       " state_moving=?19, state_cover=?20, state_hoist=?21, state_load=?22, state_work_bits=?23,"
       " state_lat_e7=?24, state_lon_e7=?25 WHERE id = ?1"},
      {&find_streams, "SELECT id, epoch, durable_seq, chain FROM stream WHERE terminal = ?1"},
      {&add_stream,
       "INSERT INTO stream(terminal, epoch, durable_seq, chain) VALUES(?1,?2,0,zeroblob(32))"},
      {&write_stream, "UPDATE stream SET durable_seq = ?2, chain = ?3 WHERE id = ?1"},
      {&add_batch,
       "INSERT INTO batch(stream, terminal, first_seq, last_seq, received_utc_ms,"
       " track_from_utc_ms, track_to_utc_ms, packed) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)"},
      {&batch_with,
       "SELECT packed FROM batch WHERE stream = ?1 AND last_seq >= ?2 ORDER BY last_seq LIMIT 1"},
      {&add_gap,
       "INSERT INTO gap(stream, first_seq, last_seq, noticed_utc_ms) VALUES(?1,?2,?3,?4)"},
  };
  for (const auto& [statement, sql] : all) {
    auto prepared = db.prepare(sql);
    if (!prepared) return prepared.error().in("ledger " + path);
    *statement = std::move(*prepared);
  }
  return derived.prepare(db);
}

Result<void> Ledger::Impl::ensure_transaction() {
  if (!db.autocommit()) return {};
  if (auto room = check_room(); !room) return room;
  return begin.run();
}

Result<void> Ledger::Impl::check_room() const {
  std::error_code error;
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const auto space = std::filesystem::space(folder, error);
  if (error || space.available >= options.min_free_bytes) return {};
  return Error("only " + std::to_string(space.available >> 20) + " MiB are free on its disk, " +
               std::to_string(options.min_free_bytes >> 20) +
               " are needed; nothing is taken until there is room");
}

Result<TerminalRow*> Ledger::Impl::terminal(const std::string& terminal_id) {
  if (const auto known = terminals.find(terminal_id); known != terminals.end())
    return &known->second;
  TerminalRow row;
  find_terminal.bind_text(1, terminal_id);
  auto found = find_terminal.step();
  if (!found) return found.error();
  if (*found) {
    if (auto r = read_terminal(row); !r) return r.error();
    find_terminal.reset();
    if (auto r = read_streams(row); !r) return r.error();
  } else {
    add_terminal.bind_text(1, terminal_id);
    if (auto r = add_terminal.run(); !r) return r.error();
    row.id = db.last_row_id();
  }
  return &terminals.emplace(terminal_id, std::move(row)).first->second;
}

Result<void> Ledger::Impl::read_terminal(TerminalRow& row) {
  const auto& q = find_terminal;
  row.id = q.integer(0);
  row.vehicle_type = q.text(1);
  row.plate = q.text(2);
  row.software = q.text(3);
  row.last_received_utc_ms = q.integer(4);
  row.records = q.integer(5);
  row.point = point_from(q, 6);
  row.state_utc_ms = q.maybe_integer(17);
  row.state = state_from(q, 18);
  return {};
}

Result<void> Ledger::Impl::read_streams(TerminalRow& row) {
  find_streams.bind(1, row.id);
  while (true) {
    auto more = find_streams.step();
    if (!more) return more.error();
    if (!*more) return {};
    Stream stream;
    stream.id = find_streams.integer(0);
    stream.durable_seq = static_cast<std::uint64_t>(find_streams.integer(2));
    const auto chain = find_streams.blob(3);
    if (chain.size() == stream.chain->size()) {
      std::memcpy(stream.chain->data(), chain.data(), chain.size());
    } else {
      stream.chain.reset();
    }
    row.streams.emplace(static_cast<std::uint64_t>(find_streams.integer(1)), stream);
  }
}

Result<Stream*> Ledger::Impl::stream(TerminalRow& row, std::uint64_t epoch) {
  if (const auto known = row.streams.find(epoch); known != row.streams.end()) return &known->second;
  add_stream.bind(1, row.id).bind(2, static_cast<std::int64_t>(epoch));
  if (auto r = add_stream.run(); !r) return r.error();
  Stream stream;
  stream.id = db.last_row_id();
  return &row.streams.emplace(epoch, stream).first->second;
}

Result<void> Ledger::Impl::write_back() {
  for (TerminalRow* touched_row : touched) {
    TerminalRow& row = *touched_row;
    auto& w = write_terminal;
    w.bind(1, row.id).bind_text(2, row.vehicle_type).bind_text(3, row.plate);
    w.bind_text(4, row.software).bind(5, row.last_received_utc_ms).bind(6, row.records);
    bind_point(w, 7, row.point);
    w.bind(18, row.state_utc_ms);
    bind_state(w, 19, row.state);
    if (auto r = w.run(); !r) return r;
    for (auto& [epoch, stream] : row.streams) {
      if (!stream.dirty) continue;
      write_stream.bind(1, stream.id).bind(2, static_cast<std::int64_t>(stream.durable_seq));
      if (stream.chain) {
        write_stream.bind_blob(3, stream.chain->data(), stream.chain->size());
      } else {
        write_stream.bind_null(3);
      }
      if (auto r = write_stream.run(); !r) return r;
      stream.dirty = false;
    }
    row.dirty = false;
  }
  touched.clear();
  return {};
}

void Ledger::Impl::touch(TerminalRow& row) {
  if (!row.dirty) touched.push_back(&row);
  row.dirty = true;
}

void Ledger::Impl::give_up() {
  if (!db.autocommit()) (void)rollback.run();
  touched.clear();
  terminals.clear();
}

Result<std::optional<protocol::Hash>> Ledger::Impl::chain_at(const Stream& stream,
                                                             std::uint64_t seq) {
  if (seq == stream.durable_seq) return stream.chain;
  batch_with.bind(1, stream.id).bind(2, static_cast<std::int64_t>(seq));
  auto found = batch_with.step();
  if (!found) return found.error();
  if (!*found) return std::optional<protocol::Hash>();
  auto stored = protocol::decode(batch_with.blob(0));
  batch_with.reset();
  if (!stored) return stored.error().in("a stored batch");
  return ledger::chain_at(*stored, seq);
}

Result<void> Ledger::Impl::store(TerminalRow& row, Stream& stream, const protocol::Batch& batch,
                                 std::string_view packed, std::int64_t received_utc_ms) {
  std::optional<std::int64_t> from, to;
  for (const auto& numbered : batch.records) {
    const auto& utc = numbered.record.stamp.utc_ms;
    if (!utc || !std::holds_alternative<protocol::TrackPoint>(numbered.record.payload)) continue;
    from = from ? std::min(*from, *utc) : *utc;
    to = to ? std::max(*to, *utc) : *utc;
  }
  add_batch.bind(1, stream.id).bind(2, row.id);
  add_batch.bind(3, static_cast<std::int64_t>(batch.first_seq));
  add_batch.bind(4, static_cast<std::int64_t>(batch.last_seq)).bind(5, received_utc_ms);
  add_batch.bind(6, from).bind(7, to).bind_blob(8, packed.data(), packed.size());
  if (auto r = add_batch.run(); !r) return r;

  const Origin origin{row.id, batch.epoch, received_utc_ms, options.live_ms};
  if (auto r = derived.apply(origin, batch.records, row); !r) return r;
  row.records += static_cast<std::int64_t>(batch.records.size());
  row.last_received_utc_ms = received_utc_ms;
  touch(row);
  stream.durable_seq = batch.last_seq;
  stream.chain = batch.chain_after;
  stream.dirty = true;
  return {};
}

}  // namespace lujing::ledger
