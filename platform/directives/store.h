// The platform's directives: what was signed, for whom it is meant, and what became of it. One
// SQLite file beside the ledger, DATA_DIR/directives.db.
//
// The platform and `lujing-ctl directive` open it at the same time, each with a connection of its
// own; who may write the file may send directives, but only who has the authority's key can sign
// one that a terminal takes.
#pragma once

#include "base/result.h"
#include "platform/ledger/sqlite.h"
#include "protocol/directive.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lujing::directives {

struct Entry {
  protocol::DirectiveHead head;
  std::vector<std::string> targets;
  std::string note;  ///< for people
  std::int64_t created_utc_ms = 0;
};

/// A terminal's last word on one version.
struct Verdict {
  std::string terminal_id;
  std::string name;
  std::uint64_t version = 0;
  bool applied = false;
  std::string reason;
  std::string software;  ///< that said so
  std::int64_t utc_ms = 0;
};

/// Not thread safe: a connection for each thread.
class Store {
 public:
  static Result<Store> open(const std::string& path);

  /// Durable when it returns. A version that is there, or is not newer than all of that name, is
  /// refused.
  Result<void> put(const Entry& entry, const std::string& body);
  /// 0: there is none yet.
  Result<std::uint64_t> newest_version(const std::string& name);
  /// By name, the newest first.
  Result<std::vector<Entry>> entries();
  Result<std::string> body(const std::string& name, std::uint64_t version);

  Result<void> set_group(const std::string& group, const std::set<std::string>& terminals);
  /// (group, terminal), in order.
  Result<std::vector<std::pair<std::string, std::string>>> groups();

  Result<void> note(const Verdict& verdict);
  /// By name, version (newest first) and terminal.
  Result<std::vector<Verdict>> verdicts();

  /// Changes whenever another connection has changed the file.
  Result<std::int64_t> data_version();

 private:
  explicit Store(ledger::Database db) : db_(std::move(db)) {}
  ledger::Database db_;
};

}  // namespace lujing::directives
