#include "terminal/evidence/reproduce.h"

#include "terminal/journal/replay.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lujing::evidence {
namespace {

constexpr std::size_t most_beyond = 10;

/// The window's records as the bundle tells them, against those that come out.
class Comparison {
 public:
  Comparison(std::span<const protocol::Numbered> records, const RecordWindow& window)
      : window_(window) {
    for (const protocol::Numbered& numbered : records) {
      if (!window_.holds(numbered.record)) continue;
      const protocol::Hash hash = protocol::digest(numbered.record);
      order_.emplace_back(hash, numbered.seq);
      left_.emplace(hash, numbered.seq);
    }
  }

  void take(const protocol::Record& record, const protocol::Hash& hash, Reproduced& found) {
    if (!window_.holds(record)) return;
    if (next_ < order_.size() && order_[next_].first != hash && !found.moved)
      found.moved = order_[next_].second;
    ++next_;
    if (const auto at = left_.find(hash); at != left_.end()) {
      left_.erase(at);
      ++found.same_records;
    } else if (found.beyond.size() < most_beyond) {
      found.beyond.push_back(protocol::to_json(record));
    }
  }

  void finish(Reproduced& found) const {
    for (const auto& [hash, seq] : left_) found.missing.push_back(seq);
    std::sort(found.missing.begin(), found.missing.end());
    // What is missing moves all that follows.
    if (!found.missing.empty() || !found.beyond.empty()) found.moved.reset();
  }

 private:
  RecordWindow window_;
  std::vector<std::pair<protocol::Hash, std::uint64_t>> order_;
  std::multimap<protocol::Hash, std::uint64_t> left_;
  std::size_t next_ = 0;
};

}  // namespace

Result<Reproduced> reproduce(const std::string& journal_path, const protocol::Record& alarm,
                             std::span<const protocol::Numbered> records,
                             const RecordWindow& window,
                             std::shared_ptr<const core::DirectiveLibrary> bodies) {
  const protocol::Hash alarm_hash = protocol::digest(alarm);
  const auto& asked = std::get<protocol::AlarmRecord>(alarm.payload);
  Comparison comparison(records, window);
  Reproduced found;
  const auto sink = [&](const protocol::Numbered& said) {
    const protocol::Hash hash = protocol::digest(said.record);
    found.same_alarm = found.same_alarm || hash == alarm_hash;
    comparison.take(said.record, hash, found);
    const auto* other = std::get_if<protocol::AlarmRecord>(&said.record.payload);
    if (other != nullptr && other->rule == asked.rule && other->state == asked.state)
      found.instead = protocol::to_json(said.record);
  };
  auto done = journal::replay(journal_path, sink, {}, std::move(bodies));
  if (!done) return done.error();
  if (found.same_alarm) found.instead.clear();
  comparison.finish(found);
  return found;
}

}  // namespace lujing::evidence
