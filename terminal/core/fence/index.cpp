#include "terminal/core/fence/index.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace lujing::core {
namespace {

constexpr int levels = 5;
constexpr int smallest_shift = 14;  ///< 2^14 e-7 degree: 182 m along the meridian
constexpr int level_shift = 2;
constexpr std::uint32_t parts_across = 3;  ///< of a smallest cell
constexpr std::uint32_t part_inside = 1;
constexpr std::uint32_t part_outside = 2;
constexpr std::array<std::uint32_t, 9> place_of_digit{1, 3, 9, 27, 81, 243, 729, 2187, 6561};
/// parts / place_of_digit[digit] as a product: exact for 16 bits, and a division takes longer than
/// all the rest of a look.
constexpr std::array<std::uint64_t, 9> share_of_digit = [] {
  std::array<std::uint64_t, 9> shares{};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i] = (std::uint64_t{1} << 32) / place_of_digit[i] + 1;
  }
  return shares;
}();
constexpr int place_bits = 22;  ///< of a slot
constexpr std::size_t most_entries = 1U << place_bits;
constexpr std::int64_t south_pole = -900'000'000;
constexpr std::int64_t max_part_lat_e7 = 890'000'000;

constexpr int shift_of(int level) {
  return smallest_shift + level_shift * level;
}

/// Level 3 bits, x 18 bits, y 17 bits; never 0.
std::uint64_t key_of(int level, std::uint64_t x, std::uint64_t y) {
  return (static_cast<std::uint64_t>(level) + 1) << 35 | x << 17 | y;
}

std::uint64_t x_of(std::uint32_t x, int level) {
  return x >> shift_of(level);
}

std::uint64_t y_of(std::int32_t y, int level) {
  return static_cast<std::uint64_t>(y - south_pole) >> shift_of(level);
}

constexpr int first_shift = 23;
constexpr int fence_shift = 8;
constexpr std::uint32_t fence_mask = (1U << (first_shift - fence_shift)) - 1;
static_assert(max_fences <= fence_mask && FenceSides::most_first < 1U << (32 - first_shift) &&
              FenceSides::most < 64);

std::uint32_t packed(std::uint32_t fence, bool near, const FenceSides& sides, bool last) {
  return std::uint32_t{sides.first} << first_shift | fence << fence_shift |
         std::uint32_t{sides.count} / 2 << 3 | (sides.middle_inside ? 4U : 0U) | (near ? 2U : 0U) |
         (last ? 1U : 0U);
}

FenceIndex::Found unpacked(std::uint32_t entry) {
  FenceIndex::Found found;
  found.fence = entry >> fence_shift & fence_mask;
  found.near = (entry & 2) != 0;
  found.sides = {static_cast<std::uint16_t>(entry >> first_shift),
                 static_cast<std::uint8_t>((entry >> 3 & 31) * 2), (entry & 4) != 0};
  return found;
}

/// Which of its nine parts of the smallest cell a place is in.
unsigned part_of(std::uint32_t x, std::int32_t y) {
  constexpr std::uint32_t within = (1U << smallest_shift) - 1;
  const auto up = static_cast<std::uint32_t>(y - south_pole) & within;
  return (up * parts_across >> smallest_shift) * parts_across +
         ((x & within) * parts_across >> smallest_shift);
}

/// Of the smallest cell, in the units of a place; the metric is not set.
FencePlace middle_of_cell(std::uint32_t x, std::int32_t y) {
  constexpr std::uint64_t half = std::uint64_t{1} << (smallest_shift - 1);
  FencePlace middle;
  middle.x = static_cast<std::uint32_t>((x_of(x, 0) << smallest_shift) + half);
  const auto up = static_cast<std::int64_t>((y_of(y, 0) << smallest_shift) + half);
  middle.y = static_cast<std::int32_t>(std::clamp(up + south_pole, south_pole, -south_pole));
  return middle;
}

std::uint64_t mixed(std::uint64_t key) {
  key *= 0x9E3779B97F4A7C15U;
  return key ^ (key >> 29);
}

}  // namespace

