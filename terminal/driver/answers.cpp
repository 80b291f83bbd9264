#include "terminal/driver/answers.h"

#include "protocol/work_records.h"
#include "terminal/driver/page_files.h"
#include "terminal/driver/words.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace lujing::driver {
namespace {

using nlohmann::json;

using http::Answer;

Answer told(std::string body, const char* type = "application/json") {
  Answer answer;
  answer.content_type = type;
  answer.body = std::make_shared<const std::string>(std::move(body));
  return answer;
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

Answer mark(std::string_view body, const Facade& facade) {
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
  return told(facade.state());
}

Answer speak(std::string_view body, const Facade& facade) {
  const auto word = only_text(body, "language");
  if (!word || !language_from(*word)) {
    return refused(400, "expected {\"language\": \"zh\"} or {\"language\": \"en\"}");
  }
  facade.speak(*word);
  return told(facade.state());
}

}  // namespace

Answer refused(unsigned status, const std::string& why) {
  Answer answer = told(json{{"error", why}}.dump());
  answer.status = status;
  return answer;
}

Answer answer(const http::Request& request, const Facade& facade) {
  if (!is_own(request.host, request.authority)) {
    return refused(421, "this is http://" + std::string(request.authority) + "/ and nothing else");
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const PageFile* file = find_page_file(request.target);
  const bool is_state = request.target == "/state";
  const bool is_said = request.target == "/blocked" || request.target == "/language";
  if (file == nullptr && !is_state && !is_said) return refused(404, "there is no such page");
  if (is_said ? request.method != "POST" : !reads) {
    Answer wrong = refused(405, "not in this way");
    wrong.allow = is_said ? "POST" : "GET, HEAD";
    return wrong;
  }
  if (file != nullptr) return told(std::string(file->text), file->type);
  if (is_state) return told(facade.state());
  if (!request.origin.empty() && request.origin != "http://" + std::string(request.host)) {
    return refused(403, "only the driver's own page may say this");
  }
  return request.target == "/blocked" ? mark(request.body, facade) : speak(request.body, facade);
}

}  // namespace lujing::driver
