#include "platform/gateway/frames.h"

#include "platform/gateway/gateway.h"
#include "protocol/directive.h"
#include "protocol/framing.h"
#include "protocol/wire.pb.h"

#include <algorithm>

namespace lujing::gateway {

static_assert(static_cast<int>(ErrorCode::timeout) == wire::Error::TIMEOUT);
static_assert(static_cast<int>(ErrorCode::bad_batch) == wire::Error::BAD_BATCH);

namespace {

std::string framed(const wire::Frame& frame) {
  std::string out;
  protocol::append_frame(frame.SerializeAsString(), out);
  return out;
}

}  // namespace

std::string welcome_frame(std::uint64_t epoch, std::uint64_t durable_seq, std::uint32_t window,
                          std::int64_t utc_ms) {
  wire::Frame frame;
  auto& welcome = *frame.mutable_welcome();
  welcome.set_protocol(1);
  welcome.set_epoch(epoch);
  welcome.set_durable_seq(durable_seq);
  welcome.set_window(window);
  welcome.set_utc_ms(utc_ms);
  return framed(frame);
}

std::string ack_frame(std::uint64_t epoch, std::uint64_t durable_seq) {
  wire::Frame frame;
  frame.mutable_ack()->set_epoch(epoch);
  frame.mutable_ack()->set_durable_seq(durable_seq);
  return framed(frame);
}

std::string error_frame(ErrorCode code, const std::string& reason, std::uint32_t retry_after_ms) {
  wire::Frame frame;
  auto& error = *frame.mutable_error();
  error.set_code(static_cast<wire::Error::Code>(code));
  error.set_reason(reason);
  error.set_retry_after_ms(retry_after_ms);
  return framed(frame);
}

std::string ping_frame(std::uint64_t token) {
  wire::Frame frame;
  frame.mutable_ping()->set_token(token);
  return framed(frame);
}

std::string pong_frame(std::uint64_t token) {
  wire::Frame frame;
  frame.mutable_pong()->set_token(token);
  return framed(frame);
}

std::string directive_frame(const OutgoingDirective& directive, std::size_t offset,
                            std::size_t& piece_bytes) {
  piece_bytes = std::min(directive.body.size() - offset, protocol::directive_piece_bytes);
  wire::Frame frame;
  auto& piece = *frame.mutable_directive();
  piece.set_name(directive.name);
  piece.set_version(directive.version);
  piece.set_body(directive.body.data() + offset, piece_bytes);
  piece.set_body_size(directive.body.size());
  piece.set_offset(offset);
  piece.set_body_sha256(directive.body_sha256);
  if (offset == 0) piece.set_signature(directive.signature);
  return framed(frame);
}

}  // namespace lujing::gateway
