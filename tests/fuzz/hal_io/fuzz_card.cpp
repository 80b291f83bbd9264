// Any bytes from a card reader: a card is told only where a whole frame ends whose check comes out,
// and what is told reads again as the same.
#include "hal/io/card_frames.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace {

std::string frame_of(std::uint64_t card) {
  unsigned check = 0;
  for (int shift = 0; shift < 40; shift += 8) check ^= static_cast<unsigned>(card >> shift & 0xff);
  char text[16] = {};
  std::snprintf(text, sizeof text, "\x02%010llX%02X\x03", static_cast<unsigned long long>(card),
                check);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lujing::hal::io::CardFrames frames;
  std::size_t begins = 0;
  std::size_t told = 0;
  for (std::size_t i = 0; i < size; ++i) {
    begins += data[i] == 0x02 ? 1U : 0U;
    const auto card = frames.take(data[i]);
    if (!card) continue;
    ++told;
    if (data[i] != 0x03 || *card == 0 || *card >> 40 != 0) std::abort();
    lujing::hal::io::CardFrames again;
    std::optional<std::uint64_t> read;
    for (const char c : frame_of(*card)) {
      if (read) std::abort();
      read = again.take(static_cast<std::uint8_t>(c));
    }
    if (read != card || again.bad() != 0) std::abort();
  }
  // Each frame that was begun is a card, is counted as bad, or is still under way.
  if (told + frames.bad() > begins || begins > told + frames.bad() + 1) std::abort();
  return 0;
}
