// decode() over any bytes; with the checksum put right, so that what is behind it is reached.
// What can be decoded must come back the same when it is encoded.
#include "protocol/batch.h"
#include "protocol/bytes.h"
#include "protocol/crc32c.h"

#include <cstdlib>
#include <string>

using namespace lujing::protocol;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(peek(bytes).ok());
  static_cast<void>(decode(bytes).ok());
  append_le(crc32c(bytes), 4, bytes);
  const auto batch = decode(bytes);
  if (!batch) return 0;
  for (const Numbered& numbered : batch->records) static_cast<void>(to_json(numbered.record));
  const auto again = decode(encode(*batch));
  if (!again || !(*again == *batch)) std::abort();
  return 0;
}
