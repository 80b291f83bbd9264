#include "terminal/uplink/assembly.h"

#include "protocol/wire.pb.h"

#include <algorithm>
#include <utility>

namespace lujing::uplink {

std::optional<DirectiveAnswer> Assembly::refuse(const wire::Directive& piece, std::string reason) {
  gathering_ = false;
  body_ = {};
  const bool sane = piece.name().size() <= protocol::max_directive_name_bytes;
  return DirectiveAnswer{sane ? piece.name() : std::string(), piece.version(), false,
                         std::move(reason)};
}

std::optional<DirectiveAnswer> Assembly::take(const wire::Directive& piece, DirectiveInbox& inbox) {
  if (piece.offset() == 0) {
    if (auto answer = begin(piece, inbox)) return answer;
  } else if (!gathering_ || piece.name() != head_.name || piece.version() != head_.version) {
    return std::nullopt;  // still on its way when it was refused
  }
  if (!gathering_) return std::nullopt;
  if (piece.offset() != body_.size()) return refuse(piece, "its pieces came out of order");
  if (piece.body().size() > head_.bytes - body_.size()) {
    return refuse(piece, "its pieces are longer than its body_size");
  }
  if (piece.body().empty() && head_.bytes > 0) return refuse(piece, "a piece is empty");
  body_ += piece.body();
  if (body_.size() < head_.bytes) return std::nullopt;
  gathering_ = false;
  inbox.take(head_, std::exchange(body_, {}));
  return std::nullopt;
}

std::optional<DirectiveAnswer> Assembly::begin(const wire::Directive& piece,
                                               DirectiveInbox& inbox) {
  gathering_ = false;
  body_ = {};
  head_ = {};
  const std::uint64_t bytes = piece.body_size() != 0 ? piece.body_size() : piece.body().size();
  if (!directive_kind(std::string_view(piece.name()))) {
    return refuse(piece, "this version of the terminal does not know that kind");
  }
  if (bytes > protocol::max_directive_bytes) {
    return refuse(piece, "its body has " + std::to_string(bytes) + " bytes; at most " +
                             std::to_string(protocol::max_directive_bytes) + " are taken");
  }
  head_.name = piece.name();
  head_.version = piece.version();
  head_.bytes = bytes;
  head_.signature = piece.signature().substr(0, protocol::max_directive_signature_bytes + 1);
  if (piece.body_sha256().size() == head_.sha256.size()) {
    std::copy(piece.body_sha256().begin(), piece.body_sha256().end(), head_.sha256.begin());
  } else if (piece.body().size() == bytes) {
    head_.sha256 = protocol::sha256_of(piece.body());
  } else {
    return refuse(piece, "it comes in pieces without body_sha256");
  }
  if (auto answer = inbox.offer(head_)) return answer;
  gathering_ = true;
  return std::nullopt;
}

}  // namespace lujing::uplink
