// The journal file: a header, then blocks of entries, each block with a length and a checksum, so
// that what was written before a power cut can be read after it. The byte format is
// protocol/JOURNAL.md. This is the container only; what an entry means is terminal/journal's.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::protocol {

inline constexpr std::size_t max_journal_entry_bytes = std::size_t{64} * 1024;

/// What makes a journal readable without its vehicle's configuration.
struct JournalHeader {
  std::string terminal_id;
  std::uint64_t boot_id = 0;
  std::int64_t created_utc_ms = 0;  ///< wall clock, 0 if it was not set
  std::string software;
  /// "name|unit" of each CAN signal id and of each input id, in order.
  std::vector<std::string> signals;
  std::vector<std::string> inputs;
  /// The configuration that the core ran with, as TOML text: a replay needs nothing else.
  std::string core_config;
  bool operator==(const JournalHeader&) const = default;
};

/// Appends entries to a new file. Entries are gathered in a block; flush() writes it.
class JournalWriter {
 public:
  /// Refuses to write over a file that exists.
  static Result<JournalWriter> create(const std::string& path, const JournalHeader& header);
  JournalWriter(JournalWriter&&) noexcept;
  JournalWriter& operator=(JournalWriter&&) noexcept;
  ~JournalWriter();  ///< flushes

  /// An entry over max_journal_entry_bytes is a programmer's error.
  void append(std::string_view entry);
  /// Writes the block; with `sync` it is on the disk when this returns.
  Result<void> flush(bool sync);
  std::uint64_t bytes_written() const;

 private:
  struct Impl;
  explicit JournalWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What a reader passed over because it did not check.
struct JournalDamage {
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
};

/// Reads a whole journal file. A damaged block is passed over and counted, the next good one is
/// found; a file without a readable header is an error that says what is wrong with it.
class JournalReader {
 public:
  static Result<JournalReader> open(const std::string& path);
  JournalReader(JournalReader&&) noexcept;
  JournalReader& operator=(JournalReader&&) noexcept;
  ~JournalReader();

  const JournalHeader& header() const;
  /// False at the end. The view is good until the next call.
  bool next(std::string_view& entry);
  const JournalDamage& damage() const;

 private:
  struct Impl;
  explicit JournalReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::protocol
