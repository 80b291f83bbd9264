#include "sim/city/names.h"

#include <array>

namespace lujing::sim {
namespace {

constexpr std::array<const char*, 60> street_words = {
    "建设", "人民", "文昌", "中山", "滨江", "凤凰", "青云", "长乐", "新民", "和平", "光明", "朝阳",
    "东风", "胜利", "迎宾", "金桥", "玉兰", "桂花", "杨柳", "翠竹", "梅园", "兰亭", "荷塘", "芙蓉",
    "莲湖", "澜溪", "清泉", "碧水", "白鹭", "飞鹅", "石桥", "古楼", "西山", "南浦", "北辰", "东塔",
    "书院", "学府", "翰林", "状元", "仁爱", "义门", "礼泉", "信达", "永安", "太平", "福寿", "吉祥",
    "兴业", "通达", "丰收", "粮道", "渔港", "船坞", "铁山", "铜鼓", "窑湾", "花湖", "沙洲", "葛岭"};

constexpr std::array<const char*, 6> numerals = {"", "一", "二", "三", "四", "五"};

const char* suffix(RoadClass road_class) {
  switch (road_class) {
    case RoadClass::arterial:
      return "大道";
    case RoadClass::secondary:
      return "路";
    case RoadClass::branch:
      return "街";
    case RoadClass::lane:
      return "巷";
    case RoadClass::service:
      return "进场路";
  }
  return "";
}

}  // namespace

StreetNames::StreetNames(Random random) : words_(street_words.begin(), street_words.end()) {
  for (std::size_t i = words_.size() - 1; i > 0; --i) {
    std::swap(words_[i], words_[random.below(static_cast<std::uint32_t>(i + 1))]);
  }
}

std::string StreetNames::next(RoadClass road_class) {
  const std::size_t round = used_ / words_.size();
  const std::string& word = words_[used_ % words_.size()];
  ++used_;
  const std::string number = round < numerals.size() ? numerals[round] : std::to_string(round);
  return word + number + suffix(road_class);
}

}  // namespace lujing::sim
