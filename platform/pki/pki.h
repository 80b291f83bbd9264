// The platform's own small certificate authority: who may speak as which terminal.
//
// EC P-256 throughout: the smallest that every TLS library and every smart card has. A folder holds
// ca.crt (to be given to everyone) and ca.key (mode 0600, never leaves the platform). Files appear
// whole or not at all, and every call may be made again.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::pki {

struct Issued {
  std::string certificate;  ///< path
  std::string key;          ///< path
  std::string authority;    ///< path
  std::string not_after;    ///< "2036-11-19T20:00:00.000Z"
  bool created = true;      ///< false: it was there already and still good; nothing was changed
};

/// How long a certificate holds, from now. Tests make expired ones by a negative number.
struct Validity {
  std::int64_t days = 3650;
};

/// 1 to 32 of [A-Za-z0-9_-]: what may be a terminal's id, a file's name and a common name.
Result<void> check_terminal_id(std::string_view id);

/// Makes ca.key and ca.crt in `folder`, unless they are there and belong together.
Result<Issued> create_authority(const std::string& folder, const std::string& name = "lujing",
                                Validity validity = {});
/// Reads the authority of `folder` and says what is wrong with it, if anything.
Result<void> check_authority(const std::string& folder);

/// A terminal's key and certificate (client), OUT/terminal.key, OUT/terminal.crt and OUT/ca.crt.
/// Files that are there and belong to this id and authority are left alone; others are an error
/// unless `force`.
Result<Issued> issue_terminal(const std::string& authority_folder, const std::string& terminal_id,
                              const std::string& out_folder, bool force = false,
                              Validity validity = {});
/// A gateway's, for the names and addresses under which terminals reach it: OUT/gateway.key,
/// OUT/gateway.crt, OUT/ca.crt.
Result<Issued> issue_gateway(const std::string& authority_folder,
                             const std::vector<std::string>& hosts, const std::string& out_folder,
                             bool force = false, Validity validity = {});

/// ECDSA with SHA-256 by the authority's key, over a directive: name, version and the body's hash
/// (protocol/DIRECTIVES.md), so that no two directives sign alike.
Result<std::string> sign_directive(const std::string& authority_folder, std::string_view name,
                                   std::uint64_t version, std::string_view body);
/// True: `signature` is the authority's. `authority_file` is ca.crt.
Result<bool> verify_directive(const std::string& authority_file, std::string_view name,
                              std::uint64_t version, std::string_view body,
                              std::string_view signature);

}  // namespace lujing::pki
