// Signatures over directives: ECDSA P-256 with SHA-256.
#include "platform/pki/certificate.h"
#include "platform/pki/pki.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>

namespace lujing::pki {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

void append_number(std::uint64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>((value >> shift) & 0xff));
}

std::string signed_bytes(std::string_view name, std::uint64_t version, std::string_view body) {
  std::string bytes = "lujing directive 1\n";
  append_number(name.size(), bytes);
  bytes += name;
  append_number(version, bytes);
  append_number(body.size(), bytes);
  bytes += body;
  return bytes;
}

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<std::string> sign_directive(const std::string& authority_folder, std::string_view name,
                                   std::uint64_t version, std::string_view body) {
  auto key = read_key((std::filesystem::path(authority_folder) / "ca.key").string());
  if (!key) return key.error();
  const auto bytes = signed_bytes(name, version, body);
  const Context context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key->get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, octets(bytes), bytes.size()) != 1)
    return openssl_error("a directive cannot be signed");
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     octets(bytes), bytes.size()) != 1)
    return openssl_error("a directive cannot be signed");
  signature.resize(size);
  return signature;
}

Result<bool> verify_directive(const std::string& authority_file, std::string_view name,
                              std::uint64_t version, std::string_view body,
                              std::string_view signature) {
  auto authority = read_certificate(authority_file);
  if (!authority) return authority.error();
  const auto bytes = signed_bytes(name, version, body);
  const Context context(EVP_MD_CTX_new());
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr,
                           X509_get0_pubkey(authority->get())) != 1)
    return openssl_error("a directive cannot be checked");
  const int verdict = EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                                       octets(bytes), bytes.size());
  ERR_clear_error();  // a signature that is no signature at all leaves its complaint behind
  return verdict == 1;
}

}  // namespace lujing::pki
