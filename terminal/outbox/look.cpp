// Records that are read without being taken away: for an alarm's evidence.
#include "terminal/outbox/impl.h"
#include "terminal/outbox/outbox.h"

#include <algorithm>
#include <utility>

namespace lujing::outbox {
namespace {

/// Some hours of a vehicle that drives.
constexpr std::size_t most_rows_back = 1024;

}  // namespace

Result<std::vector<std::string>> Outbox::look_back(std::uint64_t boot_id, std::int64_t boot_ms) {
  if (!impl_->tables) return Error(impl_->options.path + ": cannot be opened now");
  std::vector<std::string> rows;
  bool boot_seen = false;
  std::uint64_t seq = impl_->tail.last_seq;
  while (seq > 0 && rows.size() < most_rows_back) {
    auto row = impl_->tables->covering(seq);
    if (!row) return row.error();
    if (!*row || (*row)->last_seq < seq) break;
    const auto batch = protocol::decode((*row)->packed);
    if (!batch) break;
    bool early = false;
    bool ours = false;
    for (const auto& [number, record] : batch->records) {
      ours = ours || record.stamp.boot_id == boot_id;
      early = early || (record.stamp.boot_id == boot_id && record.stamp.boot_ms <= boot_ms);
    }
    if (boot_seen && !ours) break;
    boot_seen = boot_seen || ours;
    seq = batch->first_seq - 1;
    rows.push_back(std::move((*row)->packed));
    if (early) break;
  }
  std::reverse(rows.begin(), rows.end());
  return rows;
}

Result<std::vector<std::string>> look_into(const std::string& path, std::size_t most_rows) {
  Trouble why = Trouble::none;
  auto database = Database::open(path, {}, Database::Mode::look, why);
  if (!database) return database.error();
  Statement statement(**database, "SELECT packed FROM batches ORDER BY first_seq DESC");
  std::vector<std::string> rows;
  if (auto started = statement.start(); !started) return started.error().in(path);
  while (rows.size() < most_rows) {
    auto more = statement.step();
    if (!more) return more.error().in(path);
    if (!*more) break;
    rows.push_back(statement.blob(0));
  }
  statement.reset();
  std::reverse(rows.begin(), rows.end());
  return rows;
}

}  // namespace lujing::outbox
