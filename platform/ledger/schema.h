// The ledger's file: how it is opened, made, recognised and refused. The tables: LEDGER.md.
#pragma once

#include "base/result.h"
#include "platform/ledger/sqlite.h"

#include <string>

namespace lujing::ledger {

/// Opens or creates the file for its one writer: WAL, synchronous=FULL. Refuses, with what to do, a
/// file of another program, of a newer version of this one, or one that is damaged.
Result<Database> open_books(const std::string& path);
/// A file without a byte is none of ours, whole or damaged: something cut it off, or a first start
/// was killed. SQLite would take it for a new one and drop what stands beside it; so it and that
/// are moved aside. Gives the new name; empty: there was nothing to move. For the owner only.
Result<std::string> move_empty_aside(const std::string& path);
/// One more connection that only reads.
Result<Database> open_reader(const std::string& path);
/// The same for those beside the platform: a file that is not there, or is not the books of this
/// version, is refused.
Result<Database> open_books_to_read(const std::string& path);

/// Held while a process owns the books: two writers would take each other's records for gaps.
class OwnerLock {
 public:
  static Result<OwnerLock> take(const std::string& path);
  OwnerLock() = default;
  OwnerLock(OwnerLock&& other) noexcept;
  OwnerLock& operator=(OwnerLock&& other) noexcept;
  OwnerLock(const OwnerLock&) = delete;
  OwnerLock& operator=(const OwnerLock&) = delete;
  ~OwnerLock();

 private:
  int fd_ = -1;
};

}  // namespace lujing::ledger
