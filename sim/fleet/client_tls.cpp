#include "sim/fleet/client_tls.h"

#include "platform/pki/certificate.h"

#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/ssl.h>

#include <array>
#include <utility>

namespace lujing::sim {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

constexpr std::int64_t certificate_days = 2;  // longer than any run

}  // namespace

struct ClientTls::Parts {
  pki::Certificate authority;
  pki::Key authority_key;
  pki::Key key;
  std::unique_ptr<SSL_CTX, FreeContext> context;
};

ClientTls::ClientTls(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ClientTls::ClientTls(ClientTls&&) noexcept = default;
ClientTls& ClientTls::operator=(ClientTls&&) noexcept = default;
ClientTls::~ClientTls() = default;

void ClientTls::FreeSsl::operator()(SSL* ssl) const {
  SSL_free(ssl);
}

std::string tls_trouble() {
  std::array<char, 256> text{};
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return {};
  const char* reason = ERR_reason_error_string(code);
  if (reason != nullptr) return reason;
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

Result<ClientTls> ClientTls::make(const std::string& authority_folder) {
  auto parts = std::make_unique<Parts>();
  auto authority = pki::read_certificate(authority_folder + "/ca.crt");
  if (!authority) return authority.error();
  auto authority_key = pki::read_key(authority_folder + "/ca.key");
  if (!authority_key) return authority_key.error();
  auto key = pki::make_key();
  if (!key) return key.error();
  parts->authority = std::move(*authority);
  parts->authority_key = std::move(*authority_key);
  parts->key = std::move(*key);
  parts->context.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = parts->context.get();
  const bool good =
      context != nullptr && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), parts->authority.get()) == 1;
  if (!good) return Error("TLS cannot be set up: " + tls_trouble());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return ClientTls(std::move(parts));
}

Result<ClientTls::Session> ClientTls::session(const std::string& id, int socket) const {
  const pki::Request request{
      id,
      certificate_days,
      {{NID_key_usage, "critical,digitalSignature"}, {NID_ext_key_usage, "clientAuth"}}};
  auto certificate = pki::make_certificate(request, parts_->key.get(), parts_->authority.get(),
                                           parts_->authority_key.get());
  if (!certificate) return certificate.error();
  Session ssl(SSL_new(parts_->context.get()));
  const bool good = ssl != nullptr && SSL_use_certificate(ssl.get(), certificate->get()) == 1 &&
                    SSL_use_PrivateKey(ssl.get(), parts_->key.get()) == 1 &&
                    SSL_set_fd(ssl.get(), socket) == 1;
  if (!good) return Error("TLS for " + id + ": " + tls_trouble());
  return ssl;
}

}  // namespace lujing::sim
