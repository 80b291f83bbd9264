#include "tests/e2e/programs/said.h"

namespace lujing::testing {

Said run_program(const std::string& name, const std::vector<std::string>& words) {
  const TempDir dir;
  std::vector<std::string> command = {program(name)};
  command.insert(command.end(), words.begin(), words.end());
  Process process(command, dir / "said");
  Said said;
  said.code = process.wait(std::chrono::seconds(60));
  said.text = process.log();
  return said;
}

}  // namespace lujing::testing
