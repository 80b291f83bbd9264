// A reader of identity cards on a serial line (9600 baud, 8N1; card_frames.h): the driver's card is
// an analog input whose value is the card's number, 0 while none is held to the reader.
//
// Told when a card comes, when it has gone (no frame for two seconds) and again every ten seconds.
// `fault` while the line is not there.
#pragma once

#include "hal/io/io.h"
#include "hal/io/source_base.h"

#include <cstdint>
#include <memory>

namespace lujing::hal::io {

/// `input.chip` is the serial device.
std::unique_ptr<Source> make_card_source(const InputConfig& input, std::uint8_t index,
                                         std::shared_ptr<Totals> totals);

}  // namespace lujing::hal::io
