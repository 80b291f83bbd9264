#include "platform/roads/unpack.h"

#include "base/mapped_file.h"

#include <lzma.h>

#include <cstdint>

namespace lujing::roads {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{4} << 30;
constexpr std::uint64_t most_memory = std::uint64_t{1} << 30;  ///< for the dictionary
constexpr std::size_t step = std::size_t{4} << 20;

const char* meaning(lzma_ret code) {
  switch (code) {
    case LZMA_FORMAT_ERROR:
      return "this is no .xz file";
    case LZMA_MEM_ERROR:
    case LZMA_MEMLIMIT_ERROR:
      return "unpacking it takes more than 1 GiB of memory";
    case LZMA_BUF_ERROR:
      return "the .xz file is cut short";
    default:
      return "the .xz file is damaged";
  }
}

}  // namespace

Result<std::string> unpack_xz(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file) return file.error();
  lzma_stream stream = LZMA_STREAM_INIT;
  lzma_ret code = lzma_stream_decoder(&stream, most_memory, LZMA_CONCATENATED);
  std::string text;
  stream.next_in = reinterpret_cast<const std::uint8_t*>(file->bytes().data());
  stream.avail_in = file->bytes().size();
  while (code == LZMA_OK && text.size() < most_bytes) {
    const std::size_t had = text.size();
    text.resize(had + step);
    stream.next_out = reinterpret_cast<std::uint8_t*>(text.data() + had);
    stream.avail_out = step;
    code = lzma_code(&stream, LZMA_FINISH);
    text.resize(had + step - stream.avail_out);
  }
  lzma_end(&stream);
  if (code == LZMA_OK) return Error(path + ": unpacked it has more than 4 GiB; use a .osm.pbf");
  if (code != LZMA_STREAM_END) return Error(path + ": " + meaning(code));
  return text;
}

}  // namespace lujing::roads
