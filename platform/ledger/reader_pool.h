// Connections for readers: made when wanted, kept for the next one.
#pragma once

#include "base/result.h"
#include "platform/ledger/sqlite.h"

#include <mutex>
#include <string>
#include <vector>

namespace lujing::ledger {

class ReaderPool {
 public:
  explicit ReaderPool(std::string path) : path_(std::move(path)) {}

  /// One connection, for as long as this lives.
  class Lease {
   public:
    Lease(ReaderPool& pool, Database db) : pool_(&pool), db_(std::move(db)) {}
    Lease(Lease&& other) noexcept : pool_(other.pool_), db_(std::move(other.db_)) {
      other.pool_ = nullptr;
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->give_back(std::move(db_));
    }
    Database* operator->() { return &db_; }
    Database& operator*() { return db_; }

   private:
    ReaderPool* pool_;
    Database db_;
  };

  Result<Lease> take();

 private:
  void give_back(Database db);

  std::string path_;
  std::mutex mutex_;
  std::vector<Database> idle_;
};

}  // namespace lujing::ledger
