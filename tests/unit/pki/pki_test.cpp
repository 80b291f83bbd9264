#include "platform/pki/pki.h"

#include "platform/pki/certificate.h"
#include "platform/pki/files.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace lujing::pki {
namespace {

using tests::TempDir;

std::string bytes(const std::string& path) {
  auto content = read_whole(path);
  return content ? *content : "cannot be read";
}

unsigned mode(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777u : 0u;
}

struct Pki : ::testing::Test {
  TempDir dir;
  std::string ca = dir.path("ca");
  std::string out = dir.path("out");
  void SetUp() override { ASSERT_TRUE(create_authority(ca)); }
};

TEST_F(Pki, AnAuthorityKeepsItsKeyToItselfAndIsMadeOnce) {
  EXPECT_EQ(mode(ca + "/ca.key"), 0600u);
  const auto key = bytes(ca + "/ca.key");
  const auto certificate = bytes(ca + "/ca.crt");
  auto again = create_authority(ca);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->created);
  EXPECT_EQ(bytes(ca + "/ca.key"), key);
  EXPECT_EQ(bytes(ca + "/ca.crt"), certificate);
  EXPECT_TRUE(check_authority(ca));
}

TEST_F(Pki, ATerminalGetsAKeyAndACertificateInItsName) {
  auto issued = issue_terminal(ca, "M-003", out);
  ASSERT_TRUE(issued) << issued.error().what();
  EXPECT_TRUE(issued->created);
  EXPECT_EQ(mode(issued->key), 0600u);
  auto certificate = read_certificate(issued->certificate);
  auto authority = read_certificate(issued->authority);
  auto key = read_key(issued->key);
  ASSERT_TRUE(certificate && authority && key);
  EXPECT_EQ(common_name(certificate->get()), "M-003");
  EXPECT_TRUE(signed_by(certificate->get(), authority->get()));
  EXPECT_TRUE(belongs_to(certificate->get(), key->get()));
  EXPECT_EQ(X509_check_purpose(certificate->get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate->get(), X509_PURPOSE_SSL_SERVER, 0), 0);
  EXPECT_EQ(issued->not_after.size(), 24u);
}

TEST_F(Pki, IssuingAgainChangesNothing) {
  auto first = issue_terminal(ca, "M-003", out);
  ASSERT_TRUE(first);
  const auto before = bytes(first->key) + bytes(first->certificate);
  auto second = issue_terminal(ca, "M-003", out);
  ASSERT_TRUE(second) << second.error().what();
  EXPECT_FALSE(second->created);
  EXPECT_EQ(bytes(first->key) + bytes(first->certificate), before);
}

TEST_F(Pki, AnotherVehiclesFilesAreNotOverwrittenUnlessForced) {
  ASSERT_TRUE(issue_terminal(ca, "M-003", out));
  auto refused = issue_terminal(ca, "M-004", out);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what().find("M-003"), std::string::npos);
  EXPECT_NE(refused.error().what().find("--force"), std::string::npos);
  auto forced = issue_terminal(ca, "M-004", out, true);
  ASSERT_TRUE(forced);
  auto certificate = read_certificate(forced->certificate);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(common_name(certificate->get()), "M-004");
}

TEST_F(Pki, AKeyLeftByAnInterruptedIssueIsUsed) {
  auto first = issue_terminal(ca, "M-003", out);
  ASSERT_TRUE(first);
  const auto key = bytes(first->key);
  std::filesystem::remove(first->certificate);
  auto second = issue_terminal(ca, "M-003", out);
  ASSERT_TRUE(second) << second.error().what();
  EXPECT_EQ(bytes(second->key), key);
}

TEST_F(Pki, CertificatesOfAnotherAuthorityAndExpiredOnesAreNamed) {
  ASSERT_TRUE(create_authority(dir.path("other")));
  ASSERT_TRUE(issue_terminal(dir.path("other"), "M-003", out));
  auto foreign = issue_terminal(ca, "M-003", out);
  ASSERT_FALSE(foreign);
  EXPECT_NE(foreign.error().what().find("another authority"), std::string::npos);

  ASSERT_TRUE(issue_terminal(ca, "M-005", dir.path("old"), false, {-1}));
  auto expired = issue_terminal(ca, "M-005", dir.path("old"));
  ASSERT_FALSE(expired);
  EXPECT_NE(expired.error().what().find("ended on"), std::string::npos);
}

TEST_F(Pki, AGatewayIsKnownUnderEachOfItsNames) {
  auto issued = issue_gateway(ca, {"gateway.example.org", "127.0.0.1", "::1"}, out);
  ASSERT_TRUE(issued) << issued.error().what();
  auto certificate = read_certificate(issued->certificate);
  ASSERT_TRUE(certificate);
  EXPECT_TRUE(covers_host(certificate->get(), "gateway.example.org"));
  EXPECT_TRUE(covers_host(certificate->get(), "127.0.0.1"));
  EXPECT_TRUE(covers_host(certificate->get(), "::1"));
  EXPECT_FALSE(covers_host(certificate->get(), "10.0.0.1"));
  EXPECT_EQ(X509_check_purpose(certificate->get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate->get(), X509_PURPOSE_SSL_CLIENT, 0), 0);
  EXPECT_FALSE(issue_gateway(ca, {"other.example.org"}, out));
  EXPECT_TRUE(issue_gateway(ca, {"127.0.0.1"}, out));
}

TEST_F(Pki, BadNamesAreRefusedWithWhatWouldBeRight) {
  for (const char* id : {"", "M 003", "M/003", "../x", "鄂G12345", "a.b", "M-003\n"}) {
    auto refused = issue_terminal(ca, id, out);
    ASSERT_FALSE(refused) << id;
    EXPECT_NE(refused.error().what().find("1 to 32"), std::string::npos);
  }
  EXPECT_FALSE(issue_terminal(ca, std::string(33, 'a'), out));
  EXPECT_TRUE(check_terminal_id(std::string(32, 'a')));
  for (const char* host : {"", "a b", "x,DNS:evil", "a/b"})
    EXPECT_FALSE(issue_gateway(ca, {host}, out)) << host;
}

TEST_F(Pki, ADamagedAuthorityIsNamed) {
  ASSERT_TRUE(write_whole(ca + "/ca.crt", "no certificate", 0644));
  auto refused = issue_terminal(ca, "M-003", out);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what().find("ca.crt"), std::string::npos);
  EXPECT_FALSE(create_authority(ca)) << "a damaged one must not be replaced silently";
}

TEST_F(Pki, ADirectivesSignatureHoldsForThatDirectiveOnly) {
  auto signature = sign_directive(ca, "plan", 7, "body");
  ASSERT_TRUE(signature);
  const auto holds = [&](std::string_view name, std::uint64_t version, std::string_view body,
                         std::string_view text) {
    auto verdict = verify_directive(ca + "/ca.crt", name, version, body, text);
    return verdict && *verdict;
  };
  EXPECT_TRUE(holds("plan", 7, "body", *signature));
  EXPECT_FALSE(holds("plan", 8, "body", *signature));
  EXPECT_FALSE(holds("plan2", 7, "body", *signature));
  EXPECT_FALSE(holds("plan", 7, "bodY", *signature));
  EXPECT_FALSE(holds("plan", 7, "body", "nonsense"));
  EXPECT_FALSE(holds("plan", 7, "body", ""));
}

}  // namespace
}  // namespace lujing::pki