Result<std::shared_ptr<const FenceIndex>> FenceIndex::make(FenceSet set) {
  if (auto bad = check(set); !bad) return bad.error();
  std::shared_ptr<FenceIndex> index(new FenceIndex(std::move(set)));
  if (index->overfull_) {
    return Error("the fences cover too much ground: over 4 million cells");
  }
  return std::shared_ptr<const FenceIndex>(std::move(index));
}

FenceIndex::FenceIndex(FenceSet set)
    : version_(set.version), fences_(std::move(set.fences)), shapes_(fences_) {
  std::vector<Entry> entries;
  for (std::uint32_t i = 0; i < fences_.size(); ++i) {
    fences_[i].shape = Shape{};
    by_id_.push_back(i);
    if (!overfull_) cover(i, entries);
    overfull_ = overfull_ || entries.size() >= most_entries;
  }
  if (overfull_) return;
  std::sort(by_id_.begin(), by_id_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return fences_[a].id < fences_[b].id; });
  store(entries);
}

std::optional<std::uint32_t> FenceIndex::find(std::string_view id) const {
  const auto at =
      std::lower_bound(by_id_.begin(), by_id_.end(), id,
                       [&](std::uint32_t i, std::string_view key) { return fences_[i].id < key; });
  if (at == by_id_.end() || fences_[*at].id != id) return std::nullopt;
  return *at;
}

/// Begins at the smallest level whose cells are as large as the fence.
void FenceIndex::cover(std::uint32_t fence, std::vector<Entry>& entries) const {
  const FenceShapes::Bounds bounds = shapes_.bounds(fence);
  const std::int32_t worst = std::max(std::abs(bounds.south), std::abs(bounds.north));
  const Metric metric = Metric::at(std::min(worst, 899'000'000));
  const auto aside =
      static_cast<std::int64_t>(std::min(fence_band_m / metric.east_m + 1, 25'000'000.0));
  const auto up = static_cast<std::int64_t>(fence_band_m / metric.north_m) + 1;
  const auto west =
      static_cast<std::uint32_t>(std::max<std::int64_t>(std::int64_t{bounds.west} - aside, 0));
  const auto east = static_cast<std::uint32_t>(std::int64_t{bounds.east} + aside);
  const auto south =
      static_cast<std::int32_t>(std::max<std::int64_t>(bounds.south - up, south_pole));
  const auto north =
      static_cast<std::int32_t>(std::min<std::int64_t>(bounds.north + up, -south_pole));
  const std::int64_t extent =
      std::max<std::int64_t>(std::int64_t{east} - west, std::int64_t{north} - south);
  int level = 0;
  while (level + 1 < levels && (std::int64_t{1} << shift_of(level)) < extent) ++level;
  for (std::uint64_t x = x_of(west, level); x <= x_of(east, level); ++x) {
    for (std::uint64_t y = y_of(south, level); y <= y_of(north, level); ++y) {
      cover(fence, level, x, y, entries);
    }
  }
}

