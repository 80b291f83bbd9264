#include "terminal/outbox/store.h"

#include "tests/support/random_records.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <utility>

namespace lujing::test {
namespace {

using namespace std::chrono_literals;

outbox::StoreOptions options_in(const tests::TempDir& folder) {
  outbox::StoreOptions options;
  options.outbox.path = folder.path("outbox.db");
  options.outbox.reserve_bytes = 0;
  options.commit_every = 1h;  // only what is urgent
  options.retry = 5ms;
  options.retry_max = 10ms;
  return options;
}

TEST(Store, TellsOnlyWhenItIsDurable) {
  tests::TempDir folder;
  RandomRecords records(1);
  outbox::Store store(options_in(folder));
  const auto alarm = records.alarm();
  std::promise<bool> told;
  store.append({&alarm, 1}, [&](bool durable) { told.set_value(durable); });
  EXPECT_TRUE(told.get_future().get());
  EXPECT_EQ(store.shelf().next_seq, 2u);
}

TEST(Store, AnAlarmDoesNotWaitForTheSecond) {
  tests::TempDir folder;
  RandomRecords records(1);
  outbox::Store store(options_in(folder));
  ASSERT_TRUE(store.commit_now());
  std::promise<void> more;
  store.when_more([&, once = false]() mutable {
    if (!once && store.shelf().next_seq == 3) {
      once = true;
      more.set_value();
    }
  });
  const auto point = records.point();
  store.append({&point, 1});
  const auto alarm = records.alarm();
  store.append({&alarm, 1});
  EXPECT_EQ(more.get_future().wait_for(20s), std::future_status::ready);
  store.when_more({});
}

TEST(Store, CommitsWhatIsLeftAtItsEnd) {
  tests::TempDir folder;
  RandomRecords records(1);
  {
    outbox::Store store(options_in(folder));
    const auto point = records.point();
    store.append({&point, 1});
  }
  outbox::Store again(options_in(folder));
  ASSERT_TRUE(again.commit_now());
  EXPECT_EQ(again.shelf().next_seq, 2u);
}

TEST(Store, ADiskThatCannotBeOpenedIsBridgedAndNobodyWaitsForIt) {
  tests::TempDir folder;
  RandomRecords records(1);
  auto options = options_in(folder);
  options.outbox.path = folder.path("missing/outbox.db");
  outbox::Store store(options);
  const auto alarm = records.alarm();
  std::promise<bool> told;
  store.append({&alarm, 1}, [&](bool durable) { told.set_value(durable); });
  EXPECT_FALSE(told.get_future().get());
  EXPECT_FALSE(store.stats().last_error.empty());
  EXPECT_EQ(store.shelf().epoch, 0u);
  std::filesystem::create_directory(folder.path("missing"));
  std::promise<void> written;
  store.when_more([&, once = false]() mutable {
    if (!std::exchange(once, true)) written.set_value();
  });
  EXPECT_EQ(written.get_future().wait_for(20s), std::future_status::ready);
  store.when_more({});
  EXPECT_EQ(store.shelf().next_seq, 2u);
}

}  // namespace
}  // namespace lujing::test
