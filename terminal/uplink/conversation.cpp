#include "terminal/uplink/conversation.h"

#include "protocol/batch.h"
#include "protocol/framing.h"
#include "protocol/wire.pb.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lujing::uplink {
namespace {

constexpr std::size_t most_answers = 64;
constexpr std::uint32_t most_window = 64;
/// So many sessions that the platform refuses in a row, and the books are begun anew.
constexpr int refusals_until_new_epoch = 3;

constexpr const char* new_epoch = "the outbox has begun a new epoch";

std::string packed_frame(const wire::Frame& frame) {
  std::string out;
  protocol::append_frame(frame.SerializeAsString(), out);
  return out;
}

std::string error_frame(wire::Error::Code code, const std::string& reason) {
  wire::Frame frame;
  frame.mutable_error()->set_code(code);
  frame.mutable_error()->set_reason(reason);
  return packed_frame(frame);
}

std::string result_frame(const DirectiveAnswer& told) {
  wire::Frame frame;
  wire::DirectiveResult& result = *frame.mutable_directive_result();
  result.set_name(told.name);
  result.set_version(told.version);
  result.set_applied(told.applied);
  result.set_reason(told.reason);
  return packed_frame(frame);
}

End orderly(std::string reason) {
  return {true, std::move(reason), {}};
}

End wrong(std::string reason) {
  return {false, std::move(reason), {}};
}

}  // namespace

Conversation::Conversation(const UplinkConfig& config, outbox::BatchSource& source,
                           DirectiveInbox* inbox, Memory& memory, UplinkStats& stats, Time now)
    : config_(config),
      source_(source),
      inbox_(inbox),
      memory_(memory),
      stats_(stats),
      hello_(source.shelf()),
      begun_(now),
      last_heard_(now),
      last_ping_(now),
      last_progress_(now),
      next_live_(now) {
  hello();
}

void Conversation::hello() {
  wire::Frame frame;
  wire::Hello& hello = *frame.mutable_hello();
  hello.set_protocol(1);
  hello.set_terminal_id(config_.identity.terminal_id);
  hello.set_software(config_.identity.software);
  hello.set_rule_set(config_.identity.rule_set);
  if (inbox_ != nullptr) {
    const auto standing = inbox_->standing();
    hello.set_rule_set(standing.rule_set);
    for (const auto& [name, version] : standing.versions) {
      auto& active = *hello.add_active();
      active.set_name(name);
      active.set_version(version);
    }
  }
  hello.set_vehicle_type(config_.identity.vehicle_type);
  hello.set_plate(config_.identity.plate);
  if (hello_.unsettled) {
    settling_ = true;
    hello.set_epoch(hello_.unsettled->epoch);
    hello.set_next_seq(hello_.unsettled->last_seq + 1);
    hello.set_oldest_seq(hello_.unsettled->first_seq);
  } else {
    hello.set_epoch(hello_.epoch);
    hello.set_next_seq(hello_.next_seq);
    hello.set_oldest_seq(hello_.oldest_seq);
  }
  answers_.push_back(packed_frame(frame));
}

std::optional<End> Conversation::take(std::string_view body, Time now) {
  heard(now);
  wire::Frame frame;
  if (!frame.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    answers_.push_back(error_frame(wire::Error::BAD_FRAME, "not a Frame"));
    return wrong("the platform sent something that is not a frame");
  }
  using Kind = wire::Frame::KindCase;
  const Kind kind = frame.kind_case();
  if (!welcomed_ && kind != Kind::kWelcome && kind != Kind::kError)
    return wrong("the platform did not begin with a welcome");
  switch (kind) {
    case Kind::kWelcome:
      if (welcomed_) return wrong("the platform said welcome twice");
      return welcome(frame.welcome().epoch(), frame.welcome().durable_seq(),
                     frame.welcome().window());
    case Kind::kAck:
      return acknowledged(frame.ack().epoch(), frame.ack().durable_seq(), now);
    case Kind::kError:
      return error(frame.error().code(), frame.error().reason(), frame.error().retry_after_ms());
    case Kind::kDirective:
      return directive(frame.directive());
    case Kind::kPing: {
      wire::Frame reply;
      reply.mutable_pong()->set_token(frame.ping().token());
      return answer(packed_frame(reply));
    }
    case Kind::kPong:
      return std::nullopt;
    default:
      ++stats_.unknown_frames;
      return answer(
          error_frame(wire::Error::UNKNOWN_KIND,
                      fmt::format("a frame of kind {} is not for a terminal of protocol 1",
                                  static_cast<int>(kind))));
  }
}