void FenceIndex::cover(std::uint32_t fence, int level, std::uint64_t x, std::uint64_t y,
                       std::vector<Entry>& entries) const {
  if (entries.size() >= most_entries) return;
  const int shift = shift_of(level);
  const std::uint64_t half = std::uint64_t{1} << (shift - 1);
  const std::int64_t middle_y = static_cast<std::int64_t>((y << shift) + half) + south_pole;
  FencePlace middle;
  middle.x = static_cast<std::uint32_t>((x << shift) + half);
  middle.y = static_cast<std::int32_t>(std::clamp(middle_y, south_pole, -south_pole));
  middle.metric = Metric::at(middle.y);
  // The cell's edge that is nearer to the equator is the longer one.
  const auto toward = static_cast<std::int64_t>(half) * (middle.y > 0 ? -1 : 1);
  const Metric wide =
      Metric::at(static_cast<std::int32_t>(std::clamp(middle.y + toward, south_pole, -south_pole)));
  const double half_e = static_cast<double>(half) * std::max(middle.metric.east_m, wide.east_m);
  const double half_n = static_cast<double>(half) * middle.metric.north_m;
  // 1 %: the plane at the middle is not the plane at the corner.
  const double reach_m = std::sqrt(half_e * half_e + half_n * half_n) * 1.01 + fence_band_m;
  const double signed_m = shapes_.signed_distance_m(fence, middle, reach_m);
  if (signed_m > reach_m) return;
  if (signed_m < -reach_m || level == 0) {
    Entry entry{key_of(level, x, y), fence << 1 | (signed_m < -reach_m ? 0U : 1U), {}};
    if (signed_m >= -reach_m) {
      entry.sides = shapes_.sides_near(fence, middle, reach_m);
      entry.parts = parts_of(fence, entry.sides, x, y);
    }
    entries.push_back(entry);
    return;
  }
  constexpr std::uint64_t parts = 1U << level_shift;
  for (std::uint64_t i = 0; i < parts; ++i) {
    for (std::uint64_t j = 0; j < parts; ++j) {
      cover(fence, level - 1, x * parts + i, y * parts + j, entries);
    }
  }
}

std::uint16_t FenceIndex::parts_of(std::uint32_t fence, const FenceSides& sides, std::uint64_t x,
                                   std::uint64_t y) const {
  constexpr std::int64_t size = std::int64_t{1} << smallest_shift;
  constexpr double half = static_cast<double>(size) / parts_across / 2 + 1;
  const auto west = static_cast<std::int64_t>(x << smallest_shift);
  const std::int64_t south = static_cast<std::int64_t>(y << smallest_shift) + south_pole;
  // At the date line and at the poles a place is looked up otherwise: there the sides are asked.
  if (x == 0 || west + size > full_turn_e7 || std::abs(south) > max_part_lat_e7) return 0;
  const FencePlace middle =
      middle_of_cell(static_cast<std::uint32_t>(west), static_cast<std::int32_t>(south));
  std::uint32_t parts = 0;
  for (std::int64_t part = 0; part < std::ssize(place_of_digit); ++part) {
    const std::int64_t across = part % parts_across;
    const std::int64_t up = part / parts_across;
    FencePlace place;
    place.x = static_cast<std::uint32_t>(west + (2 * across + 1) * size / (2 * parts_across));
    place.y = static_cast<std::int32_t>(south + (2 * up + 1) * size / (2 * parts_across));
    place.metric = Metric::at(place.y);
    const double half_e = half * place.metric.east_m;
    const double half_n = half * place.metric.north_m;
    // A metre more: nothing is told of a place that is as good as on the line.
    const double reach_m = std::sqrt(half_e * half_e + half_n * half_n) * 1.01 + 1;
    const double signed_m = shapes_.signed_distance_m(fence, sides, place, middle, reach_m);
    if (std::fabs(signed_m) <= reach_m) continue;
    parts += (signed_m < 0 ? part_inside : part_outside) *
             place_of_digit[static_cast<std::size_t>(part)];
  }
  return static_cast<std::uint16_t>(parts);
}

void FenceIndex::store(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.key != b.key ? a.key < b.key : a.value < b.value;
  });
  std::size_t cells = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i == 0 || entries[i].key != entries[i - 1].key) ++cells;
  }
  std::size_t slots = 16;
  while (slots * 3 < cells * 4) slots *= 2;
  slots_.assign(slots, 0);
  slot_mask_ = slots - 1;
  lists_.reserve(entries.size());
  std::array<std::size_t, levels> longest{};
  std::size_t begin = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool last = i + 1 == entries.size() || entries[i + 1].key != entries[i].key;
    const Entry& entry = entries[i];
    const std::uint32_t bits = packed(entry.value >> 1, (entry.value & 1) != 0, entry.sides, last);
    lists_.push_back(
        {static_cast<std::uint16_t>(bits), static_cast<std::uint16_t>(bits >> 16), entry.parts});
    if (!last) continue;
    std::uint64_t at = slot_of(entries[i].key);
    while (slots_[at] != 0) at = (at + 1) & slot_mask_;
    slots_[at] = entries[i].key << place_bits | begin;
    const auto level = static_cast<std::size_t>((entries[i].key >> 35) - 1);
    longest[level] = std::max(longest[level], i + 1 - begin);
    level_used_[level] = true;
    begin = i + 1;
  }
  // Twice: a place near the date line is looked up from both sides.
  for (const std::size_t length : longest) most_found_ += 2 * length;
}

