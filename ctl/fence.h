// `lujing-ctl fence test`: who is inside which fence, and how near, along a recorded track.
#pragma once

#include <iosfwd>
#include <string>

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

struct FenceTestArgs {
  std::string fences;   ///< GeoJSON or CSV
  std::string points;   ///< CSV: id (or point) and lat, lon (or x, y); `seq` may stand there too
  double within_m = 0;  ///< also those that are not farther away
  /// Fences of any map: what a directive would refuse is passed over, but not what is no shape.
  bool any_map = false;
  bool planar = false;  ///< both files are metres of the world Mercator, and so is within_m
  bool json = false;
};

/// One line an answer: `point,seq,fence,signed_m`, negative inside. A fence with versions
/// (valid_from_seq) is judged by its newest one that a point's seq has reached. Exit code: 0, or 1
/// with a message where a file cannot be read.
int run_fence_test(const FenceTestArgs& args, std::ostream& out, std::ostream& err);

void add_fence_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
