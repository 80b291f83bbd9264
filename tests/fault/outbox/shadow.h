// What an outbox must still hold, kept beside it by a test.
#pragma once

#include "protocol/batch.h"
#include "terminal/outbox/outbox.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lujing::test {

class Shadow {
 public:
  /// Appends to both.
  void append(outbox::Outbox& box, std::vector<protocol::Record> records);
  /// commit() has returned without an error: all that was appended must be there now. "" or what is
  /// wrong.
  std::string committed(outbox::Outbox& box);
  /// Acknowledges some part of what is held, in both.
  void acknowledge(outbox::Outbox& box, std::uint64_t seq);
  /// After a cut: everything committed is there once, in sequence, unbroken; of what was under way
  /// all or nothing. "" or what is wrong. Forgets what was appended and is not there.
  std::string reopened(outbox::Outbox& box);

  std::uint64_t next_seq() const { return next_seq_; }
  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t records_checked() const { return checked_; }

 private:
  std::string learn(outbox::Outbox& box, bool all_or_nothing);
  std::string check(const protocol::Batch& batch);

  std::uint64_t epoch_ = 0;
  std::uint64_t next_seq_ = 1;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t checked_ = 0;
  std::map<std::uint64_t, protocol::Record> held_;
  std::map<std::uint64_t, protocol::Hash> chain_{{0, protocol::Hash{}}};  ///< h(seq)
  std::vector<protocol::Record> under_way_;
};

}  // namespace lujing::test
