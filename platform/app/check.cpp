#include "platform/app/check.h"

#include "base/folder.h"
#include "platform/dispatch/api.h"
#include "platform/dispatch/page_files.h"
#include "platform/gateway/tls_context.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace lujing::platform {

namespace {

namespace fs = std::filesystem;

void check_data_dir(const std::string& folder, std::vector<std::string>& wrong) {
  if (const auto good = check_own_folder(folder, "lujing-platform"); !good) {
    wrong.push_back(good.error().in("platform.data_dir " + folder).what());
    return;
  }
  std::error_code failed;
  const std::string books = folder + "/ledger.db";
  if (fs::exists(books, failed) && access(books.c_str(), R_OK | W_OK) != 0)
    wrong.push_back("platform.data_dir: " + books + ": " + std::strerror(errno) +
                    "; give it to the user that the platform runs as: chown lujing-platform " +
                    books);
}

}  // namespace

std::vector<std::string> check_surroundings(const Config& config) {
  std::vector<std::string> wrong;
  check_data_dir(config.data_dir, wrong);
  const auto credentials =
      gateway::check_gateway_credentials(config.authority, config.certificate, config.key);
  if (!credentials) {
    wrong.push_back(credentials.error().what());
  } else if (!credentials->empty()) {
    wrong.push_back(*credentials);
  }
  if (!config.web_root.empty()) {
    if (const auto page = dispatch::PageFiles::read(config.web_root); !page)
      wrong.push_back("dispatch.web_root: " + page.error().what());
  }
  if (const auto map = dispatch::Basemap::read(config.basemap); !map)
    wrong.push_back("dispatch.basemap: " + map.error().what());
  return wrong;
}

}  // namespace lujing::platform
