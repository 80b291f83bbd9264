#include "tests/support/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <set>
#include <utility>

namespace lujing::test {
namespace {

constexpr std::size_t sector_bytes = 512;
constexpr std::size_t block_bytes = 4096;

}  // namespace

/// Where a sector has been written since the last sync: [low, high) within it.
struct Dirt {
  std::size_t low = sector_bytes;
  std::size_t high = 0;
};

struct FaultDisk::File {
  Bytes seen;
  Bytes durable;
  std::map<std::size_t, Dirt> dirt;  ///< by sector

  void write(const void* from, std::size_t bytes, std::size_t at) {
    if (bytes == 0) return;
    const std::size_t begin = std::min(at, seen.size());  // a gap counts as written: zeros
    if (seen.size() < at + bytes) seen.resize(at + bytes);
    std::memcpy(seen.data() + at, from, bytes);
    mark(begin, at + bytes);
  }
  void mark(std::size_t begin, std::size_t end) {
    for (std::size_t s = begin / sector_bytes; s * sector_bytes < end; ++s) {
      Dirt& d = dirt[s];
      const std::size_t base = s * sector_bytes;
      d.low = std::min(d.low, begin > base ? begin - base : 0);
      d.high = std::max(d.high, std::min(end - base, sector_bytes));
    }
  }
  void sync() {
    durable.resize(seen.size());
    for (const auto& [sector, d] : dirt) {
      const std::size_t low = std::min(seen.size(), sector * sector_bytes + d.low);
      const std::size_t high = std::min(seen.size(), sector * sector_bytes + d.high);
      std::copy(seen.begin() + static_cast<std::ptrdiff_t>(low),
                seen.begin() + static_cast<std::ptrdiff_t>(high),
                durable.begin() + static_cast<std::ptrdiff_t>(low));
    }
    dirt.clear();
  }
};

/// One open file, as SQLite holds it.
struct OpenFile {
  sqlite3_file base;
  FaultDisk* disk;
  std::shared_ptr<FaultDisk::File>* file;
  std::string* path;
  std::uint64_t boot;
  bool delete_on_close;
};

struct FaultVfs {
  static OpenFile& open_file(sqlite3_file* f) { return *reinterpret_cast<OpenFile*>(f); }
  static FaultDisk& disk(sqlite3_vfs* v) { return *static_cast<FaultDisk*>(v->pAppData); }
  static bool dead(const OpenFile& f) { return f.disk->off_ || f.boot != f.disk->boot_; }

  static int close(sqlite3_file* f) {
    OpenFile& o = open_file(f);
    if (o.delete_on_close && !dead(o)) o.disk->seen_.erase(*o.path);
    delete o.file;
    delete o.path;
    return SQLITE_OK;
  }

  static int read(sqlite3_file* f, void* to, int bytes, sqlite3_int64 at) {
    OpenFile& o = open_file(f);
    if (dead(o) || o.disk->failing(FaultDisk::Operation::read)) return SQLITE_IOERR_READ;
    const auto& seen = (*o.file)->seen;
    const std::size_t begin = std::min(seen.size(), static_cast<std::size_t>(at));
    const std::size_t have = std::min(seen.size() - begin, static_cast<std::size_t>(bytes));
    if (have != 0) std::memcpy(to, seen.data() + begin, have);
    if (have == static_cast<std::size_t>(bytes)) return SQLITE_OK;
    std::memset(static_cast<char*>(to) + have, 0, static_cast<std::size_t>(bytes) - have);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* f, const void* from, int bytes, sqlite3_int64 at) {
    OpenFile& o = open_file(f);
    if (dead(o)) return SQLITE_IOERR_WRITE;
    const std::size_t end = static_cast<std::size_t>(at) + static_cast<std::size_t>(bytes);
    const std::size_t size = (*o.file)->seen.size();
    if (end > size && o.disk->used_bytes() + (end - size) > o.disk->capacity_) return SQLITE_FULL;
    if (o.disk->failing(FaultDisk::Operation::write)) return SQLITE_IOERR_WRITE;
    const bool alive = o.disk->change();
    (*o.file)->write(from, static_cast<std::size_t>(bytes), static_cast<std::size_t>(at));
    o.disk->counters_.written_bytes += static_cast<std::uint64_t>(bytes);
    if (o.path->ends_with("-wal")) o.disk->counters_.log_bytes += static_cast<std::uint64_t>(bytes);
    return alive ? SQLITE_OK : SQLITE_IOERR_WRITE;
  }

