// Signatures over directives: ECDSA P-256 with SHA-256.
#include "protocol/directive.h"

#include "platform/pki/certificate.h"
#include "platform/pki/files.h"
#include "platform/pki/pki.h"

#include <openssl/evp.h>

#include <filesystem>

namespace lujing::pki {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

protocol::DirectiveHead head_of(std::string_view name, std::uint64_t version,
                                std::string_view body) {
  return {std::string(name), version, protocol::sha256_of(body), body.size(), {}};
}

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<std::string> sign_directive(const std::string& authority_folder, std::string_view name,
                                   std::uint64_t version, std::string_view body) {
  auto key = read_key((std::filesystem::path(authority_folder) / "ca.key").string());
  if (!key) return key.error();
  const auto bytes = protocol::signed_bytes(head_of(name, version, body));
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
  const auto pem = read_whole(authority_file);
  if (!pem) return pem.error();
  const auto authority = protocol::DirectiveAuthority::from_pem(*pem);
  if (!authority) return Error(authority_file + " " + authority.error().what());
  auto head = head_of(name, version, body);
  head.signature = std::string(signature);
  return authority->signed_this(head);
}

}  // namespace lujing::pki
