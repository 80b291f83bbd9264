// Made-up vehicles in a real ledger, for tests of what the page is told.
#pragma once

#include "platform/ledger/ledger.h"
#include "protocol/batch.h"
#include "protocol/record.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lujing::dispatch::testing {

/// A vehicle's terminal as far as the platform sees it: numbers and chains records into the books.
class FakeTerminal {
 public:
  FakeTerminal(ledger::Ledger& books, std::string id, std::string type, std::string plate,
               std::uint64_t epoch = 0x1000);

  void hello();
  /// Booked and committed. Returns what was booked, numbered.
  std::vector<protocol::Numbered> book(const std::vector<protocol::Record>& records,
                                       std::int64_t received_utc_ms);
  /// Numbered as they will be booked, without booking them.
  std::vector<protocol::Numbered> ahead(const std::vector<protocol::Record>& records) const;

  std::string id, type, plate;
  std::uint64_t epoch = 0;

 private:
  ledger::Ledger& books_;
  std::uint64_t next_seq_ = 1;
  protocol::Hash chain_{};
};

inline constexpr std::uint64_t boot_id = 77;

protocol::Stamp stamp(std::int64_t utc_ms);
protocol::Record point(std::int64_t utc_ms, GeoPoint at, double speed_kmh, double course_deg);
protocol::Record state(std::int64_t utc_ms, const protocol::VehicleState& now);
protocol::Record alarm(std::int64_t utc_ms, protocol::AlarmState change, std::int64_t since_boot_ms,
                       GeoPoint at, const std::string& detail = "cover=open load=full");
protocol::Record boot(std::int64_t utc_ms);
protocol::Record health(std::int64_t utc_ms,
                        std::vector<std::pair<std::uint16_t, std::int64_t>> counters);

}  // namespace lujing::dispatch::testing
