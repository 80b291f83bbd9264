// A frame's body as the gateway takes it: any bytes as a wire.Frame, a batch in it decoded.
#include "protocol/batch.h"
#include "protocol/wire.pb.h"

#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  lujing::wire::Frame frame;
  if (!frame.ParseFromArray(data, static_cast<int>(size))) return 0;
  if (frame.has_batch()) static_cast<void>(lujing::protocol::decode(frame.batch().packed()).ok());
  lujing::wire::Frame again;
  const std::string bytes = frame.SerializeAsString();
  if (!again.ParseFromString(bytes) || again.kind_case() != frame.kind_case()) std::abort();
  return 0;
}
