#include "terminal/evidence/reproduce.h"

#include "terminal/journal/replay.h"

#include <algorithm>
#include <iterator>
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

bool begins_a_run(const protocol::Record& record) {
  return std::holds_alternative<protocol::BootRecord>(record.payload);
}

/// How far the bundle's records around the alarm are those that come out around it.
void follow_run(std::span<const protocol::Numbered> records, const RecordWindow& window,
                std::span<const protocol::Hash> said, const protocol::Hash& alarm,
                Reproduced& found) {
  const auto centre = std::find_if(records.begin(), records.end(), [&](const auto& numbered) {
    return protocol::digest(numbered.record) == alarm;
  });
  const auto out = std::find(said.begin(), said.end(), alarm);
  if (centre == records.end() || out == said.end()) return;
  const auto same_run = [&](const protocol::Record& record) {
    return record.stamp.boot_id == window.boot_id;
  };
  auto first = centre;
  auto said_first = out;
  while (first != records.begin() && !begins_a_run(first->record) &&
         same_run(std::prev(first)->record)) {
    found.departs_before = said_first == said.begin() ||
                           protocol::digest(std::prev(first)->record) != *std::prev(said_first);
    if (found.departs_before) break;
    --first;
    --said_first;
  }
  auto last = centre;
  auto said_last = out;
  while (std::next(last) != records.end() && std::next(said_last) != said.end() &&
         same_run(std::next(last)->record) && !begins_a_run(std::next(last)->record)) {
    found.departs_behind = protocol::digest(std::next(last)->record) != *std::next(said_last);
    if (found.departs_behind) break;
    ++last;
    ++said_last;
  }
  found.run_first = first->seq;
  found.run_last = last->seq;
}

}  // namespace

Result<Reproduced> reproduce(const std::string& journal_path, const protocol::Record& alarm,
                             std::span<const protocol::Numbered> records,
                             const RecordWindow& window,
                             std::shared_ptr<const core::DirectiveLibrary> bodies) {
  const protocol::Hash alarm_hash = protocol::digest(alarm);
  const auto& asked = std::get<protocol::AlarmRecord>(alarm.payload);
  Comparison comparison(records, window);
  Reproduced found;
  std::vector<protocol::Hash> all;  // an hour of a run takes about 120 KiB
  const auto sink = [&](const protocol::Numbered& said) {
    const protocol::Hash hash = protocol::digest(said.record);
    all.push_back(hash);
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
  follow_run(records, window, all, alarm_hash, found);
  return found;
}

}  // namespace lujing::evidence
