#include "terminal/driver/words.h"

#include <array>
#include <cmath>

namespace lujing::driver {
namespace {

using core::PromptId;

struct Words {
  PromptId id;
  const char* zh;
  const char* en;
};

constexpr std::array<Words, core::prompt_count> table{{
    {PromptId::limit_lowered, "车速已受限", "Speed is limited"},
    {PromptId::over_limit, "超速，请减速", "Too fast, slow down"},
    {PromptId::closed_to_laden, "重车禁止通行", "Closed to laden trucks"},
    {PromptId::overload, "车辆超载", "Overloaded"},
    {PromptId::driver_unverified, "请验证驾驶员身份", "Driver not verified"},
    {PromptId::too_cold, "气温过低，停止洒水", "Too cold: stop the water"},
    {PromptId::power_fault, "终端供电异常", "Terminal's supply fails"},
    {PromptId::cover_open, "请关闭顶盖", "Close the cover"},
    {PromptId::wash_first, "出场前请先冲洗", "Wash before you leave"},
    {PromptId::no_lifting, "此处不得举升", "Do not lift here"},
    {PromptId::no_dumping, "此处不得倾倒", "No dumping here"},
    {PromptId::wrong_tip, "该消纳场未核准", "Site not on the permit"},
    {PromptId::no_station, "此处不得卸料", "Do not empty here"},
    {PromptId::forbidden_zone, "已进入禁区，请驶离", "Forbidden zone, leave"},
    {PromptId::forbidden_ahead, "前方禁区，请绕行", "Forbidden zone ahead"},
    {PromptId::off_route, "已偏离核准路线", "Off the approved route"},
    {PromptId::curfew, "当前时段禁止运输", "No hauling at this hour"},
    {PromptId::no_permit, "车辆未核准", "No permit in force"},
    {PromptId::permit_ends, "核准证即将到期", "Permit ends soon"},
    {PromptId::peak_hour, "高峰时段，停止作业", "Peak hour: stop work"},
    {PromptId::outside_plan, "不在作业区域", "Not on the plan"},
    {PromptId::sweeps_too_fast, "清扫过快，请减速", "Too fast to sweep"},
    {PromptId::sprinkles_too_fast, "洒水过快，请减速", "Too fast to sprinkle"},
    {PromptId::brush_up, "请放下吸嘴和扫盘", "Brush or suction is up"},
    {PromptId::aux_engine, "副发动机转速异常", "Auxiliary engine speed"},
    {PromptId::wind, "风大，停止清扫", "Windy: stop sweeping"},
    {PromptId::spray_only, "白天请用雾喷", "By day use spray"},
    {PromptId::no_lift, "未检测到提桶", "No bin was lifted"},
    {PromptId::long_stop, "重车停留过久", "Stopped too long"},
    {PromptId::sensor_fault, "传感器故障", "Sensor fault"},
    {PromptId::missed_ahead, "前方漏扫", "Missed stretch ahead"},
    {PromptId::road_done, "本路段已完成", "This road is done"},
    {PromptId::next_road, "下一路段", "Next road"},
}};

/// "300 米", "1.2 公里".
std::string far(double metres, Language language) {
  const bool zh = language == Language::zh;
  if (metres < 950) {
    return std::to_string(std::lround(metres / 10) * 10) + (zh ? " 米" : " m");
  }
  const long tenths = std::lround(metres / 100);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + (zh ? " 公里" : " km");
}

std::string kmh(double speed_kmh, Language language) {
  return std::to_string(std::lround(speed_kmh)) + (language == Language::zh ? " 公里/时" : " km/h");
}

}  // namespace

std::optional<Language> language_from(std::string_view word) {
  if (word == "zh") return Language::zh;
  if (word == "en") return Language::en;
  return std::nullopt;
}

const char* to_string(Language language) {
  return language == Language::zh ? "zh" : "en";
}

std::string headline(PromptId prompt, Language language) {
  const Words& words = table[static_cast<std::size_t>(prompt)];
  return language == Language::zh ? words.zh : words.en;
}

std::string detail(PromptId prompt, const core::DriverView& view, Language language) {
  const bool zh = language == Language::zh;
  switch (prompt) {
    case PromptId::limit_lowered:
    case PromptId::over_limit:
      return view.limit_mps ? kmh(*view.limit_mps * 3.6, language) : "";
    case PromptId::sweeps_too_fast:
    case PromptId::sprinkles_too_fast:
      return view.max_kmh ? (zh ? "上限 " : "limit ") + kmh(*view.max_kmh, language) : "";
    case PromptId::missed_ahead:
      return view.advice.missed_ahead_m ? far(*view.advice.missed_ahead_m, language) : "";
    case PromptId::road_done:
      return view.road;
    case PromptId::next_road:
      return view.advice.has_next && !view.next_road.empty()
                 ? view.next_road + (zh ? "，" : ", ") + far(view.advice.next_m, language)
                 : "";
    case PromptId::permit_ends:
      return view.permit_left_s
                 ? std::to_string(std::lround(*view.permit_left_s / 60)) + (zh ? " 分钟" : " min")
                 : "";
    default:
      return "";
  }
}

std::string spoken(PromptId prompt, const core::DriverView& view, Language language) {
  const std::string more = detail(prompt, view, language);
  return headline(prompt, language) +
         (more.empty() ? "" : (language == Language::zh ? "，" : ", ") + more);
}

}  // namespace lujing::driver