  static int truncate(sqlite3_file* f, sqlite3_int64 bytes) {
    OpenFile& o = open_file(f);
    if (dead(o)) return SQLITE_IOERR_TRUNCATE;
    const bool alive = o.disk->change();
    (*o.file)->seen.resize(static_cast<std::size_t>(bytes));
    return alive ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
  }

  static int sync(sqlite3_file* f, int /*flags*/) {
    OpenFile& o = open_file(f);
    if (dead(o) || o.disk->failing(FaultDisk::Operation::sync)) return SQLITE_IOERR_FSYNC;
    if (!o.disk->change()) return SQLITE_IOERR_FSYNC;
    std::set<std::size_t> blocks;
    for (const auto& [sector, d] : (*o.file)->dirt)
      blocks.insert(sector * sector_bytes / block_bytes);
    o.disk->counters_.synced_blocks += blocks.size();
    ++o.disk->counters_.syncs;
    (*o.file)->sync();
    // A log or journal that is new: SQLite's unix VFS syncs the folder with it.
    const auto linked = o.disk->seen_.find(*o.path);
    if (linked == o.disk->seen_.end() || linked->second != *o.file) return SQLITE_OK;
    auto& durable = o.disk->durable_[*o.path];
    if (durable == *o.file) return SQLITE_OK;
    durable = *o.file;
    if (o.path->ends_with("-wal") || o.path->ends_with("-journal"))
      o.disk->durable_ = o.disk->seen_;
    return SQLITE_OK;
  }

  static int size(sqlite3_file* f, sqlite3_int64* bytes) {
    OpenFile& o = open_file(f);
    *bytes = static_cast<sqlite3_int64>((*o.file)->seen.size());
    return dead(o) ? SQLITE_IOERR_FSTAT : SQLITE_OK;
  }

  static int lock(sqlite3_file*, int) { return SQLITE_OK; }
  static int check_lock(sqlite3_file*, int* held) {
    *held = 0;
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector(sqlite3_file*) { return static_cast<int>(sector_bytes); }
  static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  static int open(sqlite3_vfs* v, const char* path, sqlite3_file* f, int flags, int* out_flags) {
    static const sqlite3_io_methods methods = make_methods();
    FaultDisk& d = disk(v);
    f->pMethods = nullptr;
    if (d.off_) return SQLITE_IOERR;
    static std::atomic<std::uint64_t> temporary{0};
    const std::string name =
        path != nullptr ? std::string(path) : "temporary-" + std::to_string(temporary++);
    auto found = d.seen_.find(name);
    if (found == d.seen_.end()) {
      if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
      if (!d.change()) return SQLITE_IOERR;
      found = d.seen_.emplace(name, std::make_shared<FaultDisk::File>()).first;
    }
    OpenFile& o = open_file(f);
    o.disk = &d;
    o.file = new std::shared_ptr<FaultDisk::File>(found->second);
    o.path = new std::string(name);
    o.boot = d.boot_;
    o.delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    o.base.pMethods = &methods;
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* v, const char* path, int sync_folder) {
    FaultDisk& d = disk(v);
    if (d.off_) return SQLITE_IOERR_DELETE;
    if (!d.seen_.contains(path)) return SQLITE_IOERR_DELETE_NOENT;
    const bool alive = d.change();
    d.seen_.erase(path);
    if (alive && sync_folder != 0) d.durable_.erase(path);
    return alive ? SQLITE_OK : SQLITE_IOERR_DELETE;
  }

  static int access(sqlite3_vfs* v, const char* path, int /*flags*/, int* found) {
    *found = disk(v).seen_.contains(path) ? 1 : 0;
    return SQLITE_OK;
  }

  static int full_path(sqlite3_vfs*, const char* path, int bytes, char* to) {
    sqlite3_snprintf(bytes, to, "%s", path);
    return SQLITE_OK;
  }

  static int randomness(sqlite3_vfs* v, int bytes, char* to) {
    for (int i = 0; i < bytes; ++i) to[i] = static_cast<char>(disk(v).random_());
    return bytes;
  }
  static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
  static int now(sqlite3_vfs*, double* julian_day) {
    *julian_day = 2461000.5;
    return SQLITE_OK;
  }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }

