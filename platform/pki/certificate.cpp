#include "platform/pki/certificate.h"

#include "base/time.h"
#include "platform/pki/files.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

namespace lujing::pki {

namespace {

constexpr std::int64_t seconds_a_day = 86'400;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

Bio reader(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(std::max(0L, size))};
}

/// 127 random bits: nobody else's serial number, and positive.
bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] &= 0x7f;
  BIGNUM* number = BN_bin2bn(bytes.data(), bytes.size(), nullptr);
  const bool ok = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return ok;
}

bool set_times(X509* certificate, std::int64_t days) {
  // A day back: a vehicle whose clock is a little behind must not refuse a new certificate.
  const long until = static_cast<long>(days * seconds_a_day);
  const long from =
      static_cast<long>(std::min<std::int64_t>(0, days) * seconds_a_day - seconds_a_day);
  return X509_gmtime_adj(X509_getm_notBefore(certificate), from) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), until) != nullptr;
}

bool set_name(X509* certificate, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text,
                                    static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool add_extensions(X509* certificate, X509* issuer, const std::vector<Extension>& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const auto& extension : extensions) {
    X509_EXTENSION* made =
        X509V3_EXT_conf_nid(nullptr, &context, extension.nid, extension.value.c_str());
    if (made == nullptr) return false;
    const int added = X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
    if (added != 1) return false;
  }
  return true;
}

}  // namespace

void Free::operator()(EVP_PKEY* key) const {
  EVP_PKEY_free(key);
}
void Free::operator()(X509* certificate) const {
  X509_free(certificate);
}

Error openssl_error(const std::string& what) {
  std::string text = what;
  if (const auto code = ERR_get_error(); code != 0) {
    std::array<char, 256> words{};
    ERR_error_string_n(code, words.data(), words.size());
    text += std::string(": ") + words.data();
  }
  ERR_clear_error();
  return Error(text);
}

Result<Key> make_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_error("a key cannot be made");
  return key;
}

Result<Key> read_key(const std::string& path) {
  auto text = read_whole(path);
  if (!text) return text.error();
  Key key(PEM_read_bio_PrivateKey(reader(*text).get(), nullptr, nullptr, nullptr));
  if (!key) return openssl_error(path + " is not a private key in PEM form");
  return key;
}

Result<Certificate> read_certificate(const std::string& path) {
  auto text = read_whole(path);
  if (!text) return text.error();
  Certificate certificate(PEM_read_bio_X509(reader(*text).get(), nullptr, nullptr, nullptr));
  if (!certificate) return openssl_error(path + " is not a certificate in PEM form");
  return certificate;
}

Result<std::string> to_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_error("a key cannot be written");
  return content(bio.get());
}

Result<std::string> to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), certificate) != 1)
    return openssl_error("a certificate cannot be written");
  return content(bio.get());
}

Result<Certificate> make_certificate(const Request& request, EVP_PKEY* key, X509* issuer,
                                     EVP_PKEY* issuer_key) {
  Certificate made(X509_new());
  X509* certificate = made.get();
  X509* by = issuer == nullptr ? certificate : issuer;
  const bool good = certificate != nullptr && X509_set_version(certificate, X509_VERSION_3) == 1 &&
                    set_serial(certificate) && set_times(certificate, request.days) &&
                    set_name(certificate, request.common_name) &&
                    X509_set_issuer_name(certificate, X509_get_subject_name(by)) == 1 &&
                    X509_set_pubkey(certificate, key) == 1 &&
                    add_extensions(certificate, by, request.extensions) &&
                    X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
  if (!good) return openssl_error("a certificate for " + request.common_name + " cannot be made");
  return made;
}

std::string not_after(X509* certificate) {
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1) return {};
  const std::int64_t left_s = days * seconds_a_day + seconds;
  // Whole seconds, as the certificate has them.
  const std::int64_t now_s = utc_now().ms / 1000;
  return to_iso8601(UtcTime{(now_s + left_s) * 1000});
}

bool expired(X509* certificate) {
  return X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0;
}

bool belongs_to(X509* certificate, EVP_PKEY* key) {
  const bool ok = X509_check_private_key(certificate, key) == 1;
  ERR_clear_error();
  return ok;
}

bool signed_by(X509* certificate, X509* authority) {
  const bool ok = X509_verify(certificate, X509_get0_pubkey(authority)) == 1;
  ERR_clear_error();
  return ok;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool covers_host(X509* certificate, const std::string& host) {
  if (is_address(host)) return X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
  return X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1;
}

}  // namespace lujing::pki
