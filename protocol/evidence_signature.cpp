// Signatures over evidence bundles: ECDSA P-256 with SHA-256, by the key of a terminal's
// certificate.
#include "base/certificate_name.h"
#include "protocol/evidence.h"
#include "protocol/held.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <climits>
#include <memory>

namespace lujing::protocol {
namespace {

/// OpenSSL keeps its complaints for the next caller: nobody here wants them.
struct Quiet {
  Quiet() = default;
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() { ERR_clear_error(); }
};

Held<BIO> memory(std::string_view text) {
  const auto size = static_cast<int>(text.size() > INT_MAX ? 0 : text.size());
  return Held<BIO>(BIO_new_mem_buf(text.data(), size));
}

Held<X509> certificate_of(std::string_view pem) {
  const Held<BIO> in = memory(pem);
  return Held<X509>(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
}

/// A vehicle signs without a person: a key behind a password is no key.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return 0;
}

}  // namespace

Result<std::string> sign_evidence(std::string_view key_pem, std::string_view manifest_text) {
  const Quiet quiet;
  const Held<BIO> in = memory(key_pem);
  const Held<EVP_PKEY> key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr));
  if (key == nullptr) return Error("is no key in PEM form without a password");
  const Held<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t size = max_evidence_signature_bytes;
  std::string signature(size, '\0');
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     octets(manifest_text), manifest_text.size()) != 1)
    return Error("is no key that this can be signed with; an EC P-256 key is asked for");
  signature.resize(size);
  return signature;
}

bool evidence_signed_by(std::string_view certificate_pem, std::string_view manifest_text,
                        std::string_view signature) {
  const Quiet quiet;
  const Held<X509> certificate = certificate_of(certificate_pem);
  if (certificate == nullptr || signature.empty()) return false;
  const Held<EVP_PKEY> key(X509_get_pubkey(certificate.get()));
  const Held<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return key != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(manifest_text),
                          manifest_text.size()) == 1;
}

Result<std::string> evidence_subject(std::string_view certificate_pem) {
  const Quiet quiet;
  const Held<X509> own = certificate_of(certificate_pem);
  if (own == nullptr) return Error("the terminal's certificate does not read");
  return common_name(own.get());
}

Result<std::string> evidence_signer(std::string_view certificate_pem,
                                    std::string_view authority_pem, std::optional<UtcTime> at) {
  const Quiet quiet;
  const Held<X509> own = certificate_of(certificate_pem);
  if (own == nullptr) return Error("the terminal's certificate does not read");
  const Held<X509> authority = certificate_of(authority_pem);
  if (authority == nullptr) return Error("the authority's certificate does not read");
  const Held<X509_STORE> store(X509_STORE_new());
  const Held<X509_STORE_CTX> context(X509_STORE_CTX_new());
  X509_STORE_add_cert(store.get(), authority.get());
  X509_STORE_CTX_init(context.get(), store.get(), own.get(), nullptr);
  X509_STORE_CTX_set_default(context.get(), "ssl_client");
  if (at) {
    X509_STORE_CTX_set_time(context.get(), 0, static_cast<time_t>(at->ms / 1000));
  } else {
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
  }
  if (X509_verify_cert(context.get()) != 1) {
    const int why = X509_STORE_CTX_get_error(context.get());
    return Error(std::string("the authority does not stand behind the certificate: ") +
                 X509_verify_cert_error_string(why));
  }
  return common_name(own.get());
}

}  // namespace lujing::protocol
