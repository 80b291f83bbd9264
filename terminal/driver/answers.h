// What the driver's page answers to a request, apart from sockets.
#pragma once

#include "terminal/driver/page_server.h"

#include <string>
#include <string_view>

namespace lujing::driver {

struct PageRequest {
  std::string_view method;
  std::string_view target;
  std::string_view host;
  std::string_view origin;  ///< empty: no browser, or the same page
  std::string_view body;
};

struct PageAnswer {
  unsigned status = 200;
  const char* type = "application/json";
  std::string body;
  const char* allow = "";  ///< of a 405
};

/// `authority`: "127.0.0.1:7680", by which the page is reached; "localhost" with that port is it
/// too where the address is a loopback one.
PageAnswer answer(const PageRequest& request, std::string_view authority, const Facade& facade);

}  // namespace lujing::driver