std::optional<End> Conversation::directive(const wire::Directive& piece) {
  if (piece.offset() == 0) ++stats_.directives;
  if (inbox_ == nullptr) {
    if (piece.offset() != 0) return std::nullopt;
    const bool sane = piece.name().size() <= protocol::max_directive_name_bytes;
    return answer(result_frame({sane ? piece.name() : std::string(), piece.version(), false,
                                "this terminal takes no directives now: it plays a journal"}));
  }
  const auto told = assembly_.take(piece, *inbox_);
  return told ? answer(result_frame(*told)) : std::nullopt;
}

std::optional<End> Conversation::answer(std::string frame) {
  if (answers_.size() >= most_answers)
    return wrong("the platform asks faster than it takes answers");
  answers_.push_back(std::move(frame));
  return std::nullopt;
}

std::optional<End> Conversation::welcome(std::uint64_t epoch, std::uint64_t durable_seq,
                                         std::uint32_t window) {
  const std::uint64_t asked = settling_ ? hello_.unsettled->epoch : hello_.epoch;
  if (epoch != asked)
    return wrong(
        fmt::format("the platform answered about epoch {:016x}, not {:016x}", epoch, asked));
  welcomed_ = true;
  ++stats_.sessions;
  stats_.online = true;
  if (settling_) {
    auto settled = source_.settle(epoch, durable_seq);
    if (!settled) return wrong(settled.error().what());
    return orderly("an old epoch is settled");
  }
  if (durable_seq >= hello_.next_seq)
    return begin_new_epoch(
        fmt::format("the platform has {} records of it, the outbox wrote {}: the "
                    "outbox is an old copy",
                    durable_seq, hello_.next_seq - 1));
  if (durable_seq + 1 < hello_.oldest_seq)
    return begin_new_epoch(
        fmt::format("the platform's books end at {}, the oldest that is held is "
                    "{}: the platform has lost some",
                    durable_seq, hello_.oldest_seq));
  if (durable_seq > 0) {
    auto noted = source_.acknowledge(epoch, durable_seq);
    if (!noted) return orderly(noted.error().what());
  }
  window_ = std::clamp(window, 1u, std::clamp(config_.window, 1u, most_window));
  sent_seq_ = durable_seq;
  durable_seq_ = durable_seq;
  stats_.acknowledged_seq = durable_seq;
  return std::nullopt;
}

std::optional<End> Conversation::begin_new_epoch(const std::string& why) {
  auto begun = source_.begin_new_epoch(why);
  if (!begun) return wrong(begun.error().what());
  ++stats_.new_epochs;
  memory_.refused_in_a_row = 0;
  return orderly(why);
}

std::optional<End> Conversation::acknowledged(std::uint64_t epoch, std::uint64_t durable_seq,
                                              Time now) {
  if (epoch != hello_.epoch || durable_seq > sent_seq_)
    return wrong(
        fmt::format("the platform acknowledged record {} of epoch {:016x}, but {} of "
                    "{:016x} is the last that was sent",
                    durable_seq, epoch, sent_seq_, hello_.epoch));
  if (durable_seq <= durable_seq_) return std::nullopt;  // once more: nothing new
  auto noted = source_.acknowledge(epoch, durable_seq);
  if (!noted) return orderly(noted.error().what());
  durable_seq_ = durable_seq;
  stats_.acknowledged_seq = durable_seq;
  progressed_ = true;
  memory_.refused_in_a_row = 0;
  last_progress_ = now;
  while (!in_flight_.empty() && in_flight_.front() <= durable_seq) {
    in_flight_.pop_front();
    ++stats_.batches_acknowledged;
  }
  return std::nullopt;
}

