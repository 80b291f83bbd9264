#include "terminal/driver/answers.h"

#include "protocol/work_records.h"
#include "terminal/driver/page_files.h"
#include "terminal/driver/words.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace lujing::driver {
namespace {

using nlohmann::json;

PageAnswer refused(unsigned status, const std::string& why) {
  return {status, "application/json", json{{"error", why}}.dump(), ""};
}

/// The page's own name, or this machine's where only this machine can ask.
bool is_own(std::string_view host, std::string_view authority) {
  if (host == authority) return true;
  const std::size_t colon = authority.rfind(':');
  const bool loopback = authority.substr(0, 4) == "127." || authority.substr(0, 5) == "[::1]";
  return loopback && host.substr(0, 9) == "localhost" && host.substr(9) == authority.substr(colon);
}

/// The text under `key` of an object that has nothing else; null: an empty one. nullopt: it is not
/// so.
std::optional<std::string> only_text(std::string_view body, const char* key) {
  const json said = json::parse(body, nullptr, false);
  if (!said.is_object() || said.size() != 1 || !said.contains(key)) return std::nullopt;
  const json& value = said[key];
  if (value.is_null()) return std::string();
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

PageAnswer mark(std::string_view body, const Facade& facade) {
  const auto reason = only_text(body, "reason");
  std::optional<std::uint8_t> code;
  if (reason && reason->empty()) code = std::uint8_t{0};
  constexpr auto last = static_cast<unsigned>(protocol::ExceptionReason::weather);
  for (unsigned i = 0; reason && i <= last; ++i) {
    if (*reason == to_string(static_cast<protocol::ExceptionReason>(i))) {
      code = static_cast<std::uint8_t>(i + 1);
    }
  }
  if (!code) {
    return refused(400,
                   "expected {\"reason\": null} or one of other, parked_vehicles, road_works, "
                   "closure, event, weather");
  }
  if (!facade.mark_blocked(*code)) return refused(409, "this vehicle marks no kerbs on its page");
  return {};
}

PageAnswer speak(std::string_view body, const Facade& facade) {
  const auto word = only_text(body, "language");
  if (!word || !language_from(*word)) {
    return refused(400, "expected {\"language\": \"zh\"} or {\"language\": \"en\"}");
  }
  facade.speak(*word);
  return {};
}

}  // namespace

PageAnswer answer(const PageRequest& request, std::string_view authority, const Facade& facade) {
  if (!is_own(request.host, authority)) {
    return refused(421, "this is http://" + std::string(authority) + "/ and nothing else");
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const PageFile* file = find_page_file(request.target);
  const bool is_state = request.target == "/state";
  const bool is_said = request.target == "/blocked" || request.target == "/language";
  if (file == nullptr && !is_state && !is_said) return refused(404, "there is no such page");
  if (is_said ? request.method != "POST" : !reads) {
    PageAnswer wrong = refused(405, "not in this way");
    wrong.allow = is_said ? "POST" : "GET, HEAD";
    return wrong;
  }
  if (file != nullptr) return {200, file->type, std::string(file->text), ""};
  if (is_state) return {200, "application/json", facade.state(), ""};
  if (!request.origin.empty() && request.origin != "http://" + std::string(request.host)) {
    return refused(403, "only the driver's own page may say this");
  }
  PageAnswer done =
      request.target == "/blocked" ? mark(request.body, facade) : speak(request.body, facade);
  if (done.status == 200) done.body = facade.state();
  return done;
}

}  // namespace lujing::driver
