// What is said in one session, without the sockets: frames in, frames out, and when it must end.
#pragma once

#include "terminal/outbox/batch_source.h"
#include "terminal/uplink/assembly.h"
#include "terminal/uplink/uplink.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace lujing::uplink {

/// Why a session ends.
struct End {
  bool in_order = false;                     ///< nothing went wrong: come back at once
  std::string reason;                        ///< for people
  std::chrono::milliseconds retry_after{0};  ///< the platform has named a time; 0: it has not
};

/// What is remembered from one session to the next.
struct Memory {
  int refused_in_a_row = 0;  ///< sessions that ended with BAD_BATCH and without an acknowledgement
};

class Conversation {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  /// `inbox` nullptr: every directive is refused.
  Conversation(const UplinkConfig& config, outbox::BatchSource& source, DirectiveInbox* inbox,
               Memory& memory, UplinkStats& stats, Time now);

  /// Takes the body of a frame. Not nullopt: end the session, after what is still to be sent.
  std::optional<End> take(std::string_view body, Time now);
  /// Anything came.
  void heard(Time now) { last_heard_ = now; }
  /// Appends at most one frame. Not nullopt: end the session.
  std::optional<End> next(std::string& out, Time now);
  /// Something has waited too long.
  std::optional<End> overdue(Time now) const;
  /// When next() or overdue() must be asked again, whatever comes. `sending`: bytes are waiting to
  /// be sent, so that next() is not asked now.
  Time deadline(Time now, bool sending) const;
  bool welcomed() const { return welcomed_; }
  /// Something was acknowledged.
  bool progressed() const { return progressed_; }

 private:
  void hello();
  std::optional<End> welcome(std::uint64_t epoch, std::uint64_t durable_seq, std::uint32_t window);
  std::optional<End> begin_new_epoch(const std::string& why);
  std::optional<End> acknowledged(std::uint64_t epoch, std::uint64_t durable_seq, Time now);
  std::optional<End> error(int code, const std::string& reason, std::uint32_t retry_after_ms);
  std::optional<End> answer(std::string frame);
  std::optional<End> directive(const wire::Directive& piece);
  bool live_is_due(const outbox::Shelf& shelf, Time now) const;
  std::optional<End> live(std::string& out, Time now);
  std::optional<End> batch(std::string& out, Time now);

  const UplinkConfig& config_;
  outbox::BatchSource& source_;
  DirectiveInbox* inbox_;
  Assembly assembly_;
  Memory& memory_;
  UplinkStats& stats_;
  outbox::Shelf hello_;    ///< what the hello said
  bool settling_ = false;  ///< the hello asked about an old epoch
  bool welcomed_ = false;
  bool progressed_ = false;
  std::uint32_t window_ = 1;
  std::uint64_t sent_seq_ = 0;
  std::uint64_t durable_seq_ = 0;
  std::deque<std::uint64_t> in_flight_;  ///< the last record of each batch
  std::deque<std::string> answers_;      ///< whole frames
  Time begun_;
  Time last_heard_;
  Time last_ping_;
  Time last_progress_;
  Time next_live_;
  std::uint64_t ping_token_ = 0;
};

}  // namespace lujing::uplink
