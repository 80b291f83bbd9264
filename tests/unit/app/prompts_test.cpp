// What the driver hears: only what was raised, the most urgent first.
#include "terminal/app/prompts.h"

#include <gtest/gtest.h>

namespace lujing::app {
namespace {

protocol::Record alarm(const char* rule, protocol::AlarmState state) {
  protocol::AlarmRecord told;
  told.rule = rule;
  told.state = state;
  return {{}, told, {}};
}

TEST(Prompts, AreSaidOncePerRaisedAlarmTheMostUrgentFirst) {
  using protocol::AlarmState;
  const std::vector<protocol::Record> records = {
      alarm("SW-01", AlarmState::raised), alarm("MT-01", AlarmState::raised),
      alarm("SP-03", AlarmState::raised), alarm("SP-02", AlarmState::cleared),
      alarm("CV-01", AlarmState::raised)};
  EXPECT_EQ(prompts_for(records),
            (std::vector<std::string>{"气温过低，请停止洒水作业", "货箱未密闭，请停车关闭顶盖",
                                      "清扫车速过快，请减速"}));
}

}  // namespace
}  // namespace lujing::app
