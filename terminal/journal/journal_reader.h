// Reading what a vehicle recorded: one journal file, or a folder of them in the order in which they
// were written.
#pragma once

#include "base/result.h"
#include "hal/observation.h"
#include "protocol/journal_file.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::journal {

/// What could not be read, and was passed over.
struct Damage {
  std::uint64_t files = 0;   ///< without a readable header
  std::uint64_t blocks = 0;  ///< that did not check
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;  ///< that could not be followed to their end
  std::uint64_t items = 0;    ///< observations of a kind or form that this version does not know
  bool any() const { return files + blocks + entries + items > 0; }
};

/// Observations one by one, in order; holds one entry at a time. Not thread safe.
class Journal {
 public:
  /// A file whose header cannot be read is an error; in a folder it is passed over, and a folder
  /// without one readable journal is an error. In a folder, files that the ring did not name are
  /// taken (*.ljj, by name, after the ring's) too.
  static Result<Journal> open(const std::string& path);
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  /// Of the file that the last observation came from (of the first file, before the first one).
  const protocol::JournalHeader& header() const;
  const std::string& file() const;
  /// Counts the files that were begun: a change says that header() is another one.
  std::uint64_t file_number() const;
  /// False at the end.
  bool next(hal::Observation& observation);
  const Damage& damage() const;

 private:
  struct Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The files that open() would read, in order.
Result<std::vector<std::string>> journal_files(const std::string& path);

}  // namespace lujing::journal
