// Signatures over directives: ECDSA P-256 with SHA-256.
#include "protocol/directive.h"
#include "protocol/held.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace lujing::protocol {
Sha256 sha256_of(std::string_view bytes) {
  Sha256 hash{};
  // Fails only where there is no memory: then nothing has this hash.
  (void)EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  return hash;
}

Result<DirectiveAuthority> DirectiveAuthority::from_pem(std::string_view pem) {
  const Held<BIO> memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Held<X509> certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
  EVP_PKEY* key = certificate == nullptr ? nullptr : X509_get_pubkey(certificate.get());
  ERR_clear_error();
  if (key == nullptr) return Error("is no certificate in PEM form");
  return DirectiveAuthority(
      std::shared_ptr<void>(key, [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); }));
}

bool DirectiveAuthority::signed_this(const DirectiveHead& head) const {
  if (head.signature.empty() || head.signature.size() > max_directive_signature_bytes) return false;
  const std::string bytes = signed_bytes(head);
  const Held<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const bool good = EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr,
                                         static_cast<EVP_PKEY*>(key_.get())) == 1 &&
                    EVP_DigestVerify(context.get(), octets(head.signature), head.signature.size(),
                                     octets(bytes), bytes.size()) == 1;
  ERR_clear_error();  // a signature that is no signature at all leaves its complaint behind
  return good;
}

}  // namespace lujing::protocol
