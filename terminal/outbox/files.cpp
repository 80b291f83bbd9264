#include "terminal/outbox/files.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace lujing::outbox {
namespace {

constexpr int chunk_bytes = 64 * 1024;

sqlite3_vfs* find(const std::string& vfs) {
  return sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
}

bool exists(sqlite3_vfs* vfs, const std::string& path) {
  int found = 0;
  return vfs->xAccess(vfs, path.c_str(), SQLITE_ACCESS_EXISTS, &found) == SQLITE_OK && found != 0;
}

/// A file of a VFS, closed at the end of its life.
class VfsFile {
 public:
  /// !ok() if it could not be opened. `path` must outlive this.
  VfsFile(sqlite3_vfs* vfs, const std::string& path, int flags)
      : memory_(static_cast<std::size_t>(vfs->szOsFile), 0) {
    int out = 0;
    opened_ = vfs->xOpen(vfs, path.c_str(), file(), flags, &out) == SQLITE_OK;
  }
  VfsFile(const VfsFile&) = delete;
  VfsFile& operator=(const VfsFile&) = delete;
  ~VfsFile() {
    if (file()->pMethods != nullptr) file()->pMethods->xClose(file());
  }
  bool ok() const { return opened_; }
  std::uint64_t size() {
    sqlite3_int64 bytes = 0;
    if (file()->pMethods->xFileSize(file(), &bytes) != SQLITE_OK || bytes < 0) return 0;
    return static_cast<std::uint64_t>(bytes);
  }
  bool read(void* to, int bytes, std::uint64_t at) {
    const int code = file()->pMethods->xRead(file(), to, bytes, static_cast<sqlite3_int64>(at));
    return code == SQLITE_OK || code == SQLITE_IOERR_SHORT_READ;
  }
  bool write(const void* from, int bytes, std::uint64_t at) {
    return file()->pMethods->xWrite(file(), from, bytes, static_cast<sqlite3_int64>(at)) ==
           SQLITE_OK;
  }
  void empty() {
    if (ok()) file()->pMethods->xTruncate(file(), 0);
  }
  bool sync() { return file()->pMethods->xSync(file(), SQLITE_SYNC_FULL) == SQLITE_OK; }

 private:
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }
  std::vector<char> memory_;  // from operator new: aligned for anything
  bool opened_ = false;
};

constexpr int open_to_write = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB;
constexpr int open_to_read = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;

/// Bytes that no file system can pack away.
void fill(std::vector<char>& bytes, std::uint64_t& state) {
  for (char& byte : bytes) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    byte = static_cast<char>(state >> 56);
  }
}

bool copy(sqlite3_vfs* vfs, const std::string& from, const std::string& to) {
  VfsFile source(vfs, from, open_to_read);
  VfsFile target(vfs, to, open_to_write);
  if (!source.ok() || !target.ok()) return false;
  std::vector<char> buffer(chunk_bytes);
  const std::uint64_t size = source.size();
  for (std::uint64_t at = 0; at < size;) {
    const int part = static_cast<int>(std::min<std::uint64_t>(buffer.size(), size - at));
    if (!source.read(buffer.data(), part, at) || !target.write(buffer.data(), part, at))
      return false;
    at += static_cast<std::uint64_t>(part);
  }
  return target.sync();
}

/// The default VFS writes real files, which can be renamed; on any other they are copied.
bool move(sqlite3_vfs* vfs, const std::string& vfs_name, const std::string& from,
          const std::string& to) {
  if (vfs_name.empty()) return std::rename(from.c_str(), to.c_str()) == 0;
  const bool copied = copy(vfs, from, to);
  return vfs->xDelete(vfs, from.c_str(), 1) == SQLITE_OK && copied;
}

std::string damaged_name(const std::string& path, std::uint64_t number) {
  return fmt::format("{}.damaged-{}", path, number);
}

}  // namespace

Reserve::Reserve(std::string outbox_path, std::string vfs, std::uint64_t bytes)
    : path_(std::move(outbox_path) + ".reserve"), vfs_(std::move(vfs)), bytes_(bytes) {}

bool Reserve::hold() {
  sqlite3_vfs* vfs = find(vfs_);
  if (vfs == nullptr || bytes_ == 0) return held_;
  bool whole = false;
  {
    VfsFile file(vfs, path_, open_to_write);
    if (file.ok()) {
      std::uint64_t at = file.size();
      std::vector<char> block(chunk_bytes);
      std::uint64_t state = at + 1;
      whole = true;
      const bool grows = at < bytes_;
      while (whole && at < bytes_) {
        fill(block, state);
        const int part = static_cast<int>(std::min<std::uint64_t>(block.size(), bytes_ - at));
        whole = file.write(block.data(), part, at);
        at += static_cast<std::uint64_t>(part);
      }
      if (whole && grows) whole = file.sync();
    }
  }
  held_ = whole;
  if (!whole) vfs->xDelete(vfs, path_.c_str(), 0);
  return held_;
}

void Reserve::give_back() {
  held_ = false;
  if (sqlite3_vfs* vfs = find(vfs_)) vfs->xDelete(vfs, path_.c_str(), 1);
}

std::uint64_t moved_aside(const std::string& path, const std::string& vfs_name) {
  sqlite3_vfs* vfs = find(vfs_name);
  std::uint64_t number = 0;
  while (vfs != nullptr && exists(vfs, damaged_name(path, number + 1))) ++number;
  return number;
}

Result<std::string> move_aside(const std::string& path, const std::string& vfs_name) {
  sqlite3_vfs* vfs = find(vfs_name);
  if (vfs == nullptr) return Error("no SQLite VFS is called " + vfs_name);
  const std::uint64_t number = moved_aside(path, vfs_name) + 1;
  const std::string name = damaged_name(path, number);
  if (number > damaged_files_kept) {
    const std::string oldest = damaged_name(path, number - damaged_files_kept);
    VfsFile(vfs, oldest, open_to_write).empty();
    vfs->xDelete(vfs, (oldest + "-wal").c_str(), 0);
  }
  for (const char* beside : {"", "-wal", "-journal"}) {
    if (!exists(vfs, path + beside)) continue;
    if (!move(vfs, vfs_name, path + beside, name + beside))
      return Error(
          fmt::format("{}{}: damaged, and cannot be moved to {}{} (check the disk and the "
                      "rights on its folder)",
                      path, beside, name, beside));
  }
  return name;
}

}  // namespace lujing::outbox
