#include "protocol/bytes.h"
#include "protocol/crc32c.h"
#include "protocol/journal_file.h"
#include "protocol/journal_format.h"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lujing::protocol {

struct JournalReader::Impl {
  std::string path;
  int fd = -1;
  JournalHeader header;
  std::uint32_t seed = 0;
  std::uint64_t at = 0;  ///< where the next block should start
  std::string stored;
  std::string block;
  ByteReader entries{{}};
  JournalDamage damage;

  ~Impl() {
    if (fd >= 0) ::close(fd);
  }

  /// Up to `size` bytes from `offset`: fewer at the end of the file or at a read error.
  std::string read(std::uint64_t offset, std::size_t size) const {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const ssize_t n =
          ::pread(fd, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
    bytes.resize(done);
    return bytes;
  }

  Error bad(const std::string& what) const { return Error("journal " + path + ": " + what); }

  Result<void> read_header() {
    const std::string head = read(0, journal_head_bytes);
    ByteReader in(head);
    std::string_view magic;
    std::uint64_t version = 0;
    std::uint64_t reserved = 0;
    std::uint64_t size = 0;
    std::uint64_t crc = 0;
    if (head.empty()) return bad("is empty or cannot be read");
    if (!in.take(journal_magic.size(), magic) || magic != journal_magic)
      return bad("is not a journal (it does not start with " + std::string(journal_magic) + ")");
    if (!in.le(2, version) || !in.le(2, reserved) || !in.le(4, size) || !in.le(4, crc))
      return bad("ends inside its header");
    if (version != journal_version)
      return bad("has format version " + std::to_string(version) + ", this program reads " +
                 std::to_string(journal_version));
    if (size > max_journal_header_bytes) return bad("its header is damaged (length)");
    const std::string body = read(journal_head_bytes, size);
    if (body.size() != size) return bad("ends inside its header");
    seed = crc32c(body, crc32c(std::string_view(head).substr(0, journal_head_bytes - 4)));
    if (seed != crc) return bad("its header is damaged (checksum)");
    if (!parse_journal_header_body(body, header)) return bad("its header is damaged (fields)");
    at = journal_head_bytes + size;
    return {};
  }

  /// Reads the block at `at` and moves behind it; false where there is no good one.
  bool take_block() {
    const std::string head = read(at, block_head_bytes);
    ByteReader in(head);
    std::string_view magic;
    std::uint64_t size = 0;
    std::uint64_t unpacked = 0;
    std::uint64_t crc = 0;
    if (!in.take(block_magic.size(), magic) || magic != block_magic) return false;
    if (!in.le(4, size) || !in.le(4, unpacked) || !in.le(4, crc)) return false;
    if (unpacked == 0 || unpacked > max_block_bytes || size > unpacked) return false;
    stored = read(at + block_head_bytes, size);
    if (stored.size() != size) return false;
    const std::string_view lengths = std::string_view(head).substr(block_magic.size(), 8);
    if (crc32c(stored, crc32c(lengths, seed)) != crc) return false;
    if (size == unpacked) {
      block.swap(stored);
    } else {
      block.resize(unpacked);
      if (ZSTD_decompress(block.data(), block.size(), stored.data(), stored.size()) != unpacked)
        return false;
    }
    entries = ByteReader(block);
    at += block_head_bytes + size;
    return true;
  }

  /// Moves `at` to the next place that looks like a block; false at the end of the file.
  bool find_magic() {
    constexpr std::size_t chunk_bytes = std::size_t{64} * 1024;
    std::uint64_t from = at + 1;
    for (;;) {
      const std::string chunk = read(from, chunk_bytes);
      const std::size_t found = chunk.find(block_magic);
      if (found != std::string::npos) {
        at = from + found;
        return true;
      }
      if (chunk.size() < chunk_bytes) {
        at = from + chunk.size();
        return false;
      }
      from += chunk.size() - (block_magic.size() - 1);
    }
  }

  bool next_block() {
    if (take_block()) return true;
    const std::uint64_t lost_from = at;
    if (read(at, 1).empty()) return false;
    ++damage.blocks;
    bool good = false;
    while (!good && find_magic()) {
      const std::uint64_t candidate = at;
      good = take_block();
      if (good) damage.bytes += candidate - lost_from;
    }
    if (!good) damage.bytes += at - lost_from;
    return good;
  }
};

JournalReader::JournalReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JournalReader::JournalReader(JournalReader&&) noexcept = default;
JournalReader& JournalReader::operator=(JournalReader&&) noexcept = default;
JournalReader::~JournalReader() = default;

Result<JournalReader> JournalReader::open(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (impl->fd < 0) return impl->bad(std::string("opening: ") + std::strerror(errno));
  if (auto done = impl->read_header(); !done) return done.error();
  return JournalReader(std::move(impl));
}

const JournalHeader& JournalReader::header() const {
  return impl_->header;
}

bool JournalReader::next(std::string_view& entry) {
  for (;;) {
    std::uint64_t size = 0;
    if (impl_->entries.varint(size) && impl_->entries.take(size, entry)) return true;
    if (!impl_->next_block()) return false;
  }
}

const JournalDamage& JournalReader::damage() const {
  return impl_->damage;
}

}  // namespace lujing::protocol
