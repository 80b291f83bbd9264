// An evidence bundle: one alarm, and all that it takes to believe it years later on another
// machine. The page is EVIDENCE.md.
//
//   file := "LUJING-E"  version (2 bytes, 1)  reserved (2, 0)  manifest size (4)  signature size
//   (4)
//           manifest  signature  parts                       numbers are little-endian
//
// The manifest is text, a line each. It names the alarm, where its records stand in the chain, what
// was in force, and each part with its size and SHA-256, in the order in which the parts follow.
// The signature is over the manifest, by the key of the terminal's certificate, which is a part. So
// each byte of the file is under the signature, or is the signature, or is a size that must come
// out.
#pragma once

#include "base/directive_kind.h"
#include "base/result.h"
#include "base/time.h"
#include "protocol/chain.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::protocol {

inline constexpr std::size_t max_evidence_bytes = std::size_t{96} << 20;
inline constexpr std::size_t max_evidence_manifest_bytes = std::size_t{128} << 10;
inline constexpr std::size_t max_evidence_signature_bytes = 256;
inline constexpr std::size_t max_evidence_parts = 512;

/// What a part is: the word in the manifest.
enum class EvidencePart : std::uint8_t {
  certificate,  ///< the terminal's, PEM
  journal,      ///< a journal file (JOURNAL.md), from what the core begins with to the window's end
  records,      ///< a packed batch (BATCH.md); they follow each other
  body,         ///< of a directive that was in force; its name is the kind's
  head,         ///< of the same directive, with the authority's signature (DIRECTIVES.md)
  checkpoint,   ///< the last one that was signed before the alarm (checkpoint.h)
};
const char* to_string(EvidencePart v);

struct EvidencePartFacts {
  EvidencePart part = EvidencePart::certificate;
  std::string name;  ///< of a body or a head: "fences"; else empty
  std::uint64_t bytes = 0;
  Hash sha256{};
  bool operator==(const EvidencePartFacts&) const = default;
};

/// A directive that was in force when the alarm was raised: rule set, permits, fences, roads, ...
struct EvidenceDirective {
  std::string name;
  std::uint64_t version = 0;
  Sha256 sha256{};
  bool operator==(const EvidenceDirective&) const = default;
};

struct EvidenceManifest {
  std::string terminal;
  std::string software;
  std::string rule;      ///< "MT-03"
  std::string rule_set;  ///< "name@version" that judged
  std::uint64_t boot_id = 0;
  std::int64_t since_boot_ms = 0;  ///< with terminal, boot_id and rule: which alarm
  std::int64_t raised_boot_ms = 0;
  std::optional<std::int64_t> raised_utc_ms;
  std::optional<std::int64_t> cleared_boot_ms;  ///< nullopt: not within the window
  std::int64_t from_boot_ms = 0;   ///< the window that is proven: 60 s before the condition began
  std::int64_t to_boot_ms = 0;     ///< to 60 s after the alarm was cleared, or to the run's end
  std::int64_t begin_boot_ms = 0;  ///< of the journal: what is before the window is warm-up
  bool whole_run = false;          ///< the journal begins where the terminal began
  std::uint64_t observations = 0;
  std::uint64_t epoch = 0;  ///< of the records
  std::uint64_t first_seq = 0;
  std::uint64_t alarm_seq = 0;
  std::uint64_t last_seq = 0;
  Hash chain_before{};  ///< h(first_seq - 1)
  Hash chain_after{};   ///< h(last_seq): signed, this is the checkpoint
  std::int64_t made_utc_ms = 0;
  std::vector<EvidenceDirective> directives;
  std::vector<EvidencePartFacts> parts;
  bool operator==(const EvidenceManifest&) const = default;
};

/// What is signed.
std::string to_text(const EvidenceManifest& manifest);
/// Bounded; refuses a missing or repeated line and a number that is none. A line that this version
/// does not know is passed over.
Result<EvidenceManifest> parse_evidence_manifest(std::string_view text);

/// A bundle taken apart; views into the bytes that it was read from.
struct EvidenceView {
  EvidenceManifest manifest;
  std::string_view manifest_text;
  std::string_view signature;
  std::vector<std::string_view> parts;  ///< as manifest.parts

  /// The first of its kind (and name); nullopt: there is none.
  std::optional<std::string_view> part(EvidencePart kind, std::string_view name = {}) const;
};

/// Structure only: sizes that come out, a manifest that reads. Whether it is true is verify()'s
/// (terminal/evidence/verify.h). Never throws, never reads past the end.
Result<EvidenceView> read_evidence(std::string_view bytes);

/// Of a bundle's first bytes (header and manifest are enough) and its size: what it is about.
/// Nothing of it is verified but that the sizes come out. For one who has many to go through.
Result<EvidenceManifest> read_evidence_begin(std::string_view begin, std::uint64_t file_bytes);
inline constexpr std::size_t evidence_begin_bytes =
    20 + max_evidence_manifest_bytes + max_evidence_signature_bytes;

/// The file's bytes. `parts` as in the manifest.
std::string write_evidence(std::string_view manifest_text, std::string_view signature,
                           const std::vector<std::string>& parts);

/// By the terminal's key, PEM: ECDSA P-256 with SHA-256, DER form.
Result<std::string> sign_evidence(std::string_view key_pem, std::string_view manifest_text);
bool evidence_signed_by(std::string_view certificate_pem, std::string_view manifest_text,
                        std::string_view signature);
/// Whose certificate it says it is: its common name. Nobody has vouched for that yet.
Result<std::string> evidence_subject(std::string_view certificate_pem);
/// The same, vouched for. An error: the authority has not signed it for a
/// terminal, or it did not hold at `at` (nullopt: nobody asks).
Result<std::string> evidence_signer(std::string_view certificate_pem,
                                    std::string_view authority_pem, std::optional<UtcTime> at);

}  // namespace lujing::protocol
