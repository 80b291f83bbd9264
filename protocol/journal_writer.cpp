#include "protocol/bytes.h"
#include "protocol/crc32c.h"
#include "protocol/journal_file.h"
#include "protocol/journal_format.h"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace lujing::protocol {
namespace {

constexpr int block_level = 1;  // a vehicle's processor has other things to do

}  // namespace

struct JournalWriter::Impl {
  std::string path;
  int fd = -1;
  std::uint32_t seed = 0;      ///< the header's checksum: a block of another file does not check
  std::uint64_t good_end = 0;  ///< up to here the file is whole
  std::string block;
  std::uint64_t lost_entries = 0;
  std::uint64_t block_entries = 0;

  Error failed(const char* doing) const {
    return Error("journal " + path + ": " + doing + ": " + std::strerror(errno));
  }

  Result<void> write_all(std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = ::pwrite(fd, bytes.data() + done, bytes.size() - done,
                                 static_cast<off_t>(good_end + done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        if (n == 0) errno = ENOSPC;
        const Error error = failed("writing");
        // A reader would pass over the torn block too; without it there is less to pass over.
        if (::ftruncate(fd, static_cast<off_t>(good_end)) != 0) return error.in("not cut back");
        return error;
      }
      done += static_cast<std::size_t>(n);
    }
    good_end += bytes.size();
    return {};
  }

  std::string packed_block() const {
    std::string out(block_magic);
    std::string packed(ZSTD_compressBound(block.size()), '\0');
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), block.data(), block.size(), block_level);
    const bool smaller = ZSTD_isError(size) == 0 && size < block.size();
    const std::string_view stored =
        smaller ? std::string_view(packed).substr(0, size) : std::string_view(block);
    append_le(stored.size(), 4, out);
    append_le(block.size(), 4, out);
    const std::uint32_t crc =
        crc32c(stored, crc32c(std::string_view(out).substr(block_magic.size()), seed));
    append_le(crc, 4, out);
    out.append(stored);
    return out;
  }

  Result<void> write_block() {
    if (block.empty()) return {};
    if (auto done = write_all(packed_block()); !done) return done;
    block.clear();
    block_entries = 0;
    return {};
  }
};

JournalWriter::JournalWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JournalWriter::JournalWriter(JournalWriter&&) noexcept = default;

JournalWriter& JournalWriter::operator=(JournalWriter&& other) noexcept {
  JournalWriter old(std::move(*this));  // its file is closed here
  impl_ = std::move(other.impl_);
  return *this;
}

JournalWriter::~JournalWriter() {
  if (!impl_) return;
  static_cast<void>(impl_->write_block());  // nobody is left to hear of an error
  ::close(impl_->fd);
}

Result<JournalWriter> JournalWriter::create(const std::string& path, const JournalHeader& header) {
  const std::string body = journal_header_body(header);
  if (body.size() > max_journal_header_bytes)
    return Error("journal " + path + ": its header would have " + std::to_string(body.size()) +
                 " bytes, at most " + std::to_string(max_journal_header_bytes) + " are allowed");
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);
  if (impl->fd < 0) return impl->failed("creating");
  std::string out(journal_magic);
  append_le(journal_version, 2, out);
  append_le(0, 2, out);
  append_le(body.size(), 4, out);
  impl->seed = crc32c(body, crc32c(out));
  append_le(impl->seed, 4, out);
  out.append(body);
  JournalWriter writer(std::move(impl));
  if (auto done = writer.impl_->write_all(out); !done) {
    static_cast<void>(::unlink(path.c_str()));
    return done.error();
  }
  return writer;
}

void JournalWriter::append(std::string_view entry) {
  if (entry.size() > max_journal_entry_bytes)
    throw std::invalid_argument("journal entry of " + std::to_string(entry.size()) + " bytes");
  if (impl_->block.size() + entry.size() + 5 > max_block_bytes && !impl_->write_block()) {
    impl_->lost_entries += impl_->block_entries;  // memory is bounded too
    impl_->block.clear();
    impl_->block_entries = 0;
  }
  append_varint(entry.size(), impl_->block);
  impl_->block.append(entry);
  ++impl_->block_entries;
}

Result<void> JournalWriter::flush(bool sync) {
  if (auto done = impl_->write_block(); !done) return done;
  if (sync && ::fdatasync(impl_->fd) != 0) return impl_->failed("syncing");
  if (impl_->lost_entries > 0) {
    const std::string lost = std::to_string(impl_->lost_entries);
    impl_->lost_entries = 0;
    return Error("journal " + impl_->path + ": " + lost +
                 " entries were given up while it could not be written");
  }
  return {};
}

std::uint64_t JournalWriter::bytes_written() const {
  return impl_->good_end;
}

}  // namespace lujing::protocol
