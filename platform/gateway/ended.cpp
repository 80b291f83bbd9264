#include "platform/gateway/ended.h"

#include <array>

namespace lujing::gateway {

namespace {

constexpr std::array<EndRow, ended_reasons> rows{{
    {Ended::by_peer, "closed by the terminal", ErrorCode::none, 0, false},
    {Ended::connection, "connection broken", ErrorCode::none, 0, false},
    {Ended::no_room, "no room", ErrorCode::overloaded, 5000, true},
    {Ended::tls, "TLS refused", ErrorCode::none, 0, true},
    {Ended::hello_timeout, "no hello in time", ErrorCode::timeout, 0, true},
    {Ended::silence, "silent for too long", ErrorCode::timeout, 0, true},
    {Ended::slow_frame, "frame too slow", ErrorCode::timeout, 0, true},
    {Ended::slow_reader, "does not read", ErrorCode::none, 0, true},
    {Ended::bad_frame, "bad frame", ErrorCode::bad_frame, 10'000, true},
    {Ended::wrong_identity, "wrong identity", ErrorCode::wrong_identity, 60'000, true},
    {Ended::bad_batch, "bad batch", ErrorCode::bad_batch, 10'000, true},
    {Ended::window, "window exceeded", ErrorCode::overloaded, 1000, true},
    {Ended::ledger, "ledger failed", ErrorCode::overloaded, 10'000, true},
    {Ended::replaced, "replaced", ErrorCode::replaced, 0, false},
    {Ended::going_down, "gateway stopped", ErrorCode::going_down, 2000, false},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].why) != i) return false;
  return true;
}
static_assert(in_order());

}  // namespace

const EndRow& end_row(Ended why) {
  return rows[static_cast<std::size_t>(why)];
}
const char* to_string(Ended why) {
  return end_row(why).name;
}

}  // namespace lujing::gateway
