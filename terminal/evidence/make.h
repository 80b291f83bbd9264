// Makes an alarm's evidence bundle (protocol/EVIDENCE.md) out of what a vehicle holds.
//
// Its window is the alarm's whole life, from 60 s before its condition began to 60 s after it was
// cleared; of one that stands for long, its first hour; of one that still stands, all there is.
//
// The journal of the window alone seldom leads the core to the same alarm: a trip began an hour
// ago, an estimate had settled. So the piece begins with the shortest warm-up that does lead there,
// tried by replaying it: none, 5 minutes, 15, an hour, at last the whole run. Where even that
// raises another alarm, or none, there is no bundle: what cannot be reproduced proves nothing.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "protocol/evidence.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::evidence {

inline constexpr std::int64_t window_ms = 60'000;  ///< before the condition, and after the alarm
/// Of an alarm that stands longer, so much of its life is in the bundle.
inline constexpr std::int64_t longest_life_ms = 3'600'000;
inline constexpr std::uint64_t largest_body_bytes = 16u << 20;  ///< a larger one is named only

/// Which alarm, with the terminal.
struct AlarmId {
  std::uint64_t boot_id = 0;
  std::string rule;
  std::int64_t since_boot_ms = 0;
  bool operator==(const AlarmId&) const = default;
};

struct MakeInputs {
  AlarmId alarm;
  std::vector<std::string> records;  ///< packed batches that follow each other, around the alarm
  std::string journal;               ///< folder, or one file
  std::string directives;            ///< folder: heads and bodies
  std::string checkpoints;           ///< folder of them (checkpoints.h); "": there are none
  std::string scratch;               ///< folder for what is tried
  std::string certificate_pem;
  std::string key_pem;
  UtcTime made;
};

struct Made {
  protocol::EvidenceManifest manifest;
  std::string bytes;
  int tries = 0;  ///< warm-ups that were replayed
};

/// An error names what is missing.
Result<Made> make_evidence(const MakeInputs& inputs);

/// An alarm that was raised, somewhere in records.
struct FoundAlarm {
  AlarmId id;
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
  std::int64_t raised_boot_ms = 0;
  std::optional<std::int64_t> raised_utc_ms;
  std::optional<std::int64_t> cleared_boot_ms;  ///< where it has been
};
/// In the order of the records; batches that do not read are passed over.
std::vector<FoundAlarm> alarms_in(const std::vector<std::string>& records);

/// "MT-03-000000000000b007-123456.lje": one name an alarm.
std::string file_name(const AlarmId& alarm);

/// The alarm's record of that state: raised, or cleared.
bool is_alarm(const protocol::Record& record, const AlarmId& id, protocol::AlarmState state);
/// Where the window of a manifest's alarm ends, if the run went on so long.
std::int64_t window_end_ms(const protocol::EvidenceManifest& manifest);

}  // namespace lujing::evidence
