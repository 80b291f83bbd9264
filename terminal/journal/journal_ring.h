// The last hours of observations, kept on the vehicle: a folder of journal files, the oldest of
// which goes when the ring is full. Also the names and the order of those files.
#pragma once

#include "base/result.h"
#include "hal/observation.h"
#include "protocol/journal_file.h"
#include "terminal/journal/observation_codec.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace lujing::journal {

struct RingOptions {
  std::string folder;  ///< data_dir/journal; made if it is missing
  std::uint64_t max_bytes = 256ull << 20;
  std::uint64_t segment_bytes = 8ull << 20;
  protocol::JournalHeader header;  ///< of each segment; its created_utc_ms is set by roll()
};

/// A file of the ring: "seg-<boot id, 16 hex digits>-<n, 8 digits>.ljj". n counts over all boots,
/// so it is the order in which they were written.
struct Segment {
  std::string path;
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
};
/// The ring's files in `folder`, oldest first. What has another name is none of them.
std::vector<Segment> list_segments(const std::string& folder);

struct RingStats {
  std::uint64_t bytes = 0;  ///< of all segments on the disk
  std::uint64_t segments = 0;
  std::uint64_t errors = 0;  ///< of the disk, since the ring was made
  std::uint64_t lost = 0;    ///< observations that found no file to go to
  std::string last_error;    ///< empty: the last flush went well
};

/// Not thread safe. Nothing that the disk does stops it: an error is counted and told, what cannot
/// be written is given up, and the next flush() tries again. A power cut costs what was not flushed
/// (with sync: not synced); the segment it tore is read up to there.
class JournalRing {
 public:
  /// `wall_utc_ms`: 0 where the wall clock is not set.
  explicit JournalRing(RingOptions options, std::int64_t wall_utc_ms = 0);
  ~JournalRing();  ///< flushes
  JournalRing(const JournalRing&) = delete;
  JournalRing& operator=(const JournalRing&) = delete;

  void append(const hal::Observation& observation);
  /// About once a second. Begins a new segment where the present one is long enough.
  void flush(bool sync, std::int64_t wall_utc_ms = 0);
  const RingStats& stats() const { return stats_; }
  /// Of the segment that is being written; 0: none could be begun.
  std::uint64_t segment_number() const { return writer_ ? present_.number : 0; }

 private:
  bool roll(std::int64_t wall_utc_ms);
  void close_entry();
  void retire();
  void make_room();
  bool drop_oldest();
  void fail(const Error& error);

  RingOptions options_;
  std::deque<Segment> old_;  ///< without the present one
  std::uint64_t next_number_ = 1;
  std::optional<protocol::JournalWriter> writer_;
  Segment present_;
  ObservationEncoder encoder_;
  std::uint64_t failures_in_a_row_ = 0;
  RingStats stats_;
};

}  // namespace lujing::journal
