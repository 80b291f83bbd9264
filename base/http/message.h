// A request and its answer, apart from sockets: what a page's handler is written and tested with.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace lujing::http {

struct Request {
  std::string_view method;
  std::string_view target;
  std::string_view host = {};    ///< empty: not said
  std::string_view origin = {};  ///< empty: no browser, or the same page
  std::string_view body = {};
  std::string_view if_none_match = {};  ///< empty: not said
  std::string_view authority = {};      ///< by which the server is reached: "127.0.0.1:7680"
};

struct Answer {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string cache_control = "no-store";
  std::string etag;                         ///< empty: none
  std::string allow;                        ///< empty: no such header
  std::shared_ptr<const std::string> body;  ///< never null
};

}  // namespace lujing::http
