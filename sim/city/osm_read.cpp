#include "sim/city/osm.h"

namespace lujing::sim {

Result<City> read_osm(const std::string& path) {
  return Error(path + ": extracts are not read yet");
}

}  // namespace lujing::sim
