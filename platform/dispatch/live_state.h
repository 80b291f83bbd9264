// What is the case now: the newest of each vehicle, and the alarms that changed since the last
// look.
//
// Fed by the gateway (any thread), read by the dispatch thread. The books (the ledger) stay the
// authority: this holds only what would be too slow or too late to ask them for.
#pragma once

#include "base/result.h"
#include "platform/ledger/ledger.h"
#include "protocol/batch.h"
#include "protocol/record.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lujing::dispatch {

/// The way on which records came. Both may bring the same record, in either order.
enum class Lane : std::uint8_t {
  booked,  ///< durable in the ledger; oldest first, so it may be hours behind
  live,    ///< the newest, ahead of the books, never stored
};

/// A vehicle as the page shows it.
struct VehicleView {
  struct Point {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::optional<std::int64_t> utc_ms;
    protocol::TrackPoint point;
  };
  struct State {
    std::uint64_t epoch = 0;  ///< 0: from the books, which do not tell it
    std::uint64_t seq = 0;
    std::optional<std::int64_t> utc_ms;
    protocol::VehicleState state;
  };
  std::string terminal_id, vehicle_type, plate, software;
  bool online = false;
  std::optional<std::int64_t> last_seen_utc_ms;
  std::optional<Point> point;
  std::optional<State> state;
  std::size_t open_alarms = 0;
};

struct AlarmView {
  ledger::StoredAlarm alarm;
  std::string plate;
};

struct Totals {
  std::uint64_t vehicles = 0;
  std::uint64_t online = 0;
  std::uint64_t records = 0;  ///< in the books
  double records_per_s = 0;   ///< booked, mean of the last ten seconds
};

struct Changes {
  std::vector<VehicleView> vehicles;
  std::vector<AlarmView> alarms;
};

class LiveState {
 public:
  /// `live_s`: an alarm that comes later than this after it happened is late, not live.
  explicit LiveState(std::int64_t live_s = 60);
  ~LiveState();
  LiveState(const LiveState&) = delete;
  LiveState& operator=(const LiveState&) = delete;

  /// Takes over what the books know. Once, before anything else.
  Result<void> seed(const ledger::Ledger& ledger);

  /// Who it is (plate, type, software) is looked up in the books soon after.
  void online(const std::string& terminal_id, std::int64_t utc_ms);
  void offline(const std::string& terminal_id, std::int64_t utc_ms);
  void records(const std::string& terminal_id, std::uint64_t epoch,
               std::span<const protocol::Numbered> records, Lane lane,
               std::int64_t received_utc_ms);

  std::vector<VehicleView> vehicles() const;  ///< ascending by terminal id
  std::optional<VehicleView> vehicle(const std::string& terminal_id) const;
  /// The books' alarms with what the live lane knows beyond them; newest first.
  Result<std::vector<AlarmView>> alarms(const ledger::Ledger& ledger, bool open_only,
                                        std::size_t limit) const;
  Totals totals(std::int64_t now_utc_ms) const;

  /// What changed since the last call; a vehicle at most once a second. Asks the ledger only where
  /// alarms were booked or a session began. For one caller.
  Changes take_changes(const ledger::Ledger& ledger, std::int64_t now_utc_ms);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::dispatch
