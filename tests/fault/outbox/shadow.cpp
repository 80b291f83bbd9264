#include "tests/fault/outbox/shadow.h"

#include "protocol/chain.h"

#include <fmt/format.h>

#include <utility>

namespace lujing::test {
namespace {

constexpr std::size_t read_at_a_time = 60;

bool is_thinning(const protocol::Record& record) {
  return std::holds_alternative<protocol::ThinnedRecord>(record.payload);
}

}  // namespace

void Shadow::append(outbox::Outbox& box, std::vector<protocol::Record> records) {
  box.append(records);
  for (auto& record : records) under_way_.push_back(std::move(record));
}

std::string Shadow::committed(outbox::Outbox& box) {
  if (epoch_ == 0) epoch_ = box.stats().epoch;
  auto wrong = learn(box, false);
  if (wrong.empty() && !under_way_.empty())
    wrong = fmt::format("{} committed records are missing", under_way_.size());
  return wrong;
}

void Shadow::acknowledge(outbox::Outbox& box, std::uint64_t seq) {
  if (!box.acknowledge(epoch_, seq)) return;
  acknowledged_ = seq;
  held_.erase(held_.begin(), held_.upper_bound(seq));
}

/// Reads what is new and takes it over: it must be what was appended, with thinning records
/// between.
std::string Shadow::learn(outbox::Outbox& box, bool all_or_nothing) {
  const std::uint64_t end = box.stats().next_seq;
  if (end < next_seq_) return fmt::format("next_seq went back from {} to {}", next_seq_, end);
  std::size_t matched = 0;
  while (next_seq_ < end) {
    auto packed = box.read(next_seq_, read_at_a_time);
    if (!packed) return "read: " + packed.error().what();
    if (!*packed) return fmt::format("nothing at {}", next_seq_);
    auto batch = protocol::decode(**packed);
    if (!batch) return "decode: " + batch.error().what();
    if (batch->epoch != epoch_) return "the epoch changed";
    if (batch->first_seq != next_seq_ || !batch->holes.empty()) return "a new record has a hole";
    if (batch->chain_before != chain_[next_seq_ - 1])
      return "the chain is broken before new records";
    for (auto& numbered : batch->records) {
      if (!is_thinning(numbered.record)) {
        if (matched == under_way_.size() || !(numbered.record == under_way_[matched]))
          return fmt::format("record {} is not what was appended", numbered.seq);
        ++matched;
      }
      chain_[numbered.seq] =
          protocol::chain_next(chain_[numbered.seq - 1], protocol::digest(numbered.record));
      held_[numbered.seq] = std::move(numbered.record);
    }
    next_seq_ = batch->last_seq + 1;
  }
  if (all_or_nothing && matched != 0 && matched != under_way_.size())
    return fmt::format("{} of {} records of one commit", matched, under_way_.size());
  under_way_.erase(under_way_.begin(), under_way_.begin() + static_cast<std::ptrdiff_t>(matched));
  return {};
}

std::string Shadow::check(const protocol::Batch& batch) {
  if (batch.epoch != epoch_) return "the epoch changed";
  const auto before = chain_.find(batch.first_seq - 1);
  if (before == chain_.end() || before->second != batch.chain_before)
    return fmt::format("the chain is broken before {}", batch.first_seq);
  if (chain_[batch.last_seq] != batch.chain_after)
    return fmt::format("the chain is broken after {}", batch.last_seq);
  for (const auto& numbered : batch.records) {
    const auto mine = held_.find(numbered.seq);
    if (mine != held_.end() && !(mine->second == numbered.record))
      return fmt::format("record {} is another one", numbered.seq);
    ++checked_;
  }
  for (const auto& hole : batch.holes) {
    for (auto it = held_.lower_bound(hole.first_seq);
         it != held_.end() && it->first <= hole.last_seq; ++it)
      if (!std::holds_alternative<protocol::TrackPoint>(it->second.payload) &&
          !std::holds_alternative<protocol::HealthRecord>(it->second.payload))
        return fmt::format("record {} was thinned, a {}", it->first,
                           protocol::kind_name(it->second.payload));
  }
  return {};
}

std::string Shadow::reopened(outbox::Outbox& box) {
  if (epoch_ == 0) {  // nothing was ever committed: any epoch is good
    epoch_ = box.stats().epoch;
    chain_ = {{0, protocol::Hash{}}};
  }
  if (box.stats().epoch != epoch_) return "the epoch changed: " + box.stats().last_damage;
  const std::uint64_t committed_end = next_seq_;
  if (box.stats().next_seq < committed_end)
    return fmt::format("next_seq went back from {} to {}", next_seq_, box.stats().next_seq);
  if (auto wrong = learn(box, true); !wrong.empty()) return wrong;
  under_way_.clear();
  const std::uint64_t oldest = box.stats().oldest_seq;
  if (oldest > acknowledged_ + 1)
    return fmt::format("the oldest is {}, but only {} are acknowledged", oldest, acknowledged_);
  std::uint64_t at = oldest;
  while (at < committed_end) {
    auto packed = box.read(at, read_at_a_time);
    if (!packed) return "read: " + packed.error().what();
    if (!*packed) return fmt::format("nothing at {}", at);
    auto batch = protocol::decode(**packed);
    if (!batch) return "decode: " + batch.error().what();
    if (batch->first_seq > at || batch->last_seq < at) return fmt::format("a gap at {}", at);
    if (auto wrong = check(*batch); !wrong.empty()) return wrong;
    at = batch->last_seq + 1;
  }
  return {};
}

}  // namespace lujing::test
