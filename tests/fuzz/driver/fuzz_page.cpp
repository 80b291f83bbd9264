// Any request at the driver's page, as five lines: method, target, host, origin, body. Whoever is
// not the page itself changes nothing, and what is marked or spoken is one of the words there are.
#include "protocol/work_records.h"
#include "terminal/driver/answers.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string_view line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return taken;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lujing;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  http::Request request;
  request.method = line(rest);
  request.target = line(rest);
  request.host = line(rest);
  request.origin = line(rest);
  request.body = rest;
  int changes = 0;
  driver::Facade facade;
  facade.state = [] { return std::string("{}"); };
  facade.mark_blocked = [&](std::uint8_t code) {
    ++changes;
    if (code > 1 + static_cast<unsigned>(protocol::ExceptionReason::weather)) std::abort();
    return true;
  };
  facade.speak = [&](std::string_view language) {
    ++changes;
    if (language != "zh" && language != "en") std::abort();
  };
  constexpr std::string_view authority = "127.0.0.1:7680";
  request.authority = authority;
  const http::Answer answer = driver::answer(request, facade);
  const bool own = request.host == authority || request.host == "localhost:7680";
  const bool same =
      request.origin.empty() || request.origin == "http://" + std::string(request.host);
  if (changes > 1 || (changes == 1 && answer.status != 200)) std::abort();
  if (changes == 1 && (!own || !same || request.method != "POST")) std::abort();
  if (!own && answer.status != 421) std::abort();
  if (answer.status < 200 || answer.status > 499 || answer.body == nullptr) std::abort();
  return 0;
}
