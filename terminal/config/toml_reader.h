// The reader of TOML files is base's, since the simulator's scenarios are read by it too; here it
// has the names that this room has always used.
#pragma once

#include "base/toml_reader.h"

namespace lujing::config {

using lujing::joined;
using lujing::nearest_word;
using lujing::read_text_file;
using lujing::Section;
using lujing::TomlFile;

}  // namespace lujing::config
