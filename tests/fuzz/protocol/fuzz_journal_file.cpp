// JournalReader over a file of any bytes, with the checksums that it looks at put right, so that
// what is behind them is reached: it ends, and gives no more than the file can hold.
#include "protocol/bytes.h"
#include "protocol/crc32c.h"
#include "protocol/journal_file.h"
#include "protocol/journal_format.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace lujing::protocol;

namespace {

std::uint64_t number_at(const std::string& bytes, std::size_t at) {
  std::uint64_t value = 0;
  ByteReader(std::string_view(bytes).substr(at)).le(4, value);
  return value;
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t value) {
  std::string raw;
  append_le(value, 4, raw);
  bytes.replace(at, raw.size(), raw);
}

void put_checksums_right(std::string& bytes) {
  if (bytes.size() < journal_head_bytes) return;
  const std::size_t length_at = journal_head_bytes - 8;
  const std::uint64_t body = number_at(bytes, length_at);
  if (body > bytes.size() - journal_head_bytes) return;
  const std::string_view all(bytes);
  const std::uint32_t seed =
      crc32c(all.substr(journal_head_bytes, body), crc32c(all.substr(0, length_at + 4)));
  put_number(bytes, length_at + 4, seed);
  for (std::size_t at = journal_head_bytes + body; at + block_head_bytes <= bytes.size();) {
    const std::uint64_t stored = number_at(bytes, at + 4);
    if (stored > bytes.size() - at - block_head_bytes) return;
    const std::string_view now(bytes);
    const std::uint32_t crc =
        crc32c(now.substr(at + block_head_bytes, stored), crc32c(now.substr(at + 4, 8), seed));
    put_number(bytes, at + 12, crc);
    at += block_head_bytes + stored;
  }
}

void read_all(const std::string& bytes) {
  static const int fd = memfd_create("journal", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(fd);
  if (ftruncate(fd, 0) != 0) return;
  if (pwrite(fd, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return;
  auto reader = JournalReader::open(path);
  if (!reader) return;
  std::string_view entry;
  while (reader->next(entry))
    if (entry.size() > max_block_bytes || std::count(entry.begin(), entry.end(), 'x') < 0)
      std::abort();
  if (reader->damage().bytes > bytes.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  read_all(bytes);
  put_checksums_right(bytes);
  read_all(bytes);
  return 0;
}
