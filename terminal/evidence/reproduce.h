// Does a piece of a journal lead the core to the same alarm, byte for byte?
#pragma once

#include "base/result.h"
#include "protocol/batch.h"
#include "terminal/core/directive/library.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lujing::evidence {

/// In a manifest: more than this are never told in one boot, but by a mistake.
inline constexpr std::size_t most_evidence_directives = 64;

/// The bodies that a bundle has, and no other; or those of a folder beside.
class Bodies : public core::DirectiveLibrary {
 public:
  void put(const Sha256& sha256, std::string body) {
    held_[sha256] = std::make_shared<const std::string>(std::move(body));
  }
  /// Asked for what is not held.
  void beside(std::shared_ptr<const core::DirectiveLibrary> other) { other_ = std::move(other); }
  core::DirectiveBody find(const Sha256& sha256) const override {
    const auto at = held_.find(sha256);
    if (at != held_.end()) return at->second;
    return other_ == nullptr ? nullptr : other_->find(sha256);
  }

 private:
  std::map<Sha256, core::DirectiveBody> held_;
  std::shared_ptr<const core::DirectiveLibrary> other_;
};

/// Of one boot; both ends within.
struct RecordWindow {
  std::uint64_t boot_id = 0;
  std::int64_t from_boot_ms = 0;
  std::int64_t to_boot_ms = 0;
  bool holds(const protocol::Record& record) const {
    return record.stamp.boot_id == boot_id && record.stamp.boot_ms >= from_boot_ms &&
           record.stamp.boot_ms <= to_boot_ms;
  }
};

struct Reproduced {
  bool same_alarm = false;
  std::string instead;                 ///< the alarm of that rule that came in its place, as JSON
  std::uint64_t same_records = 0;      ///< of the window's came out byte for byte
  std::vector<std::uint64_t> missing;  ///< of them did not, by number, ascending
  std::vector<std::string> beyond;     ///< came out and are none of them, as JSON; the first few
  /// The first that came out in another place of the order; where all came out and nothing else.
  std::optional<std::uint64_t> moved;
  /// Beyond the window, too: from which record to which all came out around the alarm, one behind
  /// the other, nothing between; 0: not even the alarm.
  std::uint64_t run_first = 0;
  std::uint64_t run_last = 0;
  /// Before it, behind it, the bundle's next record of the same run is not the one that comes out.
  bool departs_before = false;
  bool departs_behind = false;
  /// All of the window, and nothing but that.
  bool all() const { return same_alarm && missing.empty() && beyond.empty() && !moved; }
};

/// `alarm` is one of `records`; those that lie in the window are compared. An error: the journal
/// does not read, or its configuration.
Result<Reproduced> reproduce(const std::string& journal_path, const protocol::Record& alarm,
                             std::span<const protocol::Numbered> records,
                             const RecordWindow& window,
                             std::shared_ptr<const core::DirectiveLibrary> bodies);

}  // namespace lujing::evidence