  static sqlite3_io_methods make_methods() {
    sqlite3_io_methods m{};
    m.iVersion = 1;  // no shared memory: a log is possible with exclusive locking only
    m.xClose = close;
    m.xRead = read;
    m.xWrite = write;
    m.xTruncate = truncate;
    m.xSync = sync;
    m.xFileSize = size;
    m.xLock = lock;
    m.xUnlock = lock;
    m.xCheckReservedLock = check_lock;
    m.xFileControl = control;
    m.xSectorSize = sector;
    m.xDeviceCharacteristics = characteristics;
    return m;
  }
};

FaultDisk::FaultDisk(std::uint64_t seed) : vfs_(std::make_unique<sqlite3_vfs>()), random_(seed) {
  static std::atomic<std::uint64_t> disks{0};
  name_ = "fault-disk-" + std::to_string(disks++);
  *vfs_ = {};
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(OpenFile);
  vfs_->mxPathname = 512;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = FaultVfs::open;
  vfs_->xDelete = FaultVfs::remove;
  vfs_->xAccess = FaultVfs::access;
  vfs_->xFullPathname = FaultVfs::full_path;
  vfs_->xRandomness = FaultVfs::randomness;
  vfs_->xSleep = FaultVfs::sleep;
  vfs_->xCurrentTime = FaultVfs::now;
  vfs_->xGetLastError = FaultVfs::last_error;
  sqlite3_vfs_register(vfs_.get(), 0);
}

FaultDisk::~FaultDisk() {
  sqlite3_vfs_unregister(vfs_.get());
}

bool FaultDisk::change() {
  ++counters_.operations;
  if (++operations_ >= cut_at_) off_ = true;
  return !off_;
}

bool FaultDisk::failing(Operation kind) {
  const auto found = faults_.find(kind);
  if (found == faults_.end()) return false;
  Fault& fault = found->second;
  if (fault.skip > 0) {
    --fault.skip;
    return false;
  }
  if (fault.count == 0) return false;
  --fault.count;
  return true;
}

void FaultDisk::fail(Operation kind, std::uint64_t skip, std::uint64_t count) {
  faults_[kind] = {skip, count};
}

void FaultDisk::heal() {
  faults_.clear();
}

void FaultDisk::lose(File& file) {
  if (file.dirt.empty() && file.seen.size() == file.durable.size()) return;
  Bytes after = file.durable;
  after.resize(random_() % 2 == 0 ? file.seen.size() : file.durable.size());
  for (const auto& [sector, d] : file.dirt) {
    const std::uint64_t fate = random_() % 8;
    const std::size_t torn_at =
        d.low + (d.high > d.low ? random_() % (d.high - d.low) : 0);  // half written: up to here
    for (std::size_t i = d.low; i < d.high; ++i) {
      const std::size_t at = sector * sector_bytes + i;
      if (at >= after.size() || at >= file.seen.size()) break;
      if (fate < 3) continue;                        // as before
      if (fate < 6 || (fate == 6 && i < torn_at)) {  // as written
        after[at] = file.seen[at];
      } else if (fate == 7) {  // garbage
        after[at] = static_cast<std::uint8_t>(random_());
      }
    }
  }
  file.seen = after;
  file.durable = std::move(after);
  file.dirt.clear();
}

void FaultDisk::power_on() {
  std::set<std::string> names;
  for (const auto& [name, file] : seen_) names.insert(name);
  for (const auto& [name, file] : durable_) names.insert(name);
  std::map<std::string, std::shared_ptr<File>> after;
  for (const auto& name : names) {
    const auto seen = seen_.find(name);
    const auto durable = durable_.find(name);
    auto file = seen != seen_.end() ? seen->second : nullptr;
    auto old = durable != durable_.end() ? durable->second : nullptr;
    if (file != old && random_() % 2 == 0) file = old;
    if (!file) continue;
    lose(*file);
    after[name] = std::move(file);
  }
  seen_ = after;
  durable_ = std::move(after);
  off_ = false;
  cut_at_ = UINT64_MAX;
  ++boot_;
  heal();
}

std::uint64_t FaultDisk::used_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [name, file] : seen_) bytes += file->seen.size();
  return bytes;
}

std::vector<std::string> FaultDisk::paths() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : seen_) names.push_back(name);
  return names;
}

FaultDisk::Bytes FaultDisk::get(const std::string& path) const {
  const auto found = seen_.find(path);
  return found == seen_.end() ? Bytes() : found->second->seen;
}

void FaultDisk::put(const std::string& path, Bytes bytes) {
  auto file = std::make_shared<File>();
  file->seen = bytes;
  file->durable = std::move(bytes);
  seen_[path] = file;
  durable_[path] = std::move(file);
}

void FaultDisk::remove(const std::string& path) {
  seen_.erase(path);
  durable_.erase(path);
}

}  // namespace lujing::test
