// Keys and X.509 certificates through OpenSSL. Private to this folder.
#pragma once

#include "base/certificate_name.h"
#include "base/result.h"

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::pki {

struct Free {
  void operator()(EVP_PKEY* key) const;
  void operator()(X509* certificate) const;
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

/// What OpenSSL has to say about the last failure.
Error openssl_error(const std::string& what);

Result<Key> make_key();
Result<Key> read_key(const std::string& path);
Result<Certificate> read_certificate(const std::string& path);
Result<std::string> to_pem(EVP_PKEY* key);
Result<std::string> to_pem(X509* certificate);

struct Extension {
  int nid;
  std::string value;
};

struct Request {
  std::string common_name;
  std::int64_t days = 3650;
  std::vector<Extension> extensions;
};

/// A certificate of `key` as asked for, signed by the authority; signed by itself where `issuer` is
/// null.
Result<Certificate> make_certificate(const Request& request, EVP_PKEY* key, X509* issuer,
                                     EVP_PKEY* issuer_key);

std::string not_after(X509* certificate);  ///< ISO 8601
bool expired(X509* certificate);
bool belongs_to(X509* certificate, EVP_PKEY* key);
bool signed_by(X509* certificate, X509* authority);
bool covers_host(X509* certificate, const std::string& host);
bool is_address(const std::string& host);

}  // namespace lujing::pki
