#include "protocol/chain.h"

#include <openssl/evp.h>

#include <memory>
#include <new>
#include <string_view>

namespace lujing::protocol {
namespace {

/// SHA-256 with a context kept for each thread: a record is short, so setting up would cost more
/// than hashing.
class Hasher {
 public:
  Hasher() : method_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    if (!method_ || !context_) throw std::bad_alloc();
  }

  Hash of(std::string_view first, std::string_view second = {}) {
    Hash hash{};
    const bool done = EVP_DigestInit_ex2(context_.get(), method_.get(), nullptr) == 1 &&
                      EVP_DigestUpdate(context_.get(), first.data(), first.size()) == 1 &&
                      EVP_DigestUpdate(context_.get(), second.data(), second.size()) == 1 &&
                      EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr) == 1;
    if (!done) throw std::bad_alloc();  // the only way it can fail
    return hash;
  }

 private:
  struct Free {
    void operator()(EVP_MD* p) const { EVP_MD_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  };
  std::unique_ptr<EVP_MD, Free> method_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

Hasher& hasher() {
  thread_local Hasher instance;
  return instance;
}

std::string_view view(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

Hash digest(const Record& record) {
  std::string bytes;
  append_canonical(record, bytes);
  return hasher().of(bytes);
}

Hash sha256(std::string_view bytes) {
  return hasher().of(bytes);
}

Hash chain_next(const Hash& before, const Hash& record_digest) {
  return hasher().of(view(before), view(record_digest));
}

std::string to_hex(const Hash& hash) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

}  // namespace lujing::protocol
