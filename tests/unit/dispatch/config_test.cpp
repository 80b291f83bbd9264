#include "platform/app/config.h"

#include <gtest/gtest.h>

namespace lujing::platform {
namespace {

constexpr const char* good = R"([platform]
data_dir = "data"
[gateway]
listen = "0.0.0.0:7611"
authority = "ca.crt"
certificate = "/etc/gateway.crt"
key = "gateway.key"
[dispatch]
listen = "[::1]:0"
)";

std::string mistake(const std::string& text) {
  const auto config = parse_config("/etc/lujing/platform.toml", text);
  return config ? "" : config.error().what();
}

TEST(PlatformConfig, IsRead) {
  const auto config = parse_config("/etc/lujing/platform.toml", good);
  ASSERT_TRUE(config) << config.error().what();
  EXPECT_EQ(config->data_dir, "/etc/lujing/data") << "as seen from the file";
  EXPECT_EQ(config->certificate, "/etc/gateway.crt");
  EXPECT_EQ(config->gateway_listen.port, 7611);
  EXPECT_EQ(config->dispatch_listen.address, "::1");
  EXPECT_EQ(config->live_s, 60);
}

TEST(PlatformConfig, TheExampleIsGood) {
  const auto config = read_config(LUJING_SOURCE_DIR "/deploy/examples/platform.toml");
  EXPECT_TRUE(config) << config.error().what();
}

TEST(PlatformConfig, NamesEveryMistakeWithItsLine) {
  const auto said = mistake("[platform]\nlive_s = \"60\"\ndata_dri = 3\n[dispach]\n");
  for (const auto* part : {"platform.toml:2: platform.live_s is a whole number", "platform.toml:3",
                           "did you mean data_dir?", "platform.toml:4: dispach is not known",
                           "gateway.key is missing"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
  }
}

TEST(PlatformConfig, NamesTheLineOfWhatIsNoToml) {
  EXPECT_NE(mistake("[platform]\ndata_dir = \n").find("platform.toml:2"), std::string::npos);
}

TEST(PlatformConfig, RefusesWhatIsNoAddress) {
  for (const auto* text : {"", "8080", "host:8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999",
                           "::1:80", "[127.0.0.1]:80", "127.0.0.1:8x"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

}  // namespace
}  // namespace lujing::platform
