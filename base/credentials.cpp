#include "base/credentials.h"

#include "base/certificate_name.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace lujing {
namespace {

constexpr std::int64_t seconds_a_day = 86'400;

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

/// Programs start without a person: a key behind a password is no key for them.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return 0;
}

/// The newest reason that OpenSSL has; empties its queue.
std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "not readable" : reason;
}

Result<File> open_file(const std::string& path, const std::string& name, const std::string& make) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode))
    return Error(name + path + ": is a folder; name the file in it");
  File file(std::fopen(path.c_str(), "r"));
  if (file) return file;
  const bool missing = errno == ENOENT || errno == ENOTDIR;
  return Error(name + path + ": " + std::strerror(errno) +
               (missing ? "; " + make + " makes it"
                        : "; give the file to the user that the program runs as"));
}

/// The first is the file's own; more of them are those between it and the authority.
Result<std::vector<Certificate>> read_certificates(const std::string& path, const std::string& name,
                                                   const std::string& make) {
  auto file = open_file(path, name, make);
  if (!file) return file.error();
  ERR_clear_error();
  std::vector<Certificate> all;
  while (X509* one = PEM_read_X509(file->get(), nullptr, nullptr, nullptr)) all.emplace_back(one);
  // A file ends with "no start line"; anything else is a damaged certificate.
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!all.empty() && ended) {
    ERR_clear_error();
    return all;
  }
  return Error(name + path + ": is no certificate in PEM form (" + openssl_reason() + "); " + make +
               " makes one");
}

struct ReadKey {
  Key key;
  bool open_to_others = false;
};

Result<ReadKey> read_key(const std::string& path, const std::string& name,
                         const std::string& make) {
  auto file = open_file(path, name, make);
  if (!file) return file.error();
  ReadKey read;
  struct stat facts {};
  read.open_to_others = fstat(fileno(file->get()), &facts) == 0 && (facts.st_mode & 0007) != 0;
  ERR_clear_error();
  read.key.reset(PEM_read_PrivateKey(file->get(), nullptr, no_password, nullptr));
  if (read.key) return read;
  return Error(name + path + ": is no key in PEM form without a password (" + openssl_reason() +
               "); " + make + " makes one");
}

std::int64_t seconds_from_now(const ASN1_TIME* time) {
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, time);
  return days * seconds_a_day + seconds;
}

std::string chain_problem(const std::vector<Certificate>& ours,
                          const std::vector<Certificate>& authorities, TlsSide side) {
  const Store store(X509_STORE_new());
  const StoreContext context(X509_STORE_CTX_new());
  STACK_OF(X509)* between = sk_X509_new_null();
  for (std::size_t i = 1; i < ours.size(); ++i) sk_X509_push(between, ours[i].get());
  for (const auto& authority : authorities) X509_STORE_add_cert(store.get(), authority.get());
  X509_STORE_CTX_init(context.get(), store.get(), ours.front().get(), between);
  X509_STORE_CTX_set_default(context.get(), side == TlsSide::gateway ? "ssl_server" : "ssl_client");
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
  const bool good = X509_verify_cert(context.get()) == 1;
  const int why = X509_STORE_CTX_get_error(context.get());
  sk_X509_free(between);
  ERR_clear_error();
  return good ? std::string() : X509_verify_cert_error_string(why);
}

}  // namespace

Result<Credentials> read_credentials(const CredentialFiles& files, TlsSide side,
                                     const CredentialWords& words) {
  const auto authority = read_certificates(files.authority, words.authority, words.enroll);
  if (!authority) return authority.error();
  const auto certificate = read_certificates(files.certificate, words.certificate, words.enroll);
  if (!certificate) return certificate.error();
  const auto key = read_key(files.key, words.key, words.enroll);
  if (!key) return key.error();
  X509* own = certificate->front().get();
  if (X509_check_private_key(own, key->key.get()) != 1) {
    ERR_clear_error();
    return Error(words.key + files.key + ": does not belong to " + files.certificate +
                 "; take the pair that " + words.enroll + " made together");
  }
  Credentials found;
  found.common_name = common_name(own);
  found.valid_from_s = seconds_from_now(X509_get0_notBefore(own));
  found.valid_for_s = seconds_from_now(X509_get0_notAfter(own));
  found.key_open_to_others = key->open_to_others;
  found.not_signed = chain_problem(*certificate, *authority, side);
  return found;
}

}  // namespace lujing
