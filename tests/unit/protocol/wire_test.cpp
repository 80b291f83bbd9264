#include "protocol/framing.h"
#include "protocol/wire.pb.h"

#include <gtest/gtest.h>

namespace lujing::protocol {
namespace {

TEST(Wire, AFrameOfALaterKindHasNoKindButIsAFrame) {
  const std::string later("\xA2\x06\x03xyz", 6);  // field 100, three bytes
  wire::Frame frame;
  ASSERT_TRUE(frame.ParseFromString(later));
  EXPECT_EQ(frame.kind_case(), wire::Frame::KIND_NOT_SET);
  EXPECT_EQ(frame.SerializeAsString(), later);  // kept as it came
}

TEST(Wire, AFieldOfALaterVersionIsKept) {
  wire::Frame frame;
  frame.mutable_ack()->set_epoch(1);
  frame.mutable_ack()->set_durable_seq(60);
  std::string bytes = frame.SerializeAsString();
  bytes += std::string("\x22\x03\x98\x06\x07", 5);  // once more the ack: its field 99 is 7
  wire::Frame back;
  ASSERT_TRUE(back.ParseFromString(bytes));
  EXPECT_EQ(back.ack().durable_seq(), 60U);
  wire::Frame again;
  ASSERT_TRUE(again.ParseFromString(back.SerializeAsString()));
  EXPECT_EQ(again.SerializeAsString(), back.SerializeAsString());
  EXPECT_GT(again.SerializeAsString().size(), frame.SerializeAsString().size());
}

TEST(Wire, ALargestBatchFitsIntoAFrame) {
  wire::Frame frame;
  frame.mutable_batch()->mutable_packed()->assign(std::size_t{256} * 1024, 'x');
  std::string out;
  append_frame(frame.SerializeAsString(), out);
  EXPECT_LT(out.size(), max_frame_bytes);
}

}  // namespace
}  // namespace lujing::protocol
