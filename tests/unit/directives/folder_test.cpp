// DATA_DIR/directives through cuts and damage.
#include "terminal/directives/folder.h"

#include "terminal/directives/whole_file.h"
#include "tests/unit/directives/signer.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace lujing::directives {
namespace {

namespace fs = std::filesystem;
using protocol::DirectiveHead;
using tests::Signer;

class FolderTest : public testing::Test {
 protected:
  FolderTest()
      : authority_(*protocol::DirectiveAuthority::from_pem(Signer::ours().pem())),
        path_(dir_.path("directives")) {}

  Folder::Found open() { return Folder(path_, 1000).open(&authority_); }
  DirectiveHead keep(const std::string& name, std::uint64_t version, const std::string& body,
                     const Signer& signer = Signer::ours()) {
    Folder folder(path_, 1000);
    (void)folder.open(&authority_);
    const DirectiveHead head = signer.head(name, version, body);
    EXPECT_TRUE(folder.keep_body(head.sha256, body));
    EXPECT_TRUE(folder.put_in_force(head));
    return head;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), {}));
  }
  void damage(const std::string& path) {
    auto content = read_whole(path, 1 << 20);
    ASSERT_TRUE(content);
    content->back() = static_cast<char>(content->back() ^ 1);
    ASSERT_TRUE(write_whole(path, *content));
  }

  tests::TempDir dir_;
  protocol::DirectiveAuthority authority_;
  std::string path_;
};

TEST_F(FolderTest, HasWhatWasPutInForce) {
  EXPECT_TRUE(open().in_force.empty());
  keep("rule_set", 1, "one");
  const auto two = keep("rule_set", 2, "two");
  const auto plan = keep("plan", 9, "");
  const auto found = open();
  EXPECT_EQ(found.in_force, (std::vector<DirectiveHead>{plan, two}));
  EXPECT_TRUE(found.troubles.empty());
  EXPECT_EQ(*Folder(path_, 0).body(two), "two");
  EXPECT_EQ(*FolderLibrary(path_).find(two.sha256), "two");
  EXPECT_EQ(FolderLibrary(path_).find(protocol::sha256_of("three")), nullptr);
}

TEST_F(FolderTest, ABodyWithoutAHeadIsNotInForceYet) {
  keep("rule_set", 1, "one");
  Folder folder(path_, 1000);
  ASSERT_TRUE(folder.keep_body(protocol::sha256_of("two"), "two"));  // and then the power went
  const auto found = open();
  ASSERT_EQ(found.in_force.size(), 1U);
  EXPECT_EQ(found.in_force[0].version, 1U);
}

TEST_F(FolderTest, WhatWasCutShortIsClearedAway) {
  const auto head = keep("rule_set", 1, "one");
  ASSERT_TRUE(write_whole(path_ + "/rule_set.directive.new", "lujing dir"));
  ASSERT_TRUE(write_whole(path_ + "/plan.directive.new", ""));
  EXPECT_EQ(open().in_force, std::vector<DirectiveHead>{head});
  EXPECT_EQ(files(), 2U);
}

TEST_F(FolderTest, ADamagedHeadIsMovedAsideAndTold) {
  keep("rule_set", 1, "one");
  const auto plan = keep("plan", 3, "plan");
  damage(path_ + "/rule_set.directive");
  const auto found = open();
  EXPECT_EQ(found.in_force, std::vector<DirectiveHead>{plan}) << "the others stay";
  EXPECT_EQ(found.moved_aside, 1U);
  ASSERT_EQ(found.troubles.size(), 1U);
  EXPECT_NE(found.troubles[0].find("rule_set.directive.damaged-1"), std::string::npos);
  EXPECT_TRUE(fs::exists(path_ + "/rule_set.directive.damaged-1"));
  EXPECT_TRUE(open().troubles.empty()) << "once";
}

TEST_F(FolderTest, ADamagedOrMissingBodyTakesItsHeadWithIt) {
  const auto head = keep("rule_set", 1, "one");
  damage(body_path(path_, head.sha256));
  EXPECT_EQ(FolderLibrary(path_).find(head.sha256), nullptr);
  EXPECT_TRUE(open().in_force.empty());
  const auto again = keep("rule_set", 1, "one");
  EXPECT_EQ(open().in_force, std::vector<DirectiveHead>{again}) << "sent again, it is good again";
  fs::remove(body_path(path_, head.sha256));
  EXPECT_TRUE(open().in_force.empty());
}

TEST_F(FolderTest, AForeignSignatureOnTheDiskIsNotBelieved) {
  keep("fences", 5, "a smaller fence", Signer::theirs());
  const auto found = open();
  EXPECT_TRUE(found.in_force.empty());
  EXPECT_EQ(found.moved_aside, 1U);
  keep("rule_set", 6, "one");
  fs::rename(path_ + "/rule_set.directive", path_ + "/plan.directive");
  EXPECT_TRUE(open().in_force.empty()) << "a head under another name";
}

TEST_F(FolderTest, OldBodiesGoWhenThereAreTooMany) {
  for (std::uint64_t version = 1; version <= 6; ++version) {
    keep("rule_set", version, std::string(400, static_cast<char>('a' + version)));
  }
  const auto found = open();
  ASSERT_EQ(found.in_force.size(), 1U);
  EXPECT_EQ(files(), 1U + 1U + 2U) << "head, body, and 1000 bytes of older ones";
  EXPECT_TRUE(Folder(path_, 0).body(found.in_force[0]));
}

TEST_F(FolderTest, TheFolderBesideAJournal) {
  EXPECT_EQ(folder_beside("/var/lib/lujing/journal"), "/var/lib/lujing/directives");
  EXPECT_EQ(folder_beside("/var/lib/lujing/journal/"), "/var/lib/lujing/directives");
  EXPECT_EQ(folder_beside("/tmp/alarm.ljj"), "/tmp/directives");
}

}  // namespace
}  // namespace lujing::directives
