#include "terminal/app/status_server.h"

#include "tests/support/process.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace lujing::app {
namespace {

std::string ask(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  std::string text;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    char buffer[4096];
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(n));
    }
  }
  close(fd);
  return text;
}

TEST(StatusServer, TellsEachCallerAndCleansUp) {
  const testing::TempDir dir;
  const std::string path = dir / "status.sock";
  {
    int calls = 0;
    auto server = StatusServer::start(path, [&] { return "call " + std::to_string(++calls); });
    ASSERT_TRUE(server.ok()) << server.error().what();
    EXPECT_EQ(ask(path), "call 1");
    EXPECT_EQ(ask(path), "call 2");
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST(StatusServer, TakesOverASocketThatAKilledTerminalLeftBehind) {
  const testing::TempDir dir;
  testing::write_file(dir / "status.sock", "");
  auto server = StatusServer::start(dir / "status.sock", [] { return std::string(200'000, 'x'); });
  ASSERT_TRUE(server.ok()) << server.error().what();
  EXPECT_EQ(ask(dir / "status.sock").size(), 200'000u);
}

TEST(StatusServer, SaysWhatToDoAboutAPathThatIsTooLong) {
  auto server = StatusServer::start("/" + std::string(200, 'd') + "/s", [] { return ""; });
  ASSERT_FALSE(server.ok());
  EXPECT_NE(server.error().what().find("shorter data_dir"), std::string::npos);
}

}  // namespace
}  // namespace lujing::app
