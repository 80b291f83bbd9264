#include "platform/gateway/tls_context.h"

#include "base/credentials.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <spdlog/spdlog.h>

#include <array>
#include <string_view>

namespace lujing::gateway {

namespace {

constexpr std::string_view resumption_context = "lujing gateway 1";
constexpr long resumed_for_s = 24L * 3600;
/// A terminal's chain is one certificate of about 700 bytes.
constexpr long max_chain_bytes = 8192;

Error tls_error(const std::string& what) {
  std::array<char, 256> words{};
  ERR_error_string_n(ERR_get_error(), words.data(), words.size());
  ERR_clear_error();
  return Error(what + ": " + words.data());
}

constexpr const char* enroll = "lujing-ctl enroll --gateway";

}  // namespace

Result<std::string> check_gateway_credentials(const std::string& authority,
                                              const std::string& certificate,
                                              const std::string& key) {
  const auto found =
      read_credentials({authority, certificate, key}, TlsSide::gateway,
                       {"gateway.authority ", "gateway.certificate ", "gateway.key ", enroll});
  if (!found) return found.error();
  if (!found->not_signed.empty())
    return Error("gateway.certificate " + certificate + ": gateway.authority " + authority +
                 " does not stand behind it (" + found->not_signed +
                 "), so no terminal would trust it; take the ca.crt that " + enroll +
                 " wrote beside it, or make the certificate anew with that authority");
  const std::string file = "gateway.certificate " + certificate;
  if (found->valid_from_s > 0)
    return file + ": does not hold yet: is this machine's clock right? No terminal trusts it";
  if (found->valid_for_s < 0)
    return file + ": has expired, no terminal trusts it; " + enroll + " --force makes a new one";
  return std::string();
}

void FreeTlsContext::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}

Result<TlsContext> make_tls_context(const std::string& authority, const std::string& certificate,
                                    const std::string& key) {
  const auto good = check_gateway_credentials(authority, certificate, key);
  if (!good) return good.error();
  // The page is of use without terminals, and a clock may be set right: no reason to stay down.
  if (!good->empty()) spdlog::error("{}", *good);
  TlsContext made(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = made.get();
  if (context == nullptr) return tls_error("TLS cannot be set up");
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  // An idle session gives its two 16 kB record buffers back.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
    return tls_error("gateway.certificate " + certificate);
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return tls_error("gateway.key " + key);
  if (SSL_CTX_check_private_key(context) != 1)
    return tls_error("gateway.key " + key + " is not the key of " + certificate);
  if (SSL_CTX_load_verify_file(context, authority.c_str()) != 1)
    return tls_error("gateway.authority " + authority);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(context, 2);
  SSL_CTX_set_max_cert_list(context, max_chain_bytes);
  // Tickets carry the session, so nothing of it is kept here; one is enough for the next connect.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_timeout(context, resumed_for_s);
  SSL_CTX_set_session_id_context(context,
                                 reinterpret_cast<const unsigned char*>(resumption_context.data()),
                                 resumption_context.size());
  return made;
}

}  // namespace lujing::gateway
