#include "base/output_check.h"

#include <filesystem>

namespace lujing {
namespace {

namespace fs = std::filesystem;

/// By what it is, not by how it is spelt. Two that are not there yet are the same if their paths
/// are.
bool same_file(const std::string& a, const std::string& b) {
  std::error_code failed;
  if (fs::equivalent(a, b, failed)) return true;
  const fs::path one = fs::weakly_canonical(a, failed);
  if (failed) return false;
  const fs::path other = fs::weakly_canonical(b, failed);
  return !failed && one == other;
}

/// Several outputs may well go to one device, as /dev/null.
bool is_device(const std::string& path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

}  // namespace

Result<void> check_outputs(const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string& output = outputs[i];
    if (output.empty() || is_device(output)) continue;
    std::error_code failed;
    if (fs::is_directory(output, failed)) {
      return Error(output + ": is a folder; give a file's name in it");
    }
    for (const std::string& input : inputs) {
      if (input.empty() || !same_file(input, output)) continue;
      return Error(output + ": is what is read; writing there would destroy it, give another file");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (outputs[j].empty() || !same_file(outputs[j], output)) continue;
      return Error(output + ": is given for two outputs; give each a file of its own");
    }
  }
  return {};
}

Result<void> check_whole_output(const std::vector<std::string>& inputs, const std::string& output) {
  if (is_device(output)) {
    return Error(output + ": is no file but a device or a pipe; give a file");
  }
  return check_outputs(inputs, {output});
}

}  // namespace lujing
