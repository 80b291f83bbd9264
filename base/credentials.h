// By what one side of TLS shows who it is: its certificate, the key to it, and the authority that
// signed it, three PEM files. Read and compared here, for every program alike, so that a wrong file
// is refused with its name and the cause before anybody connects.
//
// A library of its own (lujing_credentials): nothing else of `base` needs OpenSSL.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace lujing {

enum class TlsSide : std::uint8_t { terminal, gateway };

struct CredentialFiles {
  std::string authority;
  std::string certificate;
  std::string key;
};

/// How messages call the files: "gateway.certificate /etc/lujing/gateway.crt: ...".
struct CredentialWords {
  std::string authority;    ///< put in front of the path, with a blank behind; may be empty
  std::string certificate;  ///< the same
  std::string key;          ///< the same
  std::string enroll;       ///< the command that makes them
};

struct Credentials {
  std::string common_name;
  std::int64_t valid_from_s = 0;  ///< from now: negative once it holds
  std::int64_t valid_for_s = 0;   ///< from now: negative once it has expired
  bool key_open_to_others = false;
  /// Why the authority does not stand behind the certificate, for that side of TLS; empty: it does.
  /// The time is not looked at.
  std::string not_signed;
};

/// Reads the three. An error: a file that cannot be read or is not what it should be, or a key that
/// is not the certificate's; with the file, the cause and the remedy.
Result<Credentials> read_credentials(const CredentialFiles& files, TlsSide side,
                                     const CredentialWords& words);

}  // namespace lujing
