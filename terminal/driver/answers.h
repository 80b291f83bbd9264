// What the driver's page answers to a request, apart from sockets.
#pragma once

#include "base/http/message.h"
#include "terminal/driver/page_server.h"

#include <string>

namespace lujing::driver {

/// Only to who asks by the server's own name; "localhost" with its port is one too where the
/// address is a loopback one.
http::Answer answer(const http::Request& request, const Facade& facade);

/// What could not be read as a request, or is not allowed.
http::Answer refused(unsigned status, const std::string& why);

}  // namespace lujing::driver
