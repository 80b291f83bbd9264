// What the two halves of the batch codec share. The format itself is in BATCH.md. Internal.
#pragma once

#include "protocol/batch.h"
#include "protocol/column.h"

#include <cstddef>
#include <cstdint>

namespace lujing::protocol {

inline constexpr std::uint8_t batch_format = 0xB1;
inline constexpr std::size_t crc_bytes = 4;
inline constexpr std::size_t max_batch_holes = 1024;
/// Rows of all columns together: what unpacking may cost, however small the bytes are.
inline constexpr std::size_t max_batch_cells = 256 * 1024;

/// The models of the numbers that are not in a column, one for each place in the format.
struct Places {
  PlainNumber hole_count;
  PlainNumber hole_gap;
  PlainNumber hole_length;
  PlainNumber kind_run;
  BitModel more_columns{49152, 4};
  PlainNumber id_step;
  BitModel is_text{8192, 2};
  BitModel has_gaps{8192, 2};
  PlainNumber gap_run;
  PlainNumber text_length;
  std::array<BitModel, 8> predictor;
};

template <class Coder>
Predictor code_predictor(Coder& coder, Places& places, Predictor predictor) {
  std::size_t node = 1;
  for (unsigned i = 3; i-- > 0;) {
    const bool bit =
        coder.bit(places.predictor[node], ((static_cast<unsigned>(predictor) >> i) & 1) != 0);
    node = 2 * node + (bit ? 1 : 0);
  }
  return static_cast<Predictor>(node - 8);
}

/// Columns with these ids are what the predictors look at (those of the stamp and a track point).
inline constexpr std::uint16_t boot_ms_column = 2;
inline constexpr std::uint16_t utc_ms_column = 3;
inline constexpr std::uint16_t speed_column = 16;
inline constexpr std::uint16_t course_column = 17;
inline constexpr std::uint16_t lat_column = 19;

}  // namespace lujing::protocol
