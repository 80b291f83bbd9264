// What the two halves of the batch codec share. The format itself is in BATCH.md. Internal.
#pragma once

#include "protocol/batch.h"
#include "protocol/column.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace lujing::protocol {

inline constexpr std::uint8_t batch_format = 0xB1;
inline constexpr std::size_t crc_bytes = 4;
inline constexpr std::size_t max_batch_holes = 1024;
/// Rows of all columns together: what unpacking may cost, however small the bytes are.
inline constexpr std::size_t max_batch_cells = std::size_t{256} * 1024;

/// The models of the numbers that are not in a column, one for each place in the format.
struct Places {
  PlainNumber hole_count;
  PlainNumber hole_gap;
  PlainNumber hole_length;
  PlainNumber kind_run;
  BitModel more_columns{49152, 4};
  PlainNumber id_step{1};
  BitModel is_text{8192, 2};
  BitModel has_gaps{8192, 2};
  PlainNumber gap_run;
  PlainNumber text_length;
  std::array<BitModel, 1 << predictor_bits> predictor;
  BitModel is_constant{24576, 2};
  BitModel has_grid{24576, 2};
  PlainNumber grid;
};

template <class Coder>
Grid code_grid(Coder& coder, Places& places, const Grid& grid) {
  if (!coder.bit(places.has_grid, grid != Grid{})) return {};
  const auto* usual = std::find(usual_grids.begin(), usual_grids.end(), grid);
  const std::uint64_t number =
      coder.raw(4, static_cast<std::uint64_t>(usual - usual_grids.begin()));
  if (number < usual_grids.size()) return usual_grids[number];
  const std::uint64_t step = places.grid.code(coder, grid.step);
  const std::uint64_t parts = places.grid.code(coder, grid.parts);
  if (step > max_grid || parts > max_grid) return {0, 0};  // only a decoder can come here
  return {static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(parts)};
}

template <class Coder>
Shape code_shape(Coder& coder, Places& places, Shape shape) {
  shape.constant = coder.bit(places.is_constant, shape.constant);
  if (shape.constant) return shape;
  std::size_t node = 1;
  for (unsigned i = predictor_bits; i-- > 0;) {
    const bool bit =
        coder.bit(places.predictor[node], ((static_cast<unsigned>(shape.predictor) >> i) & 1) != 0);
    node = 2 * node + (bit ? 1 : 0);
  }
  shape.predictor = static_cast<Predictor>(node - (1U << predictor_bits));
  shape.pace.tempo = static_cast<std::uint8_t>(1 + coder.raw(2, shape.pace.tempo - 1U));
  shape.pace.start = static_cast<std::uint8_t>(coder.raw(6, shape.pace.start));
  shape.grid = code_grid(coder, places, shape.grid);
  return shape;
}

/// Columns with these ids are what the predictors look at (those of the stamp and a track point).
inline constexpr std::uint16_t boot_ms_column = 3;
inline constexpr std::uint16_t utc_ms_column = 2;
inline constexpr std::uint16_t speed_column = 16;
inline constexpr std::uint16_t course_column = 17;
inline constexpr std::uint16_t lat_column = 19;

}  // namespace lujing::protocol
