#include "terminal/uplink/tls.h"

#include "base/credentials.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

namespace lujing::uplink {
namespace {

constexpr std::size_t most_session_bytes = 64u << 10;

std::string queue_text() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(code);
    if (reason == nullptr) continue;
    if (!text.empty()) text += ", ";
    text += reason;
  }
  return text.empty() ? "the connection was closed" : text;
}

/// What to do about an alert of the platform's.
const char* remedy_of(const std::string& text) {
  if (text.find("unknown ca") != std::string::npos)
    return " (the platform does not know the authority of [platform] certificate: enroll again)";
  if (text.find("certificate expired") != std::string::npos)
    return " ([platform] certificate has expired: enroll again)";
  if (text.find("certificate required") != std::string::npos)
    return " (the platform wants a certificate: check [platform] certificate and key)";
  if (text.find("protocol version") != std::string::npos)
    return " (the other side does not speak TLS 1.3: check [platform] host and port)";
  if (text.find("wrong version number") != std::string::npos)
    return " (what listens there does not speak TLS: check [platform] port)";
  return "";
}

}  // namespace

void FreeTls::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}
void FreeTls::operator()(SSL* ssl) const {
  SSL_free(ssl);
}
void FreeTls::operator()(SSL_SESSION* session) const {
  SSL_SESSION_free(session);
}

std::string tls_error(SSL* ssl) {
  const long verified = ssl == nullptr ? X509_V_OK : SSL_get_verify_result(ssl);
  const std::string text = queue_text();
  if (verified == X509_V_OK) return text + remedy_of(text);
  const char* remedy = "check [platform] authority";
  if (verified == X509_V_ERR_CERT_NOT_YET_VALID || verified == X509_V_ERR_CERT_HAS_EXPIRED)
    remedy = "check the vehicle's clock, then the platform's certificate";
  if (verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH)
    remedy = "the platform's certificate is for another name: check [platform] host";
  return fmt::format("the platform's certificate is not good: {} ({})",
                     X509_verify_cert_error_string(verified), remedy);
}

Tls::Tls(std::string session_file, std::string where)
    : session_file_(std::move(session_file)), where_(std::move(where)) {}

Tls::~Tls() = default;

Result<std::unique_ptr<Tls>> Tls::create(const Files& files, const std::string& data_dir,
                                         const std::string& where) {
  std::unique_ptr<Tls> tls(
      new Tls(data_dir.empty() ? std::string() : data_dir + "/tls_session", where));
  // Read by ourselves first: of a file that cannot be opened OpenSSL says no more than "system
  // lib".
  const auto readable = read_credentials(
      {files.authority, files.certificate, files.key}, TlsSide::terminal,
      {"[platform] authority ", "[platform] certificate ", "[platform] key ", "lujing-ctl enroll"});
  if (!readable) return readable.error();
  ERR_clear_error();
  tls->context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = tls->context_.get();
  if (context == nullptr) return Error("TLS: " + queue_text());
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_locations(context, files.authority.c_str(), nullptr) != 1)
    return Error(fmt::format("[platform] authority {}: {}", files.authority, queue_text()));
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return Error(fmt::format("[platform] certificate {}: {}", files.certificate, queue_text()));
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return Error(fmt::format("[platform] key {}: {}", files.key, queue_text()));
  if (SSL_CTX_check_private_key(context) != 1)
    return Error(fmt::format("[platform] key {} does not belong to certificate {}", files.key,
                             files.certificate));
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &Tls::keep_session);
  SSL_CTX_set_app_data(context, tls.get());
  tls->load_session();
  return tls;
}

Result<Ssl> Tls::client(const std::string& host, int fd) {
  ERR_clear_error();
  Ssl ssl(SSL_new(context_.get()));
  if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) return Error("TLS: " + queue_text());
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl.get());
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) != 1) {  // not an address: a name
    ERR_clear_error();
    SSL_set_tlsext_host_name(ssl.get(), host.c_str());
    if (SSL_set1_host(ssl.get(), host.c_str()) != 1) return Error("TLS: " + queue_text());
  }
  if (session_) SSL_set_session(ssl.get(), session_.get());
  SSL_set_connect_state(ssl.get());
  return ssl;
}

/// OpenSSL calls this for each ticket that the platform sends.
int Tls::keep_session(SSL* ssl, SSL_SESSION* session) {
  auto* self = static_cast<Tls*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  self->session_.reset(session);
  self->save_session();
  return 1;  // ours now
}

void Tls::forget_session() {
  session_.reset();
  if (!session_file_.empty()) unlink(session_file_.c_str());
}

void Tls::load_session() {
  if (session_file_.empty()) return;
  std::ifstream file(session_file_, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string head = where_ + "\n";
  if (!bytes.starts_with(head) || bytes.size() > most_session_bytes) return;
  const auto* der = reinterpret_cast<const unsigned char*>(bytes.data() + head.size());
  session_.reset(d2i_SSL_SESSION(nullptr, &der, static_cast<long>(bytes.size() - head.size())));
  ERR_clear_error();
}

/// Not synced: after a power cut the next handshake is a long one, that is all.
void Tls::save_session() const {
  if (session_file_.empty() || !session_) return;
  const int size = i2d_SSL_SESSION(session_.get(), nullptr);
  if (size <= 0 || static_cast<std::size_t>(size) > most_session_bytes) return;
  std::string bytes = where_ + "\n";
  const std::size_t head = bytes.size();
  bytes.resize(head + static_cast<std::size_t>(size));
  auto* der = reinterpret_cast<unsigned char*>(bytes.data() + head);
  i2d_SSL_SESSION(session_.get(), &der);
  const std::string fresh = session_file_ + ".new";
  const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return;
  const bool whole = write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  close(fd);
  if (!whole || std::rename(fresh.c_str(), session_file_.c_str()) != 0) unlink(fresh.c_str());
}

}  // namespace lujing::uplink
