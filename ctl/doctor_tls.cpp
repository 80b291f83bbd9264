#include "base/credentials.h"
#include "ctl/doctor_checks.h"
#include "terminal/config/credentials.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>

namespace lujing::ctl {
namespace {

using std::chrono::steady_clock;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* item) const {
    release(item);
  }
};
using Context = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Release<SSL_free>>;
using Addresses = std::unique_ptr<addrinfo, Release<freeaddrinfo>>;

/// A terminal starts without a person: a key behind a password is no key for it.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return 0;
}

std::string openssl_text() {
  std::array<char, 256> text{};
  const unsigned long error = ERR_peek_last_error();
  ERR_error_string_n(error, text.data(), text.size());
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(error);
  return reason != nullptr ? reason : text.data();
}

/// A connected non-blocking socket, or why not.
Result<int> connect_to(const std::string& host, std::uint16_t port, double wait_s) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int looked = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (looked != 0) {
    return Error(std::string(gai_strerror(looked)) + ": is the name right, is there a network?");
  }
  const Addresses owner(found);
  int problem = EADDRNOTAVAIL;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    const int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    problem = connect(fd, address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
    if (problem == EINPROGRESS) {
      pollfd wait{fd, POLLOUT, 0};
      socklen_t size = sizeof problem;
      problem = ETIMEDOUT;
      if (poll(&wait, 1, static_cast<int>(wait_s * 1000)) > 0) {
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size);
      }
    }
    if (problem == 0) return fd;
    close(fd);
  }
  return Error(std::string(std::strerror(problem)) +
               ": is the platform running, and no firewall between?");
}

/// The same check of the platform's certificate as the uplink makes.
Result<Context> client_context(const config::PlatformConfig& platform) {
  const auto readable = read_credentials(
      {platform.authority, platform.certificate, platform.key}, TlsSide::terminal,
      {"[platform] authority ", "[platform] certificate ", "[platform] key ", "lujing-ctl enroll"});
  if (!readable) return readable.error();
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return Error(openssl_text());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_passwd_cb(context.get(), no_password);
  if (SSL_CTX_load_verify_locations(context.get(), platform.authority.c_str(), nullptr) != 1 ||
      SSL_CTX_use_certificate_chain_file(context.get(), platform.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), platform.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Error("our certificate cannot be used: " + openssl_text());
  }
  return context;
}

void expect_host(SSL* session, const std::string& host) {
  std::array<unsigned char, 16> address{};
  const bool is_address = inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
                          inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
  if (is_address) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str());
    return;
  }
  SSL_set1_host(session, host.c_str());
  SSL_set_tlsext_host_name(session, host.c_str());
}

enum class Progress { done, timeout, failed };

/// Repeats a step of the handshake until it is done or the deadline is there.
template <class Step>
Progress drive(SSL* session, steady_clock::time_point deadline, const Step& step) {
  for (;;) {
    ERR_clear_error();
    const int result = step();
    if (result > 0) return Progress::done;
    const int error = SSL_get_error(session, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return Progress::failed;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return Progress::timeout;
    const short events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    pollfd wait{SSL_get_fd(session), events, 0};
    poll(&wait, 1, static_cast<int>(left.count()));
  }
}

std::string handshake_problem(SSL* session, Progress progress) {
  if (progress == Progress::timeout) return "no TLS answer: is that port the gateway's?";
  const long verified = SSL_get_verify_result(session);
  if (verified != X509_V_OK) {
    return "the platform's certificate is not trusted: " +
           std::string(X509_verify_cert_error_string(verified)) +
           ": right authority file, right host, right clock?";
  }
  const std::string reason = ERR_peek_last_error() == 0 ? "connection closed" : openssl_text();
  return "TLS failed: " + reason;
}

}  // namespace

Finding check_certificate(const std::string& terminal_id, const config::PlatformConfig& platform) {
  const auto judged = config::check_credentials(terminal_id, platform);
  if (!judged) return {"certificate", Verdict::problem, judged.error().what()};
  return {"certificate", Verdict::ok, *judged};
}

Finding check_platform(const config::PlatformConfig& platform, double wait_s) {
  const std::string where = platform.host + ":" + std::to_string(platform.port) + ": ";
  Finding finding{"platform", Verdict::problem, where};
  const auto context = client_context(platform);
  const auto fd =
      context ? connect_to(platform.host, platform.port, wait_s) : Result<int>(context.error());
  if (!fd) {
    finding.text += fd.error().what();
    return finding;
  }
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a connection that the platform has closed
  const Session session(SSL_new(context->get()));
  SSL_set_fd(session.get(), *fd);
  expect_host(session.get(), platform.host);
  const auto deadline =
      steady_clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(wait_s * 1000));
  Progress progress = drive(session.get(), deadline, [&] { return SSL_connect(session.get()); });
  // In TLS 1.3 our side is done before the platform has looked at our certificate. It waits for our
  // hello then; if it says something now, it is a refusal.
  bool refused = false;
  if (progress == Progress::done) {
    char byte = 0;
    const auto soon = std::min(deadline, steady_clock::now() + std::chrono::milliseconds(700));
    refused = drive(session.get(), soon, [&] { return SSL_read(session.get(), &byte, 1); }) ==
              Progress::failed;
  }
  if (progress != Progress::done) {
    finding.text += handshake_problem(session.get(), progress);
  } else if (refused) {
    finding.text += "refuses our certificate (" +
                    (ERR_peek_last_error() == 0 ? "connection closed" : openssl_text()) +
                    "): is this terminal enrolled there?";
  } else {
    finding.verdict = Verdict::ok;
    finding.text += std::string(SSL_get_version(session.get())) + ", both certificates taken";
  }
  close(*fd);
  return finding;
}

}  // namespace lujing::ctl
