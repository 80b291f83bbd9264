// Any bytes as a DBC file: taken or refused, and what is taken decodes any frame.
#include "hal/can/dbc.h"
#include "hal/can/decoder.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace lujing::hal::can;  // NOLINT(google-build-using-namespace): a target of this folder

void decode_something(const Database& database, const std::uint8_t* data, std::size_t size) {
  auto decoder = Decoder::compile_all(database);
  if (!decoder) std::abort();
  CanFrame frame;
  for (std::size_t i = 0; i < frame.data.size() && i < size; ++i)
    frame.data[i] = data[size - 1 - i];
  std::size_t signals = 0;
  for (const Message& message : database.messages) signals += message.signals.size();
  for (const Message& message : database.messages) {
    frame.id = message.id;
    frame.extended = message.extended;
    for (const std::uint8_t len :
         {std::uint8_t{0}, std::uint8_t{7}, std::uint8_t{8}, std::uint8_t{64}}) {
      frame.len = len;
      for (const Decoded& decoded : decoder->decode(frame)) {
        if (decoded.wish >= signals) std::abort();
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto strict = parse_dbc(text, "f.dbc");
  const auto lenient = parse_dbc(text, "f.dbc", {.lenient = true});
  if (strict && !lenient) std::abort();  // lenience takes what strictness takes
  if (!lenient && lenient.error().what().rfind("f.dbc:", 0) != 0) std::abort();
  if (strict) decode_something(*strict, data, size);
  if (lenient) decode_something(*lenient, data, size);
  return 0;
}
