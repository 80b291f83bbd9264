#include "terminal/core/directive/directives.h"

#include "protocol/chain.h"
#include "terminal/core/directive/text.h"

#include <utility>

namespace lujing::core {
namespace {

constexpr std::size_t max_reason_bytes = 400;

std::size_t place_of(DirectiveKind kind) {
  return static_cast<std::size_t>(kind) - 1;
}
static_assert(static_cast<std::size_t>(all_directive_kinds.back()) == all_directive_kinds.size());

/// What is already so; an empty text: it may be taken.
std::string too_old(const hal::DirectiveInForce& standing, const hal::DirectiveInForce& told) {
  if (told.version > standing.version) return {};
  const std::string version = std::to_string(told.version);
  if (told.version == 0) return "versions begin at 1";
  if (told.version == standing.version) {
    return "version " + version + " is in force with another body; give the new one a new version";
  }
  return "version " + version + " is older than version " + std::to_string(standing.version) +
         ", which is in force";
}

}  // namespace

Directives::Directives(std::shared_ptr<const DirectiveLibrary> library)
    : library_(std::move(library)) {
  for (const DirectiveKind kind : all_directive_kinds) slots_[place_of(kind)].standing.kind = kind;
}

void Directives::on(DirectiveKind kind, DirectiveTaker taker) {
  slots_[place_of(kind)].taker = std::move(taker);
}

std::optional<protocol::DirectiveRecord> Directives::take(const hal::DirectiveInForce& told) {
  const std::size_t place = place_of(told.kind);
  if (place >= slots_.size()) return std::nullopt;
  Slot& slot = slots_[place];
  if (told.version != 0 && told == slot.standing) return std::nullopt;
  protocol::DirectiveRecord record;
  record.name = to_string(told.kind);
  record.version = told.version;
  record.sha256 = protocol::to_hex(told.sha256);
  if (auto done = apply(slot, told); !done) {
    record.outcome = protocol::DirectiveOutcome::refused;
    record.reason = shortened(done.error().what(), max_reason_bytes);
    return record;
  }
  slot.standing = told;
  record.outcome = told.sha256 == sha256_of_nothing ? protocol::DirectiveOutcome::withdrawn
                                                    : protocol::DirectiveOutcome::applied;
  return record;
}

Result<void> Directives::apply(Slot& slot, const hal::DirectiveInForce& told) const {
  if (auto why = too_old(slot.standing, told); !why.empty()) return Error(std::move(why));
  if (told.sha256 == sha256_of_nothing) {
    if (slot.taker.withdraw) slot.taker.withdraw();
    return {};
  }
  if (!slot.taker.apply) {
    return Error(std::string("this version of the terminal has no use for ") +
                 to_string(told.kind) + " directives");
  }
  const DirectiveBody body = library_ == nullptr ? nullptr : library_->find(told.sha256);
  if (body == nullptr) return Error("its body is not at hand");
  return slot.taker.apply(body);
}

std::vector<hal::DirectiveInForce> Directives::in_force() const {
  std::vector<hal::DirectiveInForce> all;
  for (const Slot& slot : slots_) {
    if (slot.standing.version != 0) all.push_back(slot.standing);
  }
  return all;
}

}  // namespace lujing::core
