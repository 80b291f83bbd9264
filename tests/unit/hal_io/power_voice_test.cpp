#include "hal/power/power.h"
#include "hal/voice/voice.h"
#include "tests/support/heard.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace lujing::hal {
namespace {

using test_support::contains;
using test_support::eventually;
using test_support::Heard;

class PowerVoice : public testing::Test {
 protected:
  PowerVoice() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lujing-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~PowerVoice() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    // As the kernel's files change: at once.
    std::ofstream(folder_ / "new") << text;
    std::filesystem::rename(folder_ / "new", folder_ / name);
  }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }
  std::string program(const std::string& script) const {
    write("speaker", "#!/bin/sh\n" + script);
    std::filesystem::permissions(folder_ / "speaker", std::filesystem::perms::owner_all);
    return (folder_ / "speaker").string();
  }
  std::filesystem::path folder_;
};

TEST_F(PowerVoice, VoltagesAreReadAndToldWhenTheyChange) {
  write("main", "24350000\n");
  PowerConfig config;
  config.main.path = folder_ / "main";
  config.backup.path = folder_ / "backup";
  config.poll_s = 0.01;
  Heard heard;
  const auto source = open_power(config);
  source->start(heard.sink());
  EXPECT_TRUE(heard.wait_last(Power{24350000 * 1e-6, std::nullopt}));
  write("backup", "3700000\n");
  EXPECT_TRUE(heard.wait_last(Power{24350000 * 1e-6, 3700000 * 1e-6}));
  EXPECT_EQ(source->health_line(), "supply: main 24.35 V, backup 3.70 V");
  for (const char* broken : {"", "much", "-5", "900000000", "nan"}) {
    write("main", "24350000\n");
    ASSERT_TRUE(heard.wait_last(Power{24350000 * 1e-6, 3700000 * 1e-6}));
    write("main", broken);
    EXPECT_TRUE(heard.wait_last(Power{std::nullopt, 3700000 * 1e-6})) << broken;
  }
  source->stop();
}

TEST_F(PowerVoice, WithoutFilesNothingIsMeasured) {
  Heard heard;
  const auto source = open_power({});
  source->start(heard.sink());
  EXPECT_TRUE(heard.wait_last(Power{}));
  source->stop();
  EXPECT_EQ(source->health_line(), "supply: main not measured, backup not measured");
}

TEST_F(PowerVoice, EachTextIsSpokenOnceInOrderAndInItsLanguage) {
  const auto voice = espeak_voice({}, program("echo \"$@\" >>" + (folder_ / "said").string()));
  voice->say("请关闭厢盖", "zh");
  voice->say("-f /etc/passwd; $(reboot)", "en");
  const std::string expected = "-v cmn -- 请关闭厢盖\n-v en -- -f /etc/passwd; $(reboot)\n";
  EXPECT_TRUE(eventually([&] { return read("said") == expected; })) << read("said");
  EXPECT_TRUE(eventually([&] { return contains(voice->health_line(), ": ok"); }));
}

TEST_F(PowerVoice, ALongTextIsCutBetweenCharacters) {
  const auto voice = espeak_voice({}, program("echo \"$4$5\" >" + (folder_ / "said").string()));
  std::string text = "ab";
  for (int i = 0; i < 1000; ++i) text += "关";
  voice->say(text, "zh");
  EXPECT_TRUE(eventually([&] { return read("said").size() == 500 + 1; })) << read("said").size();
}

TEST_F(PowerVoice, AMissingSpeakerIsLoggedOnce) {
  std::mutex mutex;
  std::vector<std::string> log;
  const auto voice = espeak_voice(
      [&](const std::string& line) {
        const std::lock_guard lock(mutex);
        log.push_back(line);
      },
      folder_ / "no-speaker");
  for (int i = 0; i < 5; ++i) voice->say("hello", "en");
  EXPECT_TRUE(eventually([&] { return contains(voice->health_line(), "apt-get install"); }));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(log.size(), 1U);
}

TEST_F(PowerVoice, TheSpeakerIsCutOffAtTheEnd) {
  auto voice =
      espeak_voice({}, program("touch " + (folder_ / "began").string() + "; exec sleep 3600"));
  voice->say("a very long story", "en");
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(folder_ / "began"); }));
  voice.reset();  // would wait for an hour
  silent_voice()->say("nothing", "en");
}

}  // namespace
}  // namespace lujing::hal
