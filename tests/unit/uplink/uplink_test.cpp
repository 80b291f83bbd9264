#include "terminal/uplink/uplink.h"

#include "platform/pki/pki.h"
#include "terminal/outbox/store.h"
#include "tests/support/fake_gateway.h"
#include "tests/support/random_records.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

namespace lujing::test {
namespace {

using namespace std::chrono_literals;

/// One authority for all tests of this binary: making keys takes its time.
struct Pki {
  tests::TempDir folder;
  Pki() {
    make("ours");
    make("theirs");
  }
  void make(const std::string& name) {
    const std::string root = folder.path(name);
    auto authority = pki::create_authority(root + "/ca");
    auto gateway = pki::issue_gateway(root + "/ca", {"127.0.0.1", "localhost"}, root + "/gateway");
    auto terminal = pki::issue_terminal(root + "/ca", "M-003", root + "/terminal");
    if (!authority || !gateway || !terminal) throw std::runtime_error("no certificates");
  }
  std::string file(const std::string& who, const std::string& name) const {
    return folder.path(who + "/" + name);
  }
};

Pki& pki() {
  static Pki made;
  return made;
}

class UplinkTest : public testing::Test {
 protected:
  void SetUp() override {
    outbox::StoreOptions options;
    options.outbox.path = folder_.path("outbox.db");
    options.outbox.reserve_bytes = 0;
    options.outbox.new_epoch = 1000;
    options.commit_every = 20ms;
    store_ = std::make_unique<outbox::Store>(options);
    config_.identity = {"M-003", "lujing test", "default@1", "muck", "E-1"};
    config_.host = "127.0.0.1";
    config_.authority = pki().file("ours", "ca/ca.crt");
    config_.certificate = pki().file("ours", "terminal/terminal.crt");
    config_.key = pki().file("ours", "terminal/terminal.key");
    config_.data_dir = folder_.path();
    config_.backoff_min = 5ms;
    config_.backoff_max = 40ms;
    config_.seed = 1;
  }

  void start_gateway() {
    gateway_ = std::make_unique<FakeGateway>(FakeGateway::Files{
        pki().file("ours", "ca/ca.crt"), pki().file("ours", "gateway/gateway.crt"),
        pki().file("ours", "gateway/gateway.key")});
    config_.port = gateway_->port();
  }
  void start_uplink() { uplink_ = std::make_unique<uplink::Uplink>(config_, *store_); }

