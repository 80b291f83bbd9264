#include "ctl/doctor_checks.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

namespace lujing::ctl {
namespace {

using std::chrono::steady_clock;

constexpr int renew_days = 30;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* item) const {
    release(item);
  }
};
using File = std::unique_ptr<FILE, Release<std::fclose>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Store = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;
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

Result<File> open_file(const std::string& path) {
  File file(std::fopen(path.c_str(), "r"));
  if (file) return file;
  return Error(path + ": " + std::strerror(errno) + "; lujing-ctl enroll makes it");
}

Result<Certificate> read_certificate(const std::string& path) {
  auto file = open_file(path);
  if (!file) return file.error();
  Certificate certificate(PEM_read_X509(file->get(), nullptr, nullptr, nullptr));
  if (!certificate) return Error(path + " is no certificate in PEM: " + openssl_text());
  return certificate;
}

Result<Key> read_key(const std::string& path) {
  auto file = open_file(path);
  if (!file) return file.error();
  struct stat facts {};
  if (fstat(fileno(file->get()), &facts) == 0 && (facts.st_mode & 0077) != 0) {
    return Error(path + " can be read by others: chmod 600 " + path);
  }
  Key key(PEM_read_PrivateKey(file->get(), nullptr, no_password, nullptr));
  if (!key) return Error(path + " is no key in PEM: " + openssl_text());
  return key;
}

std::string common_name(X509* certificate) {
  std::array<char, 128> text{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text.data(),
                            static_cast<int>(text.size()));
  return text.data();
}

int days_left(X509* certificate) {
  int days = 0;
  int rest = 0;
  ASN1_TIME_diff(&days, &rest, nullptr, X509_get0_notAfter(certificate));
  return days - (rest < 0 ? 1 : 0);
}

/// Why the authority does not stand behind the certificate; empty if it does.
std::string chain_problem(X509* certificate, X509* authority) {
  const Store store(X509_STORE_new());
  const StoreContext context(X509_STORE_CTX_new());
  if (!store || !context || X509_STORE_add_cert(store.get(), authority) != 1 ||
      X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) != 1) {
    return openssl_text();
  }
  if (X509_verify_cert(context.get()) == 1) return {};
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
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
  Finding finding{"certificate", Verdict::problem, ""};
  const auto problem = [&](const std::string& text) {
    finding.text = text;
    return finding;
  };
  const auto authority = read_certificate(platform.authority);
  if (!authority) return problem(authority.error().what());
  const auto certificate = read_certificate(platform.certificate);
  if (!certificate) return problem(certificate.error().what());
  const auto key = read_key(platform.key);
  if (!key) return problem(key.error().what());

  X509* ours = certificate->get();
  if (X509_check_private_key(ours, key->get()) != 1) {
    ERR_clear_error();
    return problem(platform.key + " does not belong to " + platform.certificate +
                   ": enroll this terminal again");
  }
  if (const std::string name = common_name(ours); name != terminal_id) {
    return problem("is for \"" + name + "\", but terminal.id is \"" + terminal_id +
                   "\": wrong file, or enroll this terminal");
  }
  if (X509_cmp_current_time(X509_get0_notBefore(ours)) > 0) {
    return problem("is not valid yet: is the machine's clock set?");
  }
  const int days = days_left(ours);
  if (days < 0) return problem("expired " + std::to_string(-days) + " days ago: enroll again");
  if (const std::string why = chain_problem(ours, authority->get()); !why.empty()) {
    return problem("not signed by " + platform.authority + ": " + why);
  }
  if (days < renew_days) {
    return problem("ends in " + std::to_string(days) + " days: enroll again");
  }
  finding.verdict = Verdict::ok;
  finding.text = terminal_id + ", " + std::to_string(days) + " days left";
  return finding;
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
