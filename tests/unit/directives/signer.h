// An authority of a test's own, and directives that it signs.
#pragma once

#include "platform/pki/pki.h"
#include "protocol/directive.h"
#include "tests/support/temp_dir.h"

#include <fstream>
#include <stdexcept>
#include <string>

namespace lujing::tests {

/// Made once for all tests of a binary: making keys takes its time.
class Signer {
 public:
  static const Signer& ours() {
    static const Signer signer;
    return signer;
  }
  static const Signer& theirs() {
    static const Signer signer;
    return signer;
  }
  std::string certificate() const { return folder_.path("ca.crt"); }
  const std::string& folder() const { return path_; }
  std::string pem() const {
    std::ifstream in(certificate());
    return {std::istreambuf_iterator<char>(in), {}};
  }
  protocol::DirectiveHead head(const std::string& name, std::uint64_t version,
                               const std::string& body) const {
    const auto signature = pki::sign_directive(path_, name, version, body);
    if (!signature) throw std::runtime_error(signature.error().what());
    return {name, version, protocol::sha256_of(body), body.size(), *signature};
  }

 private:
  Signer() : path_(folder_.path()) {
    if (!pki::create_authority(path_)) throw std::runtime_error("no authority");
  }
  TempDir folder_;
  std::string path_;
};

}  // namespace lujing::tests
