#include "terminal/core/recall/recall.h"

#include "protocol/batch.h"

#include <algorithm>

namespace lujing::core {
namespace {

constexpr std::size_t most_records = 1000;
constexpr std::size_t piece_bytes = sizeof(hal::Recalled::bytes);
constexpr std::size_t most_pieces = 255;

}  // namespace

std::string pack_recalled(std::span<const protocol::Record> records) {
  if (records.empty()) return {};
  // What stands at the end is given up where it does not fit: the oldest coverage.
  std::size_t count = std::min(records.size(), most_records);
  for (; count > 0; count -= (count + 3) / 4) {
    std::string packed = protocol::encode(protocol::seal(1, 1, {}, records.first(count)));
    if (packed.size() <= piece_bytes * most_pieces) return packed;
  }
  return {};
}

std::vector<protocol::Record> unpack_recalled(std::string_view packed) {
  std::vector<protocol::Record> records;
  if (packed.empty() || packed.size() > piece_bytes * most_pieces) return records;
  auto batch = protocol::decode(packed);
  if (!batch || batch->records.size() > most_records) return records;
  for (protocol::Numbered& numbered : batch->records) records.push_back(std::move(numbered.record));
  return records;
}

std::vector<hal::Recalled> pieces_of(std::string_view packed) {
  std::vector<hal::Recalled> pieces;
  if (packed.size() > piece_bytes * most_pieces) return pieces;
  const std::size_t parts = (packed.size() + piece_bytes - 1) / piece_bytes;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::string_view bytes = packed.substr(i * piece_bytes, piece_bytes);
    hal::Recalled piece;
    piece.part = static_cast<std::uint8_t>(i);
    piece.parts = static_cast<std::uint8_t>(parts);
    piece.size = static_cast<std::uint8_t>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), piece.bytes.begin());
    pieces.push_back(piece);
  }
  return pieces;
}

std::vector<protocol::Record> RecalledPieces::take(const hal::Recalled& piece) {
  if (piece.part == 0) {
    packed_.clear();
    next_ = 0;
    parts_ = piece.parts;
  }
  const bool follows = piece.part == next_ && piece.parts == parts_ && piece.part < parts_ &&
                       piece.size <= piece_bytes;
  if (!follows) {
    parts_ = 0;
    return {};
  }
  packed_.append(piece.bytes.data(), piece.size);
  ++next_;
  if (next_ < parts_) return {};
  parts_ = 0;
  return unpack_recalled(packed_);
}

}  // namespace lujing::core
