// A disk for SQLite that can be cut off its power, fail, fill up and be damaged.
//
// Files live in memory twice: as the program sees them, and as the platter has them. A sync brings
// the second up to the first. When the power is cut, each sector that was not synced is, by the
// seed, as before, as written, half written, or garbage; files that were made or deleted without a
// sync are there or not. Bytes that were synced are never lost: a device that ruins neighbours of
// what it writes is not covered by SQLite's contract (SQLITE_IOCAP_POWERSAFE_OVERWRITE) either.
// Not thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace lujing::test {

class FaultDisk {
 public:
  using Bytes = std::vector<std::uint8_t>;

  explicit FaultDisk(std::uint64_t seed);
  ~FaultDisk();
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;

  /// For Options::vfs.
  const std::string& vfs_name() const { return name_; }

  /// The power goes in the middle of the n-th operation from now that changes the disk (1: the
  /// next). Everything fails from then on, until power_on().
  void cut_power_after(std::uint64_t operations) { cut_at_ = operations_ + operations; }
  bool power_is_off() const { return off_; }
  /// What was not synced is lost; open files of before are dead.
  void power_on();

  enum class Operation : std::uint8_t { read, write, sync };
  /// The next `count` operations of this kind, after `skip` of them, fail with an I/O error.
  void fail(Operation kind, std::uint64_t skip, std::uint64_t count);
  void heal();
  /// Files together cannot be larger than this: a write that needs more room finds the disk full.
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }

  struct Counters {
    std::uint64_t operations = 0;  ///< that change the disk
    std::uint64_t written_bytes = 0;
    std::uint64_t log_bytes = 0;      ///< of them, to a file called *-wal
    std::uint64_t synced_blocks = 0;  ///< blocks of 4096 bytes that a sync had to write
    std::uint64_t syncs = 0;
  };
  const Counters& counters() const { return counters_; }

  bool exists(const std::string& path) const { return seen_.contains(path); }
  std::uint64_t used_bytes() const;
  std::vector<std::string> paths() const;
  /// To look at and to damage; what is written here counts as synced at the next power_on() only if
  /// put() is used.
  Bytes get(const std::string& path) const;
  void put(const std::string& path, Bytes bytes);
  void remove(const std::string& path);

  struct File;  // opaque; the VFS's own

 private:
  friend struct FaultVfs;
  bool change();  ///< counts an operation; false: the power is off
  bool failing(Operation kind);
  void lose(File& file);

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::mt19937_64 random_;
  std::map<std::string, std::shared_ptr<File>> seen_;     ///< as the program sees the folder
  std::map<std::string, std::shared_ptr<File>> durable_;  ///< as the disk has it
  std::uint64_t operations_ = 0;
  std::uint64_t cut_at_ = UINT64_MAX;
  bool off_ = false;
  std::uint64_t boot_ = 0;
  std::uint64_t capacity_ = UINT64_MAX;
  struct Fault {
    std::uint64_t skip = 0;
    std::uint64_t count = 0;
  };
  std::map<Operation, Fault> faults_;
  Counters counters_;
};

}  // namespace lujing::test
