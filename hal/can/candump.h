// Log files as `candump -l` writes them and `canplayer` reads them, one frame a line:
//
//   (1436509052.249713) vcan0 044#2A366C2BBA            standard id
//   (1436509052.449847) vcan0 18FEF100#FFC3D4FFFFFFFFFF extended id: eight digits
//   (1436509053.650000) vcan0 123#R8                    remote frame
//   (1436509053.850000) vcan0 213##311223344            CAN FD: flags, then up to 64 bytes
//   (1436509054.000000) vcan0 20000040#0000000000000000 error frame: bit 29 of the id
#pragma once

#include "base/result.h"
#include "hal/can/frame.h"

#include <string>
#include <string_view>

namespace lujing::hal::can {

struct CandumpLine {
  bool has_frame = false;    ///< false: an empty line
  CanFrame frame;            ///< `at`: the log's own time, whatever clock that was
  std::string_view channel;  ///< "vcan0"; points into the text
};

/// One line, without or with its line end. An error says what is wrong with it.
Result<CandumpLine> parse_candump_line(std::string_view line);
/// The line of a frame, as candump would have written it.
std::string to_candump_line(const CanFrame& frame, std::string_view channel);

}  // namespace lujing::hal::can