std::optional<End> Conversation::error(int code, const std::string& reason,
                                       std::uint32_t retry_after_ms) {
  const std::string text = fmt::format("the platform said {}: {}",
                                       wire::Error::Code_Name(static_cast<wire::Error::Code>(code)),
                                       reason.substr(0, 200));
  switch (code) {
    case wire::Error::UNKNOWN_KIND:
      return std::nullopt;
    case wire::Error::OVERLOADED:
      return End{false, text, std::chrono::milliseconds(retry_after_ms)};
    case wire::Error::WRONG_IDENTITY:
      return wrong(text + " (the certificate is another terminal's: enroll again)");
    case wire::Error::REPLACED:
      return wrong(text + " (does a second terminal have this id?)");
    case wire::Error::BAD_BATCH:
      if (!progressed_ && ++memory_.refused_in_a_row >= refusals_until_new_epoch)
        return begin_new_epoch(text + " (" + std::to_string(refusals_until_new_epoch) + " times)");
      return wrong(text);
    default:
      return wrong(text);
  }
}

std::optional<End> Conversation::next(std::string& out, Time now) {
  if (!answers_.empty()) {
    out += answers_.front();
    answers_.pop_front();
    return std::nullopt;
  }
  if (!welcomed_ || settling_) return std::nullopt;
  if (inbox_ != nullptr) {
    if (const auto told = inbox_->next_answer()) {
      out += result_frame(*told);
      return std::nullopt;
    }
  }
  if (now - std::max(last_heard_, last_ping_) >= config_.timeouts.ping) {
    last_ping_ = now;
    wire::Frame frame;
    frame.mutable_ping()->set_token(++ping_token_);
    out += packed_frame(frame);
    return std::nullopt;
  }
  const outbox::Shelf shelf = source_.shelf();
  if (shelf.epoch != hello_.epoch || shelf.unsettled) return orderly(new_epoch);
  if (live_is_due(shelf, now)) return live(out, now);
  if (in_flight_.size() >= window_ || shelf.next_seq <= sent_seq_ + 1) return std::nullopt;
  // While something is in flight a batch that is not full can wait: it will be fuller.
  const std::uint64_t waiting = shelf.next_seq - 1 - sent_seq_;
  if (!in_flight_.empty() && waiting < config_.batch_records) return std::nullopt;
  return batch(out, now);
}

bool Conversation::live_is_due(const outbox::Shelf& shelf, Time now) const {
  return now >= next_live_ && shelf.next_seq > sent_seq_ + 1 + config_.live_backlog_records;
}

std::optional<End> Conversation::live(std::string& out, Time now) {
  next_live_ = now + config_.live_every;
  auto packed = source_.read_newest(config_.live_records);
  if (!packed) return wrong(packed.error().what());
  if (!*packed) return std::nullopt;
  wire::Frame frame;
  frame.mutable_live()->set_packed(std::move(**packed));
  out += packed_frame(frame);
  ++stats_.live_frames;
  return std::nullopt;
}

std::optional<End> Conversation::batch(std::string& out, Time now) {
  auto packed = source_.read(sent_seq_ + 1, config_.batch_records);
  if (!packed) return wrong(packed.error().what());
  if (!*packed) return std::nullopt;
  auto head = protocol::peek(**packed);
  if (!head) return wrong("a batch of the outbox: " + head.error().what());
  if (head->epoch != hello_.epoch || head->first_seq > sent_seq_ + 1 || head->last_seq <= sent_seq_)
    return orderly(new_epoch);
  wire::Frame frame;
  frame.mutable_batch()->set_packed(std::move(**packed));
  out += packed_frame(frame);
  if (in_flight_.empty()) last_progress_ = now;
  in_flight_.push_back(head->last_seq);
  sent_seq_ = head->last_seq;
  ++stats_.batches_sent;
  return std::nullopt;
}

std::optional<End> Conversation::overdue(Time now) const {
  if (!welcomed_ && now - begun_ >= config_.timeouts.welcome)
    return wrong("the platform does not say welcome");
  if (now - last_heard_ >= config_.timeouts.silence)
    return wrong("the platform is silent: the connection is dead");
  if (!in_flight_.empty() && now - last_progress_ >= config_.timeouts.ack)
    return wrong("the platform takes batches but does not acknowledge them");
  return std::nullopt;
}

Conversation::Time Conversation::deadline(Time now, bool sending) const {
  Time at = last_heard_ + config_.timeouts.silence;
  if (!welcomed_) return std::min(at, begun_ + config_.timeouts.welcome);
  if (!in_flight_.empty()) at = std::min(at, last_progress_ + config_.timeouts.ack);
  if (sending) return at;
  at = std::min(at, std::max(last_heard_, last_ping_) + config_.timeouts.ping);
  if (next_live_ > now) at = std::min(at, next_live_);
  return at;
}

}  // namespace lujing::uplink
