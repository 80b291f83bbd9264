#include "platform/report/drill.h"

#include "platform/ledger/record_reader.h"
#include "protocol/batch.h"
#include "terminal/core/work/kerbs.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lujing::report {
namespace {

/// The part of it that the question is about; from == to: none.
core::Interval asked_part(const core::Passing& passing, std::int32_t length_cm,
                          const core::Question& question, const core::TimeWindow& window) {
  const bool counts = (question.works & core::mask_of(passing.work)) != 0 &&
                      passing.state == protocol::CoverageState::covered &&
                      passing.evidence <= question.worst;
  if (!counts) return {};
  const core::Interval part = core::clipped(passing, window);
  return {std::clamp(part.from, 0, length_cm), std::clamp(part.to, 0, length_cm)};
}

}  // namespace

std::vector<DrilledKerb> drill(const core::RoadNetwork& roads, const core::CoverageLedger& ledger,
                               core::LinkId link, const core::Question& question) {
  std::vector<DrilledKerb> kerbs;
  const core::Link values = roads.link(link);
  const auto length_cm = static_cast<std::int32_t>(values.length_cm);
  const std::vector<core::TimeWindow> always{core::TimeWindow{}};
  for (const core::Kerb kerb : {core::Kerb::left, core::Kerb::right}) {
    const auto bit = kerb == core::Kerb::left ? core::left_kerb_bit : core::right_kerb_bit;
    if ((core::kerbs_of(values) & bit) == 0) continue;
    DrilledKerb one{kerb, ledger.account({link, kerb}, length_cm, question), {}};
    core::IntervalSet before;
    for (const core::Passing& passing : ledger.passings({link, kerb})) {
      DrilledPassing drilled{passing};
      for (const core::TimeWindow& window : question.when.empty() ? always : question.when) {
        const core::IntervalSet part({asked_part(passing, length_cm, question, window)});
        const std::int64_t is_new = part.minus(before).length();
        drilled.counts_cm += is_new;
        drilled.repeats_cm += part.length() - is_new;
        before = before.united(part);
      }
      one.passings.push_back(drilled);
    }
    kerbs.push_back(std::move(one));
  }
  return kerbs;
}

Result<void> find_in_journals(const std::string& ledger_path, const std::vector<std::string>& ids,
                              core::TimeWindow window, std::vector<DrilledKerb>& kerbs) {
  std::map<std::string, std::multimap<std::pair<std::uint64_t, std::uint64_t>, DrilledPassing*>>
      wanted;
  for (DrilledKerb& kerb : kerbs) {
    for (DrilledPassing& one : kerb.passings) {
      if (one.passing.vehicle >= ids.size()) continue;
      wanted[ids[one.passing.vehicle]].insert({{one.passing.epoch, one.passing.seq}, &one});
    }
  }
  auto db = ledger::open_books_to_read(ledger_path);
  if (!db) return db.error();
  const auto terminals = ledger::booked(*db);
  if (!terminals) return terminals.error();
  for (const ledger::Booked& terminal : *terminals) {
    const auto mine = wanted.find(terminal.id);
    if (mine == wanted.end()) continue;
    const auto found = [&](std::uint64_t epoch, const protocol::Numbered& numbered) {
      const auto* record = std::get_if<protocol::CoverageRecord>(&numbered.record.payload);
      const auto [first, last] = mine->second.equal_range({epoch, numbered.seq});
      for (auto at = first; record != nullptr && at != last; ++at) {
        at->second->boot_id = numbered.record.stamp.boot_id;
        at->second->begin_boot_ms = record->begin_boot_ms;
        at->second->end_boot_ms = record->end_boot_ms;
      }
    };
    auto read = ledger::each_record(*db, terminal, {window.from_ms, window.to_ms}, found);
    if (!read) return read;
  }
  return {};
}

}  // namespace lujing::report
