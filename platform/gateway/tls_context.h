// What all TLS sessions of the gateway share: certificates and rules. TLS 1.3 only, a client
// certificate of the platform's authority or nothing, sessions resumed by ticket.
#pragma once

#include "base/result.h"

#include <openssl/types.h>

#include <memory>
#include <string>

namespace lujing::gateway {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

/// Reads the three PEM files. An error: no gateway can run with them, since one of them cannot be
/// read or they do not belong together. Otherwise what is wrong with the certificate's time; empty:
/// nothing.
Result<std::string> check_gateway_credentials(const std::string& authority,
                                              const std::string& certificate,
                                              const std::string& key);

/// Reads the three PEM files and says which of them is wrong, and how.
Result<TlsContext> make_tls_context(const std::string& authority, const std::string& certificate,
                                    const std::string& key);

}  // namespace lujing::gateway
