#include "terminal/outbox/thinning.h"

#include "terminal/outbox/pending.h"

#include <utility>
#include <vector>

namespace lujing::outbox {
namespace {

constexpr std::uint64_t keep_one_point_in = 8;

bool given_up(const protocol::Numbered& numbered, int level) {
  const int value = worth(numbered.record.payload);
  if (level == 1) return value == 0 && numbered.seq % keep_one_point_in != 0;
  // What tells of thinning is itself worth as much as an alarm: the last level only.
  if (std::holds_alternative<protocol::ThinnedRecord>(numbered.record.payload))
    return level >= max_thin_level;
  return value <= level - 2;
}

void add_hole(std::vector<protocol::Hole>& holes, const protocol::Hole& hole) {
  if (!holes.empty() && holes.back().last_seq + 1 == hole.first_seq) {
    holes.back().last_seq = hole.last_seq;
    holes.back().chain_after = hole.chain_after;
  } else {
    holes.push_back(hole);
  }
}

}  // namespace

std::uint64_t thin(protocol::Batch& batch, int level) {
  std::vector<protocol::Numbered> kept;
  std::vector<protocol::Hole> holes;
  protocol::Hash chain = batch.chain_before;
  std::uint64_t gone = 0;
  auto hole = batch.holes.begin();
  auto holes_before = [&](std::uint64_t seq) {
    for (; hole != batch.holes.end() && hole->first_seq < seq; ++hole) {
      add_hole(holes, *hole);
      chain = hole->chain_after;
    }
  };
  for (auto& numbered : batch.records) {
    holes_before(numbered.seq);
    chain = protocol::chain_next(chain, protocol::digest(numbered.record));
    if (given_up(numbered, level)) {
      add_hole(holes, {numbered.seq, numbered.seq, chain});
      ++gone;
    } else {
      kept.push_back(std::move(numbered));
    }
  }
  holes_before(UINT64_MAX);
  batch.records = std::move(kept);
  batch.holes = std::move(holes);
  return gone;
}

}  // namespace lujing::outbox