std::uint64_t FenceIndex::cell(const FencePlace& place) {
  return key_of(0, x_of(place.x, 0), y_of(place.y, 0));
}

std::size_t FenceIndex::slot_of(std::uint64_t key) const {
  return static_cast<std::size_t>(mixed(key) & slot_mask_);
}

std::size_t FenceIndex::add_from(std::uint64_t key, unsigned part, Ask ask, std::span<Found> out,
                                 std::size_t count) const {
  std::uint64_t at = slot_of(key);
  while (slots_[at] != 0 && slots_[at] >> place_bits != key) at = (at + 1) & slot_mask_;
  if (slots_[at] == 0) return count;
  for (std::size_t i = slots_[at] & (most_entries - 1); count < out.size(); ++i) {
    const Listed& listed = lists_[i];
    Found& found = out[count++];
    found = unpacked(listed.entry());
    const auto known = static_cast<std::uint32_t>(listed.parts * share_of_digit[part] >> 32) % 3;
    found.beside = known != 0;
    found.within = known == part_inside;
    const bool asked = found.near && (ask == Ask::distance || !found.beside);
    if (asked) shapes_.expect(found.fence, found.sides);
    if ((listed.low & 1) != 0) break;
  }
  return count;
}

std::size_t FenceIndex::at(const FencePlace& place, std::span<Found> out, Ask ask) const {
  // All levels' slots are on their way before the first one is looked at.
  std::array<std::uint64_t, 2 * levels> keys;
  std::size_t looks = 0;
  const auto look = [&](int level, std::uint32_t x) {
    const std::uint64_t key = key_of(level, x_of(x, level), y_of(place.y, level));
    __builtin_prefetch(slots_.data() + slot_of(key));
    keys[looks++] = key;
  };
  for (int level = 0; level < levels; ++level) {
    if (!level_used_[static_cast<std::size_t>(level)]) continue;
    look(level, place.x);
    if (place.x >= 2 * max_fence_extent_e7) continue;
    look(level, place.x + static_cast<std::uint32_t>(full_turn_e7));
  }
  std::size_t count = 0;
  const unsigned part = part_of(place.x, place.y);
  for (std::size_t i = 0; i < looks; ++i) count = add_from(keys[i], part, ask, out, count);
  if (count < 2) return count;
  std::sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count),
            [](const Found& a, const Found& b) { return a.fence < b.fence; });
  return count;
}

double FenceIndex::signed_distance_m(std::uint32_t fence, const FenceSides& sides,
                                     const FencePlace& place) const {
  return shapes_.signed_distance_m(fence, sides, place, middle_of_cell(place.x, place.y),
                                   fence_band_m);
}

bool FenceIndex::inside(const Found& found, const FencePlace& place) const {
  if (!found.near) return true;
  if (found.beside) return found.within;
  return shapes_.inside(found.fence, found.sides, place, middle_of_cell(place.x, place.y));
}

std::size_t FenceIndex::bytes() const {
  std::size_t sum = shapes_.bytes() + slots_.capacity() * sizeof(slots_[0]) +
                    lists_.capacity() * sizeof(lists_[0]) + by_id_.capacity() * sizeof(by_id_[0]) +
                    fences_.capacity() * sizeof(Fence);
  constexpr std::size_t short_string = 15;
  for (const Fence& fence : fences_) {
    if (fence.id.capacity() > short_string) sum += fence.id.capacity() + 1;
    if (fence.name.capacity() > short_string) sum += fence.name.capacity() + 1;
    sum += fence.hours.windows.capacity() * sizeof(DayWindow);
  }
  return sum;
}

}  // namespace lujing::core
