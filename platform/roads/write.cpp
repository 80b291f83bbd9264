#include "platform/roads/draft.h"
#include "protocol/chain.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <string_view>

namespace lujing::roads {
namespace {

using protocol::RoadHeader;
using protocol::RoadLink;
using protocol::RoadSection;

/// Each text once, in the order of their bytes; the empty one first.
class Strings {
 public:
  void want(std::string_view text) { index_.try_emplace(text, 0); }
  void settle() {
    want("");
    for (auto& [text, index] : index_) {
      index = static_cast<std::uint32_t>(starts_.size());
      starts_.push_back(static_cast<std::uint32_t>(text_.size()));
      text_ += text;
    }
    starts_.push_back(static_cast<std::uint32_t>(text_.size()));
  }
  std::uint32_t of(std::string_view text) const { return index_.find(text)->second; }
  const std::vector<std::uint32_t>& starts() const { return starts_; }
  const std::string& text() const { return text_; }

 private:
  std::map<std::string_view, std::uint32_t> index_;
  std::vector<std::uint32_t> starts_;
  std::string text_;
};

class Writer {
 public:
  explicit Writer(const Draft& draft) : draft_(draft) {
    strings_.want(draft.name);
    for (const DraftLink& link : draft.links) strings_.want(draft.way_of(link).name);
    for (const std::string& district : draft.districts) strings_.want(district);
    strings_.settle();
  }

  Result<std::vector<std::byte>> run() {
    const DraftIndex index = make_index(draft_);
    header_.least = draft_.least;
    header_.most = draft_.most;
    header_.box_shift = index.shift;
    header_.name = strings_.of(draft_.name);
    bytes_.resize(sizeof(RoadHeader));
    section(RoadSection::links, links());
    section(RoadSection::points, draft_.points);
    ids();
    section(RoadSection::nodes, draft_.nodes);
    section(RoadSection::leaving_first, draft_.leaving_first);
    section(RoadSection::leaving, draft_.leaving);
    section(RoadSection::turns, draft_.turns);
    section(RoadSection::string_starts, strings_.starts());
    section(RoadSection::text, strings_.text());
    section(RoadSection::districts, districts());
    section(RoadSection::runs, index.runs);
    section(RoadSection::boxes, index.boxes);
    if (bytes_.size() > UINT32_MAX)
      return Error("the roads would take " + std::to_string(bytes_.size() >> 20) +
                   " MiB, a road file holds at most 4,095: cut the extract down to the city");
    header_.file_bytes = bytes_.size();
    seal();
    return std::move(bytes_);
  }

 private:
  std::vector<RoadLink> links() const {
    std::vector<RoadLink> out;
    out.reserve(draft_.links.size());
    for (const DraftLink& link : draft_.links) {
      const RawWay& way = draft_.way_of(link);
      const auto shape = draft_.shape(link);
      double length_m = 0;
      for (std::size_t i = 1; i < shape.size(); ++i) length_m += distance_m(shape[i - 1], shape[i]);
      const auto id = static_cast<std::uint64_t>(way.id);
      RoadLink raw;
      raw.way_low = static_cast<std::uint32_t>(id);
      raw.way_high = static_cast<std::uint32_t>(id >> 32);
      raw.from = link.from;
      raw.to = link.to;
      raw.length_cm = static_cast<std::uint32_t>(std::min(std::floor(length_m * 100 + 0.5), 4e9));
      raw.first_point = link.first_point;
      raw.name = strings_.of(way.name);
      raw.width_dm = way.width_dm;
      raw.flags = link.flags;
      raw.district = link.district;
      raw.road_class = way.road_class;
      raw.speed_kmh = way.speed_kmh;
      out.push_back(raw);
    }
    return out;
  }

  std::vector<std::uint32_t> districts() const {
    std::vector<std::uint32_t> out;
    for (const std::string& district : draft_.districts) out.push_back(strings_.of(district));
    return out;
  }

  void open_section(RoadSection section, std::size_t count) {
    constexpr std::size_t align = protocol::road_alignment;
    bytes_.resize((bytes_.size() + align - 1) / align * align);
    header_.sections[static_cast<std::size_t>(section)] = {
        static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(count)};
  }

  template <class Range>
  void section(RoadSection section, const Range& elements) {
    open_section(section, elements.size());
    if (elements.empty()) return;
    const std::size_t size = elements.size() * sizeof(*elements.data());
    const std::size_t at = bytes_.size();
    bytes_.resize(at + size);
    std::memcpy(bytes_.data() + at, elements.data(), size);
  }

  void ids() {
    constexpr std::int64_t limit = std::int64_t{1} << 39;
    const bool narrow = std::all_of(draft_.ids.begin(), draft_.ids.end(),
                                    [](std::int64_t id) { return id >= -limit && id < limit; });
    header_.id_bytes = narrow ? 5 : 8;
    open_section(RoadSection::point_ids, draft_.ids.size());
    for (const std::int64_t id : draft_.ids)
      for (std::uint32_t i = 0; i < header_.id_bytes; ++i)
        bytes_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(id) >> (8 * i)));
  }

  void seal() {
    std::memcpy(bytes_.data(), &header_, sizeof(header_));
    header_.sha256 =
        protocol::sha256({reinterpret_cast<const char*>(bytes_.data()) + protocol::road_hashed_from,
                          bytes_.size() - protocol::road_hashed_from});
    std::memcpy(bytes_.data(), &header_, sizeof(header_));
  }

  const Draft& draft_;
  Strings strings_;
  RoadHeader header_;
  std::vector<std::byte> bytes_;
};

}  // namespace

Result<std::vector<std::byte>> write_road_file(const Draft& draft) {
  return Writer(draft).run();
}

}  // namespace lujing::roads
