// A checked fence set, made ready for positions: which fences are near here, and which is one in.
// Made once when a set comes into force, then immutable; never allocates when asked.
//
// The earth is divided into cells of 180 m, and into cells of four times that, five levels in all.
// Per fence, a cell is outside, inside or near the line; an inside cell is stored at the largest
// level where it is one (so a city is few cells), a near one at the smallest. To ask is to look
// five cells up in a hash table. A near cell names the fence's sides that matter in it, and whether
// its middle is inside, so that a place in it is judged by a few corners that lie side by side.
// Each ninth of it that the line does not pass is named inside or outside: there no corner is
// asked.
#pragma once

#include "base/result.h"
#include "terminal/core/fence/fence.h"
#include "terminal/core/fence/shapes.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace lujing::core {

/// Farther than this from the line, a position is told as inside or outside only.
inline constexpr double fence_band_m = 50;

class FenceIndex {
 public:
  /// Checks the set; an error names the fence and what is wrong with it.
  static Result<std::shared_ptr<const FenceIndex>> make(FenceSet set);

  std::int64_t version() const { return version_; }
  std::size_t size() const { return fences_.size(); }
  /// Its attributes; the shape is in shapes() only.
  const Fence& fence(std::uint32_t i) const { return fences_[i]; }
  const FenceShapes& shapes() const { return shapes_; }
  /// By its id.
  std::optional<std::uint32_t> find(std::string_view id) const;

  /// The smallest cell of a place: as long as it is the same, so is the answer of at().
  static std::uint64_t cell(const FencePlace& place);
  struct Found {
    std::uint32_t fence = 0;
    bool near = false;    ///< within fence_band_m of the line, perhaps; else inside
    bool beside = false;  ///< near, but the line does not pass this ninth of the cell
    bool within = false;  ///< if beside: inside
    FenceSides sides;     ///< of one that is near: all that matter in this cell
  };
  /// Fences that the place's cell is inside of or near to, ascending by fence. Others are outside,
  /// and more than fence_band_m away. At most most_found() come.
  /// `ask`: what will be asked of them next, so that only what that takes is brought near.
  enum class Ask : std::uint8_t { distance, inside };
  std::size_t at(const FencePlace& place, std::span<Found> out, Ask ask = Ask::distance) const;
  std::size_t most_found() const { return most_found_; }
  /// Metres to the line of one that was found at a place of the same cell: negative inside, and
  /// right up to fence_band_m from the line.
  double signed_distance_m(std::uint32_t fence, const FenceSides& sides,
                           const FencePlace& place) const;
  /// Is the place in that one? Without the distance: cheaper.
  bool inside(const Found& found, const FencePlace& place) const;

  /// What it takes in memory, the attributes included.
  std::size_t bytes() const;

 private:
  struct Entry {
    std::uint64_t key = 0;
    std::uint32_t value = 0;  ///< fence << 1 | near
    FenceSides sides;
    std::uint16_t parts = 0;  ///< as Listed
  };
  explicit FenceIndex(FenceSet set);
  void cover(std::uint32_t fence, std::vector<Entry>& entries) const;
  void cover(std::uint32_t fence, int level, std::uint64_t x, std::uint64_t y,
             std::vector<Entry>& entries) const;
  std::uint16_t parts_of(std::uint32_t fence, const FenceSides& sides, std::uint64_t x,
                         std::uint64_t y) const;
  void store(std::vector<Entry>& entries);
  std::size_t slot_of(std::uint64_t key) const;
  /// `part`: which ninth of the cell.
  std::size_t add_from(std::uint64_t key, unsigned part, Ask ask, std::span<Found> out,
                       std::size_t count) const;

  std::int64_t version_ = 0;
  std::vector<Fence> fences_;
  std::vector<std::uint32_t> by_id_;
  FenceShapes shapes_;
  std::vector<std::uint64_t> slots_;  ///< key << 22 | place in lists_; 0: free
  /// Of six bytes: there are a million of them.
  struct Listed {
    /// First side << 23 | fence << 8 | pairs of sides << 3 | middle inside << 2 | near << 1 | last.
    std::uint16_t low = 0;
    std::uint16_t high = 0;
    /// Of a smallest cell, a ternary digit a ninth: the line passes it (0), it is inside (1) or
    /// outside (2).
    std::uint16_t parts = 0;
    std::uint32_t entry() const { return std::uint32_t{high} << 16 | low; }
  };
  std::vector<Listed> lists_;
  std::uint64_t slot_mask_ = 0;
  std::size_t most_found_ = 0;
  std::array<bool, 5> level_used_{};
  bool overfull_ = false;
};

}  // namespace lujing::core
