// What the driver hears.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace lujing::hal {

/// Speaks one text after the other. say() returns at once; when more than eight texts wait, the
/// oldest is dropped. A voice that does not work is no failure.
class Voice {
 public:
  virtual ~Voice() = default;
  /// `language`: "zh" or "en". Only the first 500 bytes are spoken.
  virtual void say(const std::string& text, const std::string& language) = 0;
  /// One line for a fitter.
  virtual std::string health_line() const = 0;
};

/// Takes a line for the log.
using VoiceLog = std::function<void(const std::string&)>;

/// Runs espeak-ng for each text. Where it is not installed, that is logged once and looked for
/// again with the next text. What is being said when the voice is destroyed is cut off.
std::unique_ptr<Voice> espeak_voice(VoiceLog log, const std::string& program = "espeak-ng");
/// Says nothing.
std::unique_ptr<Voice> silent_voice();

}  // namespace lujing::hal
