// What a vehicle reads of a directive: the head on its disk, the pieces on the wire, a driver's
// text.
#include "protocol/directive.h"
#include "protocol/wire.pb.h"
#include "terminal/core/directive/text.h"
#include "terminal/uplink/assembly.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace lujing;

/// Wants everything; what comes whole must be as long as its head says.
class AnyInbox : public uplink::DirectiveInbox {
 public:
  Standing standing() const override { return {}; }
  std::optional<uplink::DirectiveAnswer> offer(const protocol::DirectiveHead& head) override {
    if (head.bytes > protocol::max_directive_bytes) std::abort();
    return std::nullopt;
  }
  void take(const protocol::DirectiveHead& head, std::string body) override {
    if (body.size() != head.bytes) std::abort();
  }
  std::optional<uplink::DirectiveAnswer> next_answer() override { return std::nullopt; }
  void when_answered(std::function<void()> /*wake*/) override {}
};

void read_head(std::string_view text) {
  const auto head = protocol::parse_directive_head(text);
  if (head && protocol::to_text(*head) != text) std::abort();
}

/// A byte for the length of each piece, then the piece.
void read_pieces(std::string_view bytes) {
  AnyInbox inbox;
  uplink::Assembly assembly;
  while (!bytes.empty()) {
    const std::size_t size =
        std::min<std::size_t>(static_cast<std::uint8_t>(bytes[0]), bytes.size() - 1);
    wire::Directive piece;
    if (piece.ParseFromArray(bytes.data() + 1, static_cast<int>(size))) {
      (void)assembly.take(piece, inbox);
    }
    bytes.remove_prefix(size + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_head(bytes);
  read_pieces(bytes);
  (void)core::check_driver_text(bytes);
  if (core::shortened(bytes, 7).size() > 7) std::abort();
  return 0;
}
