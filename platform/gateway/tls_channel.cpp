#include "platform/gateway/tls_channel.h"

#include "base/certificate_name.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

namespace lujing::gateway {

/// A BIO that reads from the channel's input and appends to its output, without a buffer of its
/// own.
struct TlsChannel::Bio {
  static TlsChannel& channel(BIO* bio) { return *static_cast<TlsChannel*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* out, int size) {
    BIO_clear_retry_flags(bio);
    auto& input = channel(bio).input_;
    const auto count = std::min(input.size(), static_cast<std::size_t>(std::max(0, size)));
    if (count == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    std::memcpy(out, input.data(), count);
    input.remove_prefix(count);
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* data, int size) {
    BIO_clear_retry_flags(bio);
    if (size <= 0) return 0;
    channel(bio).output_.append(data, static_cast<std::size_t>(size));
    return size;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static int create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  }

  static const BIO_METHOD* method() {
    static const BIO_METHOD* const made = [] {
      BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "lujing channel");
      BIO_meth_set_read(m, &Bio::read);
      BIO_meth_set_write(m, &Bio::write);
      BIO_meth_set_ctrl(m, &Bio::control);
      BIO_meth_set_create(m, &Bio::create);
      return m;
    }();
    return made;
  }
};

void TlsChannel::FreeSsl::operator()(SSL* ssl) const {
  SSL_free(ssl);
}

TlsChannel::TlsChannel(SSL_CTX* context) : ssl_(SSL_new(context)) {
  BIO* bio = BIO_new(Bio::method());
  if (!ssl_ || bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, this);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

TlsChannel::~TlsChannel() = default;

TlsChannel::Step TlsChannel::verdict(int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return Step::more;
    case SSL_ERROR_ZERO_RETURN:
      return Step::closed;
    default:
      break;
  }
  std::array<char, 256> words{};
  const auto code = ERR_get_error();
  const char* reason = ERR_reason_error_string(code);
  if (reason != nullptr) {
    error_ = reason;
  } else {
    ERR_error_string_n(code, words.data(), words.size());
    error_ = words.data();
  }
  if (const long verified = SSL_get_verify_result(ssl_.get()); verified != X509_V_OK)
    error_ += std::string(": ") + X509_verify_cert_error_string(verified);
  ERR_clear_error();
  return Step::failed;
}

TlsChannel::Step TlsChannel::handshake() {
  ERR_clear_error();
  const int returned = SSL_do_handshake(ssl_.get());
  return returned == 1 ? Step::done : verdict(returned);
}

TlsChannel::Step TlsChannel::read(char* buffer, std::size_t size, std::size_t& got) {
  ERR_clear_error();
  const int returned = SSL_read_ex(ssl_.get(), buffer, size, &got);
  return returned == 1 ? Step::done : verdict(returned);
}

bool TlsChannel::write(std::string_view plain) {
  ERR_clear_error();
  while (!plain.empty()) {
    std::size_t written = 0;
    if (SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written) != 1) {
      ERR_clear_error();
      return false;
    }
    plain.remove_prefix(written);
  }
  return true;
}

void TlsChannel::close() {
  ERR_clear_error();
  (void)SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

bool TlsChannel::holds_partial_record() const {
  return SSL_has_pending(ssl_.get()) == 1;
}

bool TlsChannel::resumed() const {
  return SSL_session_reused(ssl_.get()) == 1;
}

std::string TlsChannel::peer_name() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  return certificate == nullptr ? std::string() : common_name(certificate);
}

bool TlsChannel::peer_expired() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  return certificate == nullptr || X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0;
}

void TlsChannel::shed_handshake() {
  ERR_clear_error();
  // The peer's certificate has been verified, its name read, its session ticket sent. OpenSSL keeps
  // the parsed certificate as long as the session: about 6 kB, most of it the public key in two
  // forms. This one belongs to this session alone, so what can be taken out of it is.
  X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  EVP_PKEY* small = SSL_CTX_get0_privatekey(SSL_get_SSL_CTX(ssl_.get()));
  if (certificate == nullptr || small == nullptr) return;
  (void)X509_set_pubkey(certificate, small);
  while (X509_EXTENSION* extension = X509_delete_ext(certificate, 0))
    X509_EXTENSION_free(extension);
  if (X509_NAME* nobody = X509_NAME_new(); nobody != nullptr) {
    (void)X509_set_subject_name(certificate, nobody);
    (void)X509_set_issuer_name(certificate, nobody);
    X509_NAME_free(nobody);
  }
  (void)i2d_re_X509_tbs(certificate, nullptr);  // the kept encoding becomes the small one
  // Many clients send their authority's certificate too.
  if (STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl_.get()); chain != nullptr)
    while (X509* sent_along = sk_X509_pop(chain)) X509_free(sent_along);
  ERR_clear_error();
}

std::string TlsChannel::error() const {
  return error_;
}

}  // namespace lujing::gateway
