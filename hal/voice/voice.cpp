#include "hal/voice/voice.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace lujing::hal {
namespace {

constexpr std::size_t most_waiting = 8;
constexpr std::size_t longest_text = 500;

/// Cut at the limit, never inside a UTF-8 character; a text cannot hold a zero byte.
std::string speakable(const std::string& text) {
  std::size_t end = std::min(text.find('\0'), text.size());
  if (end > longest_text) {
    end = longest_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  }
  return text.substr(0, end);
}

class SilentVoice final : public Voice {
 public:
  void say(const std::string& /*text*/, const std::string& /*language*/) override {}
  std::string health_line() const override { return "voice: switched off"; }
};

class EspeakVoice final : public Voice {
 public:
  EspeakVoice(VoiceLog log, std::string program)
      : log_(std::move(log)),
        program_(std::move(program)),
        health_("voice: " + program_ + ", has not spoken yet"),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}
  EspeakVoice(const EspeakVoice&) = delete;
  EspeakVoice& operator=(const EspeakVoice&) = delete;
  ~EspeakVoice() override {
    thread_.request_stop();
    thread_.join();
  }

  void say(const std::string& text, const std::string& language) override {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting) waiting_.pop_front();
    waiting_.emplace_back(speakable(text), language == "zh" ? "cmn" : "en");
    wake_.notify_all();
  }
  std::string health_line() const override {
    const std::lock_guard lock(mutex_);
    return health_;
  }

 private:
  using Words = std::pair<std::string, std::string>;  ///< text, espeak's name of the language
  void run(const std::stop_token& stop);
  void speak(const Words& words, const std::stop_token& stop);
  void judge(const std::string& problem);

  const VoiceLog log_;
  const std::string program_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Words> waiting_;
  std::string health_;
  std::string problem_;  ///< the last one that was logged
  std::jthread thread_;
};

void EspeakVoice::judge(const std::string& problem) {
  const std::string line = "voice: " + program_ + (problem.empty() ? ": ok" : ": " + problem);
  {
    const std::lock_guard lock(mutex_);
    health_ = line;
  }
  if (!problem.empty() && problem != problem_ && log_) log_(line);
  problem_ = problem;
}

void EspeakVoice::speak(const Words& words, const std::stop_token& stop) {
  // The words are data: "--" keeps a text that begins with "-" from being an option.
  std::array<std::string, 5> arguments{program_, "-v", words.second, "--", words.first};
  std::array<char*, 6> argv{};
  for (std::size_t i = 0; i < arguments.size(); ++i) argv[i] = arguments[i].data();
  pid_t child = -1;
  const int problem =
      posix_spawnp(&child, program_.c_str(), nullptr, nullptr, argv.data(), environ);
  if (problem != 0) {
    judge(std::string(std::strerror(problem)) + "; apt-get install espeak-ng");
    return;
  }
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, std::chrono::milliseconds(20), [] { return false; });
    if (!stop.stop_requested()) continue;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return;
  }
  const bool spoken = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  judge(spoken ? "" : "could not speak: is there a sound card, and a voice for this language?");
}

void EspeakVoice::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex_);
    if (!wake_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
    const Words words = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    speak(words, stop);
  }
}

}  // namespace

std::unique_ptr<Voice> espeak_voice(VoiceLog log, const std::string& program) {
  return std::make_unique<EspeakVoice>(std::move(log), program);
}
std::unique_ptr<Voice> silent_voice() {
  return std::make_unique<SilentVoice>();
}

}  // namespace lujing::hal
