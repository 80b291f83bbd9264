#include "terminal/app/prompts.h"

#include <algorithm>
#include <variant>

namespace lujing::app {
namespace {

/// Who is heard first where several alarms are raised at once.
enum class Urgency : std::uint8_t { safety, seal, dump, route, work };

struct Prompt {
  const char* rule;
  Urgency urgency;
  const char* text;
};

constexpr Prompt prompt_table[] = {
    {"MT-01", Urgency::seal, "货箱未密闭，请停车关闭顶盖"},
    {"SP-03", Urgency::safety, "气温过低，请停止洒水作业"},
    {"SP-02", Urgency::route, "高峰时段，请停止作业"},
    {"CV-07", Urgency::route, "不在作业区域"},
    {"GB-02", Urgency::dump, "此处不得卸料"},
    {"SW-01", Urgency::work, "清扫车速过快，请减速"},
    {"SW-02", Urgency::work, "保洁车速过快，请减速"},
    {"SW-03", Urgency::work, "请放下吸嘴，开启扫盘"},
    {"SW-04", Urgency::work, "副发动机转速异常"},
    {"SP-01", Urgency::work, "洒水车速过快，请减速"},
    {"SP-05", Urgency::work, "风力过大，请停止清扫"},
    {"SP-06", Urgency::work, "白天请使用雾喷"},
    {"GB-03", Urgency::work, "未检测到提桶动作"},
    {"MT-03", Urgency::dump, "此处不得举升，请放平车厢"},
    {"MT-05", Urgency::dump, "此处不得倾倒，已记录"},
    {"MT-07", Urgency::dump, "该消纳场不在核准范围内"},
    {"MT-09", Urgency::route, "已偏离核准路线"},
    {"MT-10", Urgency::route, "当前时段禁止运输"},
    {"MT-11", Urgency::route, "已进入禁区，请尽快驶离"},
    {"MT-12", Urgency::safety, "您已超速，请减速"},
    {"MT-13", Urgency::route, "车辆未核准或核准证已过期"},
    {"MT-14", Urgency::safety, "驾驶员身份未验证"},
    {"MT-16", Urgency::seal, "出场前请冲洗车辆"},
    {"MT-17", Urgency::safety, "车辆超载"},
    {"MT-19", Urgency::safety, "此处桥隧禁止重车通行"},
    {"MT-20", Urgency::work, "重车停留过久，请尽快前往消纳场"},
};

}  // namespace

std::vector<std::string> prompts_for(std::span<const protocol::Record> records) {
  std::vector<const Prompt*> found;
  for (const auto& record : records) {
    const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload);
    if (alarm == nullptr || alarm->state != protocol::AlarmState::raised) continue;
    for (const Prompt& prompt : prompt_table) {
      if (alarm->rule == prompt.rule) found.push_back(&prompt);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Prompt* a, const Prompt* b) { return a->urgency < b->urgency; });
  std::vector<std::string> texts;
  texts.reserve(found.size());
  for (const Prompt* prompt : found) texts.emplace_back(prompt->text);
  return texts;
}

}  // namespace lujing::app
