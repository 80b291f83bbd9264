// JournalReader over a file of any bytes: it ends, and gives no more than the file can hold.
#include "protocol/journal_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

using lujing::protocol::JournalReader;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const int fd = memfd_create("journal", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(fd);
  if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != static_cast<ssize_t>(size)) return 0;
  auto reader = JournalReader::open(path);
  if (!reader) return 0;
  std::string_view entry;
  std::size_t total = 0;
  while (reader->next(entry)) {
    if (!entry.empty()) total += static_cast<unsigned char>(entry.back()) & 1U;
    ++total;
  }
  if (reader->damage().bytes > size) std::abort();
  return 0;
}
