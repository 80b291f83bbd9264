#include "ctl/evidence_books.h"

#include "platform/ledger/record_reader.h"
#include "protocol/batch.h"
#include "terminal/evidence/make.h"

#include <algorithm>

namespace lujing::ctl {
namespace {

/// A window is an hour's alarm and what leads to it from the last checkpoint.
constexpr std::int64_t around_ms = std::int64_t{2} * 3'600'000;

}  // namespace

Result<BundleInBooks> bundle_in_books(const std::string& ledger,
                                      const protocol::EvidenceManifest& manifest) {
  auto db = ledger::open_books_to_read(ledger);
  if (!db) return db.error();
  const auto terminals = ledger::booked(*db);
  if (!terminals) return terminals.error();
  const auto terminal = std::find_if(terminals->begin(), terminals->end(),
                                     [&](const auto& one) { return one.id == manifest.terminal; });
  if (terminal == terminals->end())
    return Error(ledger + ": " + manifest.terminal + " has nothing in these books");
  ledger::Span when;
  if (manifest.raised_utc_ms) {
    when = {*manifest.raised_utc_ms - around_ms, *manifest.raised_utc_ms + around_ms};
  }
  BundleInBooks found;
  auto done = ledger::each_record(
      *db, *terminal, when, [&](std::uint64_t epoch, const protocol::Numbered& numbered) {
        const bool inside = epoch == manifest.epoch && numbered.seq >= manifest.first_seq &&
                            numbered.seq <= manifest.last_seq;
        const protocol::Stamp& stamp = numbered.record.stamp;
        const bool behind = epoch == manifest.epoch && numbered.seq > manifest.last_seq &&
                            stamp.boot_id == manifest.boot_id &&
                            stamp.boot_ms > manifest.raised_boot_ms;
        if (behind && stamp.boot_ms <= evidence::window_end_ms(manifest)) ++found.booked.beyond;
        if (inside) found.booked.digests.emplace(numbered.seq, protocol::digest(numbered.record));
      });
  if (!done) return done.error();
  auto missing = ledger::missing_numbers(*db, *terminal,
                                         {manifest.epoch, manifest.first_seq, manifest.last_seq});
  if (!missing) return missing.error();
  for (const ledger::Missing& one : *missing) {
    found.booked.missing +=
        std::min(one.last_seq, manifest.last_seq) - std::max(one.first_seq, manifest.first_seq) + 1;
  }
  found.missing = {terminal->id, std::move(*missing)};
  return found;
}

}  // namespace lujing::ctl
