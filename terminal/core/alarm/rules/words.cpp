#include "terminal/core/alarm/rules/words.h"

#include <cmath>
#include <cstdlib>

namespace lujing::core {

using protocol::Work;

Truth sweeping(const Facts& facts) {
  if ((facts.cleaning.effective & machine_swept) != 0) return Truth::yes;
  return (facts.cleaning.perhaps & machine_swept) != 0 ? Truth::unknown : Truth::no;
}

Truth patrol(const Facts& facts, const CleaningConfig& config) {
  if (config.patrol_windows.empty()) return Truth::no;
  if (!facts.cleaning.minute) return Truth::unknown;
  return truth(any_holds(config.patrol_windows, facts.cleaning.weekday, *facts.cleaning.minute));
}

Truth faster(const Facts& facts, double limit_kmh) {
  if (!facts.speed_mps) return Truth::unknown;
  return truth(*facts.speed_mps * 3.6 > limit_kmh);
}

std::string text_of(std::optional<double> value) {
  if (!value) return "?";
  const long tenths = std::lround(*value * 10);
  const long whole = std::labs(tenths) / 10;
  return (tenths < 0 ? "-" : "") + std::to_string(whole) + "." +
         std::to_string(std::labs(tenths) % 10);
}

std::string work_text(const Facts& facts) {
  std::string text;
  for (std::size_t i = 0; i < protocol::work_kinds; ++i) {
    if ((facts.cleaning.on >> i & 1U) == 0) continue;
    text += (text.empty() ? "" : "+") + std::string(to_string(static_cast<Work>(i)));
    if ((facts.cleaning.effective >> i & 1U) == 0) text += "(ineffective)";
  }
  return "work=" + (text.empty() ? "none" : text);
}

std::string speed_text(const Facts& facts) {
  return "speed_kmh=" +
         text_of(facts.speed_mps ? std::optional(*facts.speed_mps * 3.6) : std::nullopt);
}

std::string clock_text(const Facts& facts) {
  if (!facts.cleaning.minute) return "time=?";
  const int minute = *facts.cleaning.minute;
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return "time=" + two(minute / 60) + ":" + two(minute % 60);
}

std::string owed_text(const Facts& facts) {
  if (!facts.cleaning.owed) return "";
  const Owed& owed = *facts.cleaning.owed;
  return "task=" + owed.task + " kerbs=" + std::to_string(owed.kerbs) +
         " below=" + std::to_string(owed.kerbs_below) +
         " one_sided=" + std::to_string(owed.one_sided) +
         " short=" + std::to_string(owed.kerbs_short) +
         " out_of_order=" + std::to_string(owed.out_of_order);
}

}  // namespace lujing::core
