// A directive on its way and at rest: what is signed, and the head that a vehicle keeps of one that
// is in force. The page is DIRECTIVES.md.
#pragma once

#include "base/directive_kind.h"
#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lujing::protocol {

inline constexpr std::uint64_t max_directive_bytes = 32u << 20;
inline constexpr std::size_t max_directive_name_bytes = 64;
inline constexpr std::size_t max_directive_signature_bytes = 256;
/// Of a body in one frame.
inline constexpr std::size_t directive_piece_bytes = 64u << 10;

/// Everything of a directive but its body.
struct DirectiveHead {
  std::string name;
  std::uint64_t version = 0;
  Sha256 sha256{};  ///< of the body
  std::uint64_t bytes = 0;
  std::string signature;  ///< DER
  bool withdraws() const { return bytes == 0; }
  bool operator==(const DirectiveHead&) const = default;
};

Sha256 sha256_of(std::string_view bytes);
/// 64 hexadecimal digits, small or capital; nullopt: anything else.
std::optional<Sha256> sha256_from_hex(std::string_view text);

/// What the signature is over.
std::string signed_bytes(const DirectiveHead& head);

/// Who may sign directives: the platform's authority, by its certificate.
class DirectiveAuthority {
 public:
  /// The certificate's PEM text.
  static Result<DirectiveAuthority> from_pem(std::string_view pem);
  bool signed_this(const DirectiveHead& head) const;

 private:
  explicit DirectiveAuthority(std::shared_ptr<void> key) : key_(std::move(key)) {}
  std::shared_ptr<void> key_;  ///< EVP_PKEY
};

/// The head as a file's text, ended by a checksum.
std::string to_text(const DirectiveHead& head);
/// Refuses what to_text() did not write: a wrong checksum, an unknown line, a name that is no
/// kind's.
Result<DirectiveHead> parse_directive_head(std::string_view text);

}  // namespace lujing::protocol
