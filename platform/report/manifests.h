// Electronic manifests (电子联单): one line a trip, out of the trip records of a vehicle, for who
// cannot replay its journal.
#pragma once

#include "base/result.h"
#include "platform/ledger/missing.h"
#include "protocol/record.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lujing::protocol {
struct Numbered;
}

namespace lujing::report {

/// Some of the load was tipped, and the trip went on.
struct PartTipped {
  std::string tip;  ///< fence id; empty: at no registered place
  std::optional<std::int64_t> utc_ms;
  GeoPoint place;
};

struct Manifest {
  std::string vehicle;
  protocol::TripRecord trip;              ///< as its last record has it
  std::optional<std::int64_t> loaded_ms;  ///< UTC; nullopt: not known
  std::optional<std::int64_t> last_ms;    ///< of the last record
  std::vector<PartTipped> parts;          ///< before the last of it was tipped
  int power_cuts = 0;                     ///< over which it went on: nobody saw them
  std::uint64_t epoch = 0;                ///< where the last record is in the books
  std::uint64_t seq = 0;

  bool ended() const;
  /// Of the metres of which it is known; nullopt: of none.
  std::optional<double> sealed_share() const;
  /// Of all that was driven laden; nullopt: it has not driven, or its permit names no roads.
  std::optional<double> on_route_share() const;
  /// What a dispatcher has to look into, as words of API.md; empty: nothing. What the city's law
  /// says of it the rules say (alarms); these are what is odd in the trip itself.
  std::vector<std::string> exceptions() const;
};

/// [from, to) in UTC milliseconds.
struct ManifestWindow {
  std::int64_t from_ms = INT64_MIN;
  std::int64_t to_ms = INT64_MAX;
  /// What to read of the books: a trip lasts into the next day, and began on the one before.
  ManifestWindow read() const;
};

/// Gathers one vehicle's trips from its records, in their order.
class Manifests {
 public:
  explicit Manifests(std::string vehicle) : vehicle_(std::move(vehicle)) {}
  void take(std::uint64_t epoch, const protocol::Numbered& record);
  /// A time that the trip's own records do not know is taken from others of the same boot.
  /// Those that were loaded within it (where that is not known: last told of), in their order.
  std::vector<Manifest> within(const ManifestWindow& window) const;

 private:
  std::string vehicle_;
  std::map<std::pair<std::uint64_t, std::int64_t>, std::size_t> known_;  ///< by a trip's identity
  std::vector<Manifest> trips_;
  std::vector<protocol::Stamp> last_;  ///< of each trip's last record
  /// By boot: UTC less its clock, as the first record that knew it has it. A vehicle that starts
  /// laden tells of its trip before it knows the time.
  std::map<std::uint64_t, std::int64_t> utc_of_boot_;
};

struct ManifestsInBooks {
  std::vector<Manifest> trips;  ///< by vehicle, then in order
  /// Of each vehicle what the books lack of the time in which these trips were loaded, and after it
  /// until the last of them was over: a trip may be in there, or how one went on.
  std::vector<ledger::MissingOf> missing;
};

/// Out of a ledger's file, beside the platform that owns it. `vehicle` empty: all of them.
Result<ManifestsInBooks> load_manifests(const std::string& ledger_path, const std::string& vehicle,
                                        ManifestWindow window);

/// One JSON object (API.md, Trip).
std::string manifest_json(const Manifest& manifest);

}  // namespace lujing::report
