#include "terminal/uplink/resolve.h"

#include <fmt/format.h>
#include <netdb.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace lujing::uplink {
namespace {

using Addresses = Result<std::vector<Address>>;

Addresses look_up(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (code != 0)
    return Error(fmt::format(
        "{}: the name cannot be resolved ({}): check [platform] host and the mobile connection",
        host, gai_strerror(code)));
  std::vector<Address> found;
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
    Address address;
    std::memcpy(&address.bytes, a->ai_addr, a->ai_addrlen);
    address.size = a->ai_addrlen;
    std::array<char, NI_MAXHOST> text{};
    getnameinfo(a->ai_addr, a->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    address.text = fmt::format("{}:{}", text.data(), port);
    found.push_back(std::move(address));
  }
  freeaddrinfo(list);
  if (found.empty()) return Error(host + ": the name has no address");
  return found;
}

/// Shared by the one who asks and the thread that looks up; whichever is later frees it.
struct Question {
  Question() {
    if (pipe2(done.data(), 0) != 0) done = {-1, -1};
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  ~Question() {
    for (const int fd : done)
      if (fd >= 0) close(fd);
  }
  std::array<int, 2> done{-1, -1};
  std::mutex mutex;
  std::optional<Addresses> answer;
};

}  // namespace

Addresses resolve(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout,
                  Wake& wake) {
  if (auto numeric = look_up(host, port, AI_NUMERICHOST)) return numeric;
  auto question = std::make_shared<Question>();
  if (question->done[0] < 0) return Error("no pipe for resolving a name: too many open files");
  std::thread([question, host, port] {
    auto answer = look_up(host, port, AI_ADDRCONFIG);
    const std::lock_guard held(question->mutex);
    question->answer = std::move(answer);
    const auto written = write(question->done[1], "", 1);
    (void)written;
  }).detach();
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!wake.stopping()) {
    {
      const std::lock_guard held(question->mutex);
      if (question->answer) return *std::move(question->answer);
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    wake.wait(question->done[0], true, false, left);
  }
  return Error(host + ": no answer to the question for its address: check the mobile connection");
}

}  // namespace lujing::uplink
