#include "platform/dispatch/dispatch.h"

#include "base/http/server.h"
#include "base/time.h"
#include "platform/directives/store.h"
#include "platform/dispatch/api.h"
#include "platform/dispatch/json.h"
#include "platform/dispatch/live_state.h"

#include <utility>

namespace lujing::dispatch {
namespace {

// The page is ours alone: nothing from elsewhere is loaded, and no other site may frame it. The
// map's worker starts from a blob where the browser asks for it, its images are drawn on canvases.
constexpr const char* content_security_policy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; child-src blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Alarms first: a vehicle's new state may be because of one.
std::vector<http::Message> news(const ledger::Ledger& ledger, LiveState& live, bool anybody) {
  const auto changes = live.take_changes(ledger, utc_now().ms);
  std::vector<http::Message> messages;
  if (!anybody) return messages;
  messages.reserve(changes.alarms.size() + changes.vehicles.size());
  const auto add = [&](std::string text) {
    messages.push_back(std::make_shared<const std::string>(std::move(text)));
  };
  for (const auto& alarm : changes.alarms) add(alarm_message(alarm));
  for (const auto& vehicle : changes.vehicles) add(vehicle_message(vehicle));
  return messages;
}

}  // namespace

http::Options server_options() {
  http::Options options;
  options.setting = "dispatch.listen";
  options.port = 8080;
  options.content_security_policy = content_security_policy;
  options.max_connections = 512;
  options.max_body_bytes = 1024;  // nothing that is asked for needs one
  options.websocket = "/ws";
  // Clients that wait for the same message share it, and a large fleet's changes come all at once.
  options.max_client_queue_bytes = 16u << 20;
  return options;
}

Dispatch::Dispatch(std::unique_ptr<http::Server> server) : server_(std::move(server)) {}

Result<std::unique_ptr<Dispatch>> Dispatch::start(const Options& options,
                                                  const ledger::Ledger& ledger, LiveState& live) {
  PageFiles page;
  if (!options.web_root.empty()) {
    auto read = PageFiles::read(options.web_root);
    if (!read) {
      return read.error().in("dispatch.web_root");
    }
    page = std::move(*read);
  }
  auto basemap = Basemap::read(options.basemap);
  if (!basemap) {
    return basemap.error().in("dispatch.basemap");
  }
  std::shared_ptr<directives::Store> told;
  if (!options.directives.empty()) {
    auto store = directives::Store::open(options.directives);
    if (!store) {
      return store.error();
    }
    told = std::make_shared<directives::Store>(std::move(*store));
  }
  const auto api = std::make_shared<const Api>(ledger, live, std::move(page), std::move(*basemap),
                                               options.software, std::move(told));
  http::Handlers handlers;
  handlers.answer = [api](const Request& request) { return api->answer(request); };
  handlers.refuse = [](unsigned status, const std::string& what) {
    return error_answer(status, what);
  };
  handlers.hello = [] { return hello_message(utc_now().ms); };
  handlers.news = [&ledger, &live](bool anybody) { return news(ledger, live, anybody); };
  auto server = http::Server::start(options.server, std::move(handlers));
  if (!server) {
    return server.error();
  }
  return std::unique_ptr<Dispatch>(new Dispatch(std::move(*server)));
}

Dispatch::~Dispatch() = default;

std::uint16_t Dispatch::port() const {
  return server_->port();
}

std::string Dispatch::url() const {
  return server_->url();
}

http::Counters Dispatch::counters() const {
  return server_->counters();
}

}  // namespace lujing::dispatch