  /// Appends records and waits until they are on the disk.
  void write(std::size_t count) {
    std::vector<protocol::Record> some;
    for (std::size_t n = 0; n < count; ++n) some.push_back(records_.any());
    store_->append(some);
    ASSERT_TRUE(store_->commit_now());
    written_.insert(written_.end(), some.begin(), some.end());
  }
  bool all_booked(std::uint64_t epoch = 1000) {
    return gateway_->wait_until([&](const FakeGateway::Seen& s) {
      const auto book = s.books.find(epoch);
      return book != s.books.end() && book->second.size() >= written_.size();
    });
  }
  /// Each record once, in order, in the books of this epoch.
  void expect_books(std::uint64_t epoch = 1000) {
    ASSERT_TRUE(all_booked(epoch)) << uplink_->stats().last_error;
    const auto seen = gateway_->seen();
    EXPECT_TRUE(seen.wrong.empty()) << seen.wrong.front();
    const auto& book = seen.books.at(epoch);
    ASSERT_EQ(book.size(), written_.size());
    for (std::size_t i = 0; i < book.size(); ++i) {
      EXPECT_EQ(book[i].seq, i + 1);
      EXPECT_EQ(book[i].record, written_[i]);
    }
  }
  bool wait_for(const std::function<bool(const uplink::UplinkStats&)>& ready) {
    for (int n = 0; n < 4000; ++n) {
      if (ready(uplink_->stats())) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  void expect_recovers_from(Prank prank, int sessions = 2) {
    start_gateway();
    gateway_->play(prank, sessions);
    write(300);
    start_uplink();
    expect_books();
    EXPECT_TRUE(
        wait_for([&](const auto& s) { return s.errors >= static_cast<std::uint64_t>(sessions); }));
  }

  tests::TempDir folder_;
  RandomRecords records_{5};
  std::vector<protocol::Record> written_;
  std::unique_ptr<outbox::Store> store_;
  std::unique_ptr<FakeGateway> gateway_;
  uplink::UplinkConfig config_;
  std::unique_ptr<uplink::Uplink> uplink_;
};

TEST_F(UplinkTest, BringsEveryRecordOnceAndInOrder) {
  start_gateway();
  write(1000);
  start_uplink();
  expect_books();
  write(50);
  expect_books();
  ASSERT_TRUE(wait_for([&](const auto& s) { return s.acknowledged_seq == written_.size(); }));
  EXPECT_EQ(store_->shelf().oldest_seq, store_->shelf().next_seq);
  EXPECT_EQ(uplink_->stats().last_error, "");
  EXPECT_TRUE(uplink_->stats().online);
}

TEST_F(UplinkTest, KeepsToTheWindowOfThePlatform) {
  start_gateway();
  gateway_->set_window(3);
  gateway_->play(Prank::silent_after_welcome, 1);
  config_.timeouts.ack = 200ms;
  write(1000);
  start_uplink();
  expect_books();
  EXPECT_LE(gateway_->seen().max_in_flight, 3);
}

TEST_F(UplinkTest, ComesBackAfterACut) {
  expect_recovers_from(Prank::cut_after_welcome);
}
TEST_F(UplinkTest, ComesBackAfterHalfAFrame) {
  expect_recovers_from(Prank::cut_in_frame);
}
TEST_F(UplinkTest, RefusesAnAcknowledgementOfWhatItNeverSent) {
  expect_recovers_from(Prank::wrong_ack);
}
TEST_F(UplinkTest, RefusesAnotherEpoch) {
  expect_recovers_from(Prank::other_epoch);
}
TEST_F(UplinkTest, RefusesGarbage) {
  expect_recovers_from(Prank::garbage);
}
TEST_F(UplinkTest, RefusesAHugeFrameWithoutHoldingIt) {
  expect_recovers_from(Prank::huge_frame);
  EXPECT_LT(uplink_->stats().max_buffered_bytes, 1u << 20);
}
TEST_F(UplinkTest, ALostAcknowledgementBringsNothingTwice) {
  expect_recovers_from(Prank::lost_ack, 3);
}

TEST_F(UplinkTest, ASilentPlatformIsGivenUp) {
  config_.timeouts.welcome = 100ms;
  expect_recovers_from(Prank::silent);
}

TEST_F(UplinkTest, APlatformThatNeverAcknowledgesIsGivenUp) {
  config_.timeouts.ack = 100ms;
  expect_recovers_from(Prank::silent_after_welcome);
}

TEST_F(UplinkTest, FollowsATrickle) {
  start_gateway();
  gateway_->play(Prank::trickle, 100);
  write(500);
  start_uplink();
  expect_books();
  EXPECT_EQ(uplink_->stats().errors, 0u);
}

TEST_F(UplinkTest, AcknowledgementsMayComeTwice) {
  start_gateway();
  gateway_->play(Prank::acknowledge_twice, 100);
  write(500);
  start_uplink();
  expect_books();
  EXPECT_EQ(uplink_->stats().errors, 0u);
}

TEST_F(UplinkTest, AnOverloadedPlatformNamesTheTime) {
  expect_recovers_from(Prank::overloaded, 1);
}

TEST_F(UplinkTest, AnUnknownKindIsAnsweredAndTheSessionGoesOn) {
  start_gateway();
  gateway_->play(Prank::unknown_kind, 100);
  write(100);
  start_uplink();
  expect_books();
  ASSERT_TRUE(gateway_->wait_until([](const auto& s) { return !s.errors.empty(); }));
  EXPECT_EQ(gateway_->seen().errors.front(), 2);  // UNKNOWN_KIND
  EXPECT_EQ(uplink_->stats().errors, 0u);
}

TEST_F(UplinkTest, ADirectiveIsRefusedHonestlyAndAPingAnswered) {
  start_gateway();
  gateway_->play(Prank::directive, 100);
  write(100);
  start_uplink();
  expect_books();
  ASSERT_TRUE(
      gateway_->wait_until([](const auto& s) { return !s.results.empty() && !s.pongs.empty(); }));
  EXPECT_EQ(gateway_->seen().results.front(),
            "this terminal takes no directives now: it plays a journal");
  EXPECT_EQ(gateway_->seen().pongs.front(), 77u);
}

TEST_F(UplinkTest, PingsWhenThePlatformIsQuiet) {
  config_.timeouts.ping = 30ms;
  config_.timeouts.silence = 5s;
  start_gateway();
  write(10);
  start_uplink();
  expect_books();
  const auto before = uplink_->stats().bytes_received;
  EXPECT_TRUE(wait_for([&](const auto& s) { return s.bytes_received > before + 20; }));
  EXPECT_EQ(uplink_->stats().errors, 0u);
}

TEST_F(UplinkTest, ShowsTheNewestWhileManyAreWaiting) {
  start_gateway();
  config_.live_backlog_records = 200;
  config_.live_every = 1ms;
  write(5000);
  start_uplink();
  expect_books();
  EXPECT_GT(gateway_->seen().live, 0);
}

TEST_F(UplinkTest, ResumesItsTlsSessionAlsoAfterARestart) {
  start_gateway();
  gateway_->play(Prank::lost_ack, 1);
  write(100);
  start_uplink();
  expect_books();
  ASSERT_TRUE(wait_for([](const auto& s) { return s.sessions_resumed == 1; }));
  uplink_.reset();
  start_uplink();
  write(1);
  expect_books();
  EXPECT_TRUE(wait_for([](const auto& s) { return s.sessions_resumed == 1; }));
  const auto mode = std::filesystem::status(folder_.path("tls_session")).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(UplinkTest, ADamagedSessionFileIsAsGoodAsNone) {
  start_gateway();
  {
    std::FILE* file = std::fopen(folder_.path("tls_session").c_str(), "wb");
    std::fprintf(file, "127.0.0.1:%u\n0nonsense", config_.port);
    std::fclose(file);
  }
  write(10);
  start_uplink();
  expect_books();
  EXPECT_EQ(uplink_->stats().sessions_resumed, 0u);
}

TEST_F(UplinkTest, BooksThatWereLostAreBegunAnew) {
  start_gateway();
  write(100);
  start_uplink();
  expect_books();
  ASSERT_TRUE(wait_for([](const auto& s) { return s.acknowledged_seq == 100; }));
  uplink_.reset();
  gateway_->pretend(1000, 50);  // the platform was set up again from an old copy
  start_uplink();
  EXPECT_TRUE(wait_for([](const auto& s) { return s.new_epochs == 1; }));
  written_.clear();
  write(20);
  expect_books(1001);
}

TEST_F(UplinkTest, AnOutboxThatIsAnOldCopyBeginsANewEpoch) {
  start_gateway();
  write(10);
  gateway_->pretend(1000, 5000);
  start_uplink();
  expect_books(1001);
}

TEST_F(UplinkTest, APlatformThatRefusesTheChainGetsANewEpoch) {
  start_gateway();
  gateway_->play(Prank::bad_batch, 3);
  write(200);
  start_uplink();
  expect_books(1001);
  EXPECT_EQ(uplink_->stats().new_epochs, 1u);
}

TEST_F(UplinkTest, RefusesAPlatformOfAnotherAuthorityAndSaysWhatToDo) {
  start_gateway();
  config_.authority = pki().file("theirs", "ca/ca.crt");
  write(1);
  start_uplink();
  ASSERT_TRUE(wait_for([](const auto& s) { return s.errors >= 2; }));
  EXPECT_NE(uplink_->stats().last_error.find("check [platform] authority"), std::string::npos)
      << uplink_->stats().last_error;
  EXPECT_EQ(gateway_->seen().hellos, 0);
}

TEST_F(UplinkTest, APlatformThatRefusesTheCertificateIsToldOf) {
  start_gateway();
  config_.certificate = pki().file("theirs", "terminal/terminal.crt");
  config_.key = pki().file("theirs", "terminal/terminal.key");
  write(1);
  start_uplink();
  ASSERT_TRUE(wait_for([](const auto& s) { return s.errors >= 2; }));
  EXPECT_NE(uplink_->stats().last_error.find("enroll again"), std::string::npos)
      << uplink_->stats().last_error;
}

TEST_F(UplinkTest, SaysWhatIsMissing) {
  config_.port = 1;  // nothing listens there
  write(1);
  start_uplink();
  ASSERT_TRUE(wait_for([](const auto& s) { return s.errors >= 2; }));
  EXPECT_NE(uplink_->stats().last_error.find("nothing listens there"), std::string::npos)
      << uplink_->stats().last_error;
  uplink_.reset();
  config_.key = folder_.path("no.key");
  start_uplink();
  ASSERT_TRUE(wait_for([](const auto& s) { return s.errors >= 1; }));
  const std::string said = uplink_->stats().last_error;
  EXPECT_NE(said.find("[platform] key"), std::string::npos) << said;
  EXPECT_NE(said.find("no.key: No such file"), std::string::npos) << said;
}

TEST_F(UplinkTest, StopsAtOnceWhateverItIsDoing) {
  config_.timeouts = {};
  start_gateway();
  gateway_->play(Prank::silent, 1000);
  write(1);
  start_uplink();
  ASSERT_TRUE(gateway_->wait_until([](const auto& s) { return s.hellos == 1; }));
  uplink_->stop();
  EXPECT_FALSE(uplink_->stats().online);
}

}  // namespace
}  // namespace lujing::test
