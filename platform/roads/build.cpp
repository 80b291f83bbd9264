#include "platform/roads/build.h"

#include "platform/roads/draft.h"
#include "platform/roads/length.h"
#include "terminal/core/roads/network.h"

namespace lujing::roads {
namespace {

void summarize(const Draft& draft, BuildSummary& summary) {
  std::vector<bool> counted(draft.ways.size());
  for (const DraftLink& link : draft.links) {
    const RawWay& way = draft.way_of(link);
    const double km = haversine_km(draft.shape(link));
    BuildSummary::Class& in_class = summary.classes[static_cast<std::size_t>(way.highway)];
    if (!counted[link.way]) ++in_class.ways;
    counted[link.way] = true;
    ++in_class.links;
    in_class.km += km;
    summary.km += km;
    constexpr unsigned both = core::link_flag::forward | core::link_flag::backward;
    if ((link.flags & both) != both) ++summary.oneway_links;
    if ((link.flags & core::link_flag::divided) != 0) ++summary.divided_links;
    if ((link.flags & core::link_flag::sweepable) != 0) {
      ++summary.sweepable_links;
      summary.sweepable_km += km;
    }
    if (!way.name.empty()) ++summary.named_links;
  }
  summary.links = draft.links.size();
  summary.points = draft.points.size();
  summary.nodes = draft.nodes.size();
  summary.turns = draft.turns.size();
  summary.districts = draft.districts.size() - 1;
}

}  // namespace

Result<BuiltRoads> build(const RawNetwork& raw) {
  BuiltRoads built;
  Draft draft = cut_into_links(raw, built.summary);
  if (draft.links.empty())
    return Error("no road is left: is there a way with highway=... and its nodes in the extract?");
  fill_leaving(draft);
  fill_turns(raw.turns, draft, built.summary);
  fill_districts(raw.districts, draft);
  auto plain = write_road_file(draft);
  if (!plain) return plain.error();
  mark_divided(*plain, draft);
  auto bytes = write_road_file(draft);
  if (!bytes) return bytes.error();
  built.bytes = std::move(*bytes);
  summarize(draft, built.summary);
  return built;
}

}  // namespace lujing::roads
