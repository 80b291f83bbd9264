// Alarms between the live lane and the books.
//
// A terminal with a backlog tells its newest alarms ahead of the books, which learn of them only
// when the backlog has been worked off. The overlay holds what is known of them until then, so that
// the page shows an alarm when it is raised and not an hour later. Not thread safe: LiveState
// guards it.
#pragma once

#include "platform/ledger/ledger.h"
#include "protocol/batch.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace lujing::dispatch {

/// The record that raised the alarm.
struct AlarmKey {
  std::string terminal_id;
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
  bool operator<(const AlarmKey& other) const {
    return std::tie(terminal_id, epoch, seq) < std::tie(other.terminal_id, other.epoch, other.seq);
  }
};
AlarmKey key_of(const ledger::StoredAlarm& alarm);

class AlarmOverlay {
 public:
  explicit AlarmOverlay(std::int64_t live_s) : live_s_(live_s) {}

  /// Remembers without reporting: what the books held at the start.
  void seed(const std::vector<ledger::StoredAlarm>& booked);
  /// A record of the live lane; alarms and boots matter, others are passed over. Returns whether
  /// something changed.
  bool live(const std::string& terminal_id, std::uint64_t epoch, const protocol::Numbered& numbered,
            std::int64_t received_utc_ms);
  /// What the books say now (everything open, and the newest). Returns what is new or different.
  std::vector<ledger::StoredAlarm> booked(const std::vector<ledger::StoredAlarm>& now);
  /// Open alarms that were reported and that the books' answer `now` does not mention any more.
  bool misses_open(const std::vector<ledger::StoredAlarm>& now) const;
  /// Live changes since the last call.
  std::vector<ledger::StoredAlarm> take_live_changes();

  /// The books' answer corrected by what is known beyond it.
  std::vector<ledger::StoredAlarm> merged(std::vector<ledger::StoredAlarm> booked,
                                          bool open_only) const;
  /// Open alarms of each terminal.
  const std::map<std::string, std::size_t>& open_counts() const { return open_counts_; }

 private:
  struct Ahead {
    ledger::StoredAlarm alarm;
    std::uint64_t boot_id = 0;
    std::int64_t since_boot_ms = 0;
  };
  static constexpr std::size_t max_ahead = 4096;       ///< alarms known from the live lane only
  static constexpr std::size_t max_seen_live = 16384;  ///< remembered so as not to call them late

  bool raise(const std::string& terminal_id, std::uint64_t epoch,
             const protocol::Numbered& numbered, std::int64_t received_utc_ms);
  bool clear(const std::string& terminal_id, std::uint64_t epoch,
             const protocol::Numbered& numbered);
  bool end_open_of(const std::string& terminal_id, std::uint64_t epoch, std::uint64_t before_seq,
                   std::uint64_t boot_id);
  void change(const AlarmKey& key, const Ahead& ahead);
  ledger::StoredAlarm corrected(ledger::StoredAlarm booked) const;
  void recount();

  std::int64_t live_s_;
  std::map<AlarmKey, ledger::StoredAlarm> reported_;  ///< the books' newest and open, as last told
  std::map<AlarmKey, Ahead> ahead_;
  std::set<AlarmKey> seen_live_;
  std::set<AlarmKey> changed_;
  std::map<std::string, std::size_t> open_counts_;
};

}  // namespace lujing::dispatch
