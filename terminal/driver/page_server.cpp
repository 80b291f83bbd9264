#include "terminal/driver/page_server.h"

#include "terminal/driver/answers.h"

#include <chrono>
#include <utility>

namespace lujing::driver {
namespace {

// Everything comes from here, and nobody else may frame it.
constexpr const char* content_security_policy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action "
    "'none'; frame-ancestors 'none'";

}  // namespace

http::Options page_options() {
  http::Options options;
  options.setting = "[driver] address, port";
  options.content_security_policy = content_security_policy;
  options.max_connections = 8;
  options.max_header_bytes = 4096;
  options.max_body_bytes = 256;
  options.request_timeout = std::chrono::seconds(5);
  options.idle_timeout = std::chrono::seconds(30);
  return options;
}

PageServer::PageServer(std::unique_ptr<http::Server> server) : server_(std::move(server)) {}

Result<std::unique_ptr<PageServer>> PageServer::start(const http::Options& options, Facade facade) {
  http::Handlers handlers;
  handlers.answer = [facade = std::move(facade)](const http::Request& request) {
    return answer(request, facade);
  };
  handlers.refuse = refused;
  auto server = http::Server::start(options, std::move(handlers));
  if (!server) return server.error();
  return std::unique_ptr<PageServer>(new PageServer(std::move(*server)));
}

PageServer::~PageServer() = default;

std::uint16_t PageServer::port() const {
  return server_->port();
}

std::string PageServer::url() const {
  return server_->url();
}

}  // namespace lujing::driver
