#include "platform/ledger/reader_pool.h"

#include "platform/ledger/schema.h"

namespace lujing::ledger {

namespace {
constexpr std::size_t kept_idle = 8;
}

Result<ReaderPool::Lease> ReaderPool::take() {
  {
    const std::lock_guard guard(mutex_);
    if (!idle_.empty()) {
      Lease lease(*this, std::move(idle_.back()));
      idle_.pop_back();
      return lease;
    }
  }
  auto db = open_reader(path_);
  if (!db) return db.error();
  return Lease(*this, std::move(*db));
}

void ReaderPool::give_back(Database db) {
  const std::lock_guard guard(mutex_);
  if (idle_.size() < kept_idle) idle_.push_back(std::move(db));
}

}  // namespace lujing::ledger
