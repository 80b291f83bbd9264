#include "terminal/evidence/reproduce.h"

#include "terminal/journal/replay.h"

#include <set>
#include <utility>

namespace lujing::evidence {

Result<Reproduced> reproduce(const std::string& journal_path, const protocol::Record& alarm,
                             std::span<const protocol::Numbered> records,
                             std::shared_ptr<const core::DirectiveLibrary> bodies) {
  std::multiset<protocol::Hash> wanted;
  for (const protocol::Numbered& numbered : records) {
    wanted.insert(protocol::digest(numbered.record));
  }
  const protocol::Hash alarm_hash = protocol::digest(alarm);
  const auto& asked = std::get<protocol::AlarmRecord>(alarm.payload);
  Reproduced found;
  const auto sink = [&](const protocol::Numbered& said) {
    const protocol::Hash hash = protocol::digest(said.record);
    found.same_alarm = found.same_alarm || hash == alarm_hash;
    if (const auto at = wanted.find(hash); at != wanted.end()) {
      wanted.erase(at);
      ++found.same_records;
    }
    const auto* other = std::get_if<protocol::AlarmRecord>(&said.record.payload);
    if (other != nullptr && other->rule == asked.rule && other->state == asked.state)
      found.instead = protocol::to_json(said.record);
  };
  auto done = journal::replay(journal_path, sink, {}, std::move(bodies));
  if (!done) return done.error();
  if (found.same_alarm) found.instead.clear();
  return found;
}

}  // namespace lujing::evidence
