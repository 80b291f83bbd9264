// An evidence bundle that somebody sends in: structure, manifest, signatures, batches.
#include "protocol/batch.h"
#include "protocol/evidence.h"

#include <cstdint>
#include <cstdlib>

using namespace lujing::protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // Without a container around it the manifest is reached much sooner.
  if (const auto manifest = parse_evidence_manifest(bytes)) {
    const auto again = parse_evidence_manifest(to_text(*manifest));
    if (!again || *again != *manifest) std::abort();
  }
  const auto bundle = read_evidence(bytes);
  if (!bundle) return 0;
  std::size_t sum = bundle->manifest_text.size() + bundle->signature.size() + 20;
  for (const auto part : bundle->parts) sum += part.size();
  if (sum != size || bundle->parts.size() != bundle->manifest.parts.size()) std::abort();
  if (const auto certificate = bundle->part(EvidencePart::certificate)) {
    (void)evidence_subject(*certificate);
    (void)evidence_signer(*certificate, *certificate, std::nullopt);
    (void)evidence_signed_by(*certificate, bundle->manifest_text, bundle->signature);
  }
  if (const auto records = bundle->part(EvidencePart::records)) (void)decode(*records);
  return 0;
}
