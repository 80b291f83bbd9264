// The page over HTTP: what it answers, and what it refuses.
#include "terminal/driver/answers.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

namespace lujing::driver {
namespace {

constexpr const char* here = "127.0.0.1:7680";

struct Cabin {
  std::vector<int> marks;
  std::string language;
  bool may_mark = true;
  Facade facade() {
    return {[] { return std::string(R"({"is":"so"})"); },
            [this](std::uint8_t code) {
              if (may_mark) marks.push_back(code);
              return may_mark;
            },
            [this](std::string_view word) { language = word; }};
  }
  http::Answer ask(http::Request request) {
    if (request.host.empty()) request.host = here;
    request.authority = here;
    return answer(request, facade());
  }
};

TEST(Page, HasItsFilesAndWhatIsSo) {
  Cabin cabin;
  for (const char* target : {"/", "/page.css", "/page.js"}) {
    const http::Answer file = cabin.ask({"GET", target, "", "", ""});
    EXPECT_EQ(file.status, 200U) << target;
    EXPECT_GT(file.body->size(), 1000U) << target;
  }
  EXPECT_NE(cabin.ask({"GET", "/", "", "", ""}).body->find("</html>"), std::string::npos);
  EXPECT_EQ(*cabin.ask({"GET", "/state", "", "", ""}).body, R"({"is":"so"})");
}

TEST(Page, TakesAMarkOnlyAsItIsMeant) {
  Cabin cabin;
  EXPECT_EQ(cabin.ask({"POST", "/blocked", "", "", R"({"reason":"road_works"})"}).status, 200U);
  EXPECT_EQ(cabin.ask({"POST", "/blocked", "", "", R"({"reason":null})"}).status, 200U);
  EXPECT_EQ(cabin.marks, (std::vector<int>{3, 0}));
  for (const char* wrong :
       {"", "{}", "null", "[]", "{\"reason\":7}", R"({"reason":"rain dance"})", "{\"reason\"",
        R"({"reason":"other","more":1})", "\xff\xfe", R"({"reason":{"reason":null}})"}) {
    EXPECT_EQ(cabin.ask({"POST", "/blocked", "", "", wrong}).status, 400U) << wrong;
  }
  EXPECT_EQ(cabin.marks.size(), 2U);
  cabin.may_mark = false;
  EXPECT_EQ(cabin.ask({"POST", "/blocked", "", "", R"({"reason":"other"})"}).status, 409U);
  EXPECT_EQ(cabin.ask({"POST", "/language", "", "", R"({"language":"en"})"}).status, 200U);
  EXPECT_EQ(cabin.language, "en");
  EXPECT_EQ(cabin.ask({"POST", "/language", "", "", R"({"language":"xx"})"}).status, 400U);
}

TEST(Page, RefusesOtherNamesOtherPagesAndOtherWays) {
  Cabin cabin;
  EXPECT_EQ(cabin.ask({"GET", "/state", "evil.example", "", ""}).status, 421U);
  EXPECT_EQ(cabin.ask({"GET", "/state", "localhost:80", "", ""}).status, 421U);
  EXPECT_EQ(cabin.ask({"GET", "/state", "localhost:7680", "", ""}).status, 200U);
  const char* mark = R"({"reason":"other"})";
  EXPECT_EQ(cabin.ask({"POST", "/blocked", "", "http://evil.example", mark}).status, 403U);
  EXPECT_EQ(cabin.ask({"POST", "/blocked", "", "http://127.0.0.1:7680", mark}).status, 200U);
  EXPECT_EQ(cabin.ask({"GET", "/blocked", "", "", ""}).status, 405U);
  EXPECT_EQ(cabin.ask({"DELETE", "/state", "", "", ""}).status, 405U);
  EXPECT_EQ(cabin.ask({"GET", "/../etc/passwd", "", "", ""}).status, 404U);
  EXPECT_EQ(cabin.ask({"GET", "", "", "", ""}).status, 404U);
  EXPECT_EQ(cabin.marks.size(), 1U);
}

class OverTheWire : public testing::Test {
 protected:
  OverTheWire() {
    http::Options options = page_options();
    options.max_connections = 4;
    options.request_timeout = std::chrono::milliseconds(300);
    options.idle_timeout = std::chrono::milliseconds(300);
    auto started = PageServer::start(options, cabin_.facade());
    EXPECT_TRUE(started.ok());
    server_ = std::move(*started);
  }
  int connect_to() const {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval limit{5, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
  }
  /// Everything that comes until the other side hangs up.
  static std::string rest(int fd) {
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(n));
    }
    close(fd);
    return text;
  }
  std::string say(const std::string& bytes) const {
    const int fd = connect_to();
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    return rest(fd);
  }
  std::string head(const std::string& line) const {
    return line + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_->port()) +
           "\r\nConnection: close\r\n";
  }

  Cabin cabin_;
  std::unique_ptr<PageServer> server_;
};

TEST_F(OverTheWire, AnswersAndSaysWhatTheBrowserMayDo) {
  const std::string told = say(head("GET /state") + "\r\n");
  EXPECT_EQ(told.substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_NE(told.find("default-src 'self'"), std::string::npos);
  EXPECT_NE(told.find(R"({"is":"so"})"), std::string::npos);
  const std::string only_head = say(head("HEAD /") + "\r\n");
  EXPECT_EQ(only_head.substr(only_head.size() - 4), "\r\n\r\n");
  const std::string mark = R"({"reason":"closure"})";
  const std::string said = say(
      head("POST /blocked") + "Content-Length: " + std::to_string(mark.size()) + "\r\n\r\n" + mark);
  EXPECT_EQ(said.substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_EQ(cabin_.marks, std::vector<int>{4});
}

TEST_F(OverTheWire, GivesUpWhatIsTooLongTooSlowOrNoHttp) {
  EXPECT_EQ(say(head("POST /blocked") + "Content-Length: 100000\r\n\r\n" + std::string(2000, 'x'))
                .substr(9, 3),
            "413");
  const std::string long_header =
      say(head("GET /") + "X: " + std::string(20'000, 'a') + "\r\n\r\n");
  EXPECT_TRUE(long_header.empty() || long_header.substr(9, 3) == "431") << long_header;
  EXPECT_EQ(say("\x16\x03\x01 hello\r\n\r\n").substr(9, 3), "400");
  EXPECT_EQ(say(""), "") << "says nothing, and is hung up on";
  EXPECT_EQ(say("GET / HTT"), "") << "never ends";
  // Four that say nothing do not keep the fifth out for longer than their time.
  std::vector<int> idle;
  for (int i = 0; i < 4; ++i) idle.push_back(connect_to());
  for (const int fd : idle) EXPECT_EQ(rest(fd), "");
  EXPECT_EQ(say(head("GET /state") + "\r\n").substr(9, 3), "200");
  EXPECT_TRUE(cabin_.marks.empty());
}

TEST(PageServer, SaysWhyItCannotListen) {
  http::Options options = page_options();
  options.address = "cabin";
  auto nowhere = PageServer::start(options, {});
  ASSERT_FALSE(nowhere.ok());
  EXPECT_NE(nowhere.error().what().find("no IP address"), std::string::npos);
  Cabin cabin;
  auto first = PageServer::start(page_options(), cabin.facade());
  ASSERT_TRUE(first.ok());
  http::Options same = page_options();
  same.port = (*first)->port();
  auto second = PageServer::start(same, cabin.facade());
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().what().find("is the port taken"), std::string::npos);
}

}  // namespace
}  // namespace lujing::driver
