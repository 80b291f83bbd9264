#include "hal/power/power.h"
#include "hal/voice/voice.h"
#include "tests/support/heard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

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

TEST_F(PowerVoice, OneTextIsSpokenAtATime) {
  const std::string log = (folder_ / "said").string();
  const auto voice =
      espeak_voice({}, program("echo begin $4 >>" + log + "; sleep 0.05; echo end $4 >>" + log));
  for (const char* text : {"a", "b", "c"}) voice->say(text, "en");
  const std::string expected = "begin a\nend a\nbegin b\nend b\nbegin c\nend c\n";
  EXPECT_TRUE(eventually([&] { return read("said") == expected; })) << read("said");
}

/// The real synthesiser, into a file instead of a sound card: PCM of 16 bits.
TEST_F(PowerVoice, TheSynthesiserMakesWordsOfBothLanguagesHeard) {
  if (std::system("command -v espeak-ng >/dev/null") != 0)
    GTEST_SKIP() << "espeak-ng is not installed";
  const std::vector<std::pair<std::string, std::string>> texts{
      {"请关闭厢盖，然后行驶", "zh"}, {"Close the cover before you drive on", "en"}};
  for (const auto& [text, language] : texts) {
    const auto voice =
        espeak_voice({}, program("espeak-ng -w " + (folder_ / language).string() + " \"$@\""));
    voice->say(text, language);
    ASSERT_TRUE(eventually([&] { return contains(voice->health_line(), ": ok"); }))
        << voice->health_line();
    const std::string wav = read(language);
    constexpr std::size_t header = 44;
    ASSERT_GT(wav.size(), header);
    EXPECT_EQ(wav.substr(0, 4) + wav.substr(8, 4), "RIFFWAVE");
    std::uint32_t rate = 0;
    std::memcpy(&rate, wav.data() + 24, sizeof rate);
    double squares = 0;
    const std::size_t samples = (wav.size() - header) / 2;
    for (std::size_t i = 0; i < samples; ++i) {
      std::int16_t sample = 0;
      std::memcpy(&sample, wav.data() + header + 2 * i, sizeof sample);
      squares += static_cast<double>(sample) * sample;
    }
    const double length_s = static_cast<double>(samples) / rate;
    EXPECT_GT(length_s, 1.0) << text;
    EXPECT_LT(length_s, 8.0) << text;
    EXPECT_GT(std::sqrt(squares / static_cast<double>(samples)), 500) << text << ": silent";
  }
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
