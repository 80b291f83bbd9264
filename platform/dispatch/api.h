// From a request to an answer, without a socket: API.md in code.
#pragma once

#include "base/http/message.h"
#include "platform/dispatch/page_files.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace lujing::ledger {
class Ledger;
}

namespace lujing::directives {
class Store;
}

namespace lujing::dispatch {

class LiveState;
struct Target;

using http::Answer;
using http::Request;

/// A street map of which the page can draw every feature, or the empty one.
struct Basemap {
  std::shared_ptr<const std::string> body;
  std::string etag;
  /// `path` empty: no streets.
  static Result<Basemap> read(const std::string& path);
};

Answer error_answer(unsigned status, std::string_view what);

class Api {
 public:
  Api(const ledger::Ledger& ledger, const LiveState& live, PageFiles page, Basemap basemap,
      std::string software, std::shared_ptr<directives::Store> directives = {});
  Answer answer(const Request& request) const;

 private:
  Answer route(const Target& target, std::string_view if_none_match) const;
  Answer of_vehicle(const Target& target) const;
  Answer track(const std::string& terminal_id, const Target& target) const;
  Answer health(const std::string& terminal_id) const;
  Answer alarms(const Target& target) const;
  Answer directives() const;
  Answer trips(const Target& target) const;
  Answer file(const Target& target, std::string_view if_none_match) const;

  const ledger::Ledger& ledger_;
  const LiveState& live_;
  PageFiles page_;
  Basemap basemap_;
  std::string software_;
  std::shared_ptr<directives::Store> directives_;  ///< nullptr: this platform keeps none
  std::chrono::steady_clock::time_point started_;
};

}  // namespace lujing::dispatch
