#include "terminal/driver/page_server.h"

#include "base/http/server.h"
#include "terminal/driver/answers.h"

#include <utility>

namespace lujing::driver {
namespace {

constexpr std::size_t max_header_bytes = 4096;
constexpr std::size_t max_body_bytes = 256;
// Everything comes from here, and nobody else may frame it.
constexpr const char* content_security_policy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action "
    "'none'; frame-ancestors 'none'";

http::Options server_options(const PageOptions& options) {
  http::Options to;
  to.setting = "[driver] address, port";
  to.address = options.address;
  to.port = options.port;
  to.content_security_policy = content_security_policy;
  to.max_connections = options.max_connections;
  to.max_header_bytes = max_header_bytes;
  to.max_body_bytes = max_body_bytes;
  to.request_timeout = options.request_timeout;
  to.idle_timeout = options.idle_timeout;
  return to;
}

}  // namespace

PageServer::PageServer(std::unique_ptr<http::Server> server) : server_(std::move(server)) {}

Result<std::unique_ptr<PageServer>> PageServer::start(const PageOptions& options, Facade facade) {
  http::Handlers handlers;
  handlers.answer = [facade = std::move(facade)](const http::Request& request) {
    return answer(request, facade);
  };
  handlers.refuse = refused;
  auto server = http::Server::start(server_options(options), std::move(handlers));
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
