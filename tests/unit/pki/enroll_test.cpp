// lujing-ctl enroll, as a person calls it.
#include "ctl/enroll.h"

#include "ctl/enroll_template.h"
#include "platform/pki/files.h"
#include "platform/pki/pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/typed.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace lujing::ctl {
namespace {

struct EnrollTest : ::testing::Test {
  tests::TempDir dir;
  std::string said, complained;

  int run(const std::string& arguments) {
    std::vector<std::string> words{"enroll", "--ca", dir.path("ca")};
    std::istringstream rest(arguments);
    for (std::string word; rest >> word;) words.push_back(word);
    const test::Typed seen = test::typed(add_enroll_command, words);
    said = seen.out;
    complained = seen.err;
    return seen.exit_code;
  }
};

TEST_F(EnrollTest, OneStepMakesAuthorityKeyAndCertificate) {
  ASSERT_EQ(run("--id M-003 --out " + dir.path("m3")), 0) << complained;
  EXPECT_NE(said.find("new authority"), std::string::npos);
  for (const char* name : {"m3/terminal.key", "m3/terminal.crt", "m3/ca.crt", "ca/ca.key"})
    EXPECT_TRUE(pki::exists(dir.path(name))) << name;
  ASSERT_EQ(run("--id M-003 --out " + dir.path("m3")), 0) << "may be run again";
  EXPECT_NE(said.find("was enrolled already"), std::string::npos);
}

TEST_F(EnrollTest, FactsAsJson) {
  ASSERT_EQ(run("--json --gateway --host 127.0.0.1 --host gw.example.org --out " + dir.path("gw")),
            0);
  const auto facts = nlohmann::json::parse(said);
  EXPECT_EQ(facts["kind"], "gateway");
  EXPECT_EQ(facts["created"], true);
  EXPECT_EQ(facts["certificate"], dir.path("gw/gateway.crt"));
}

TEST_F(EnrollTest, MistakesAreNamed) {
  EXPECT_EQ(run("--id M/003 --out " + dir.path("x")), 1);
  EXPECT_NE(complained.find("M/003"), std::string::npos);
  EXPECT_FALSE(pki::exists(dir.path("ca/ca.key"))) << "nothing is made for a bad id";
  EXPECT_EQ(run("--out " + dir.path("x")), 1);
  EXPECT_NE(run("--gateway --out " + dir.path("x")), 0) << "a gateway needs a host";
  EXPECT_NE(run("--id M-003 --type spaceship --out " + dir.path("x")), 0);
  ASSERT_EQ(run("--id M-003 --out " + dir.path("x")), 0);
  EXPECT_EQ(run("--id M-004 --out " + dir.path("x")), 1);
  EXPECT_NE(complained.find("--force"), std::string::npos);
  EXPECT_EQ(run("--id M-004 --force --out " + dir.path("x")), 0);
}

TEST_F(EnrollTest, SettingsAreFilledFromTheExample) {
  ASSERT_EQ(run("--id M-042 --type muck --plate 鄂G12345 --platform-host gw.example.org"
                " --platform-port 7000 --config-from " LUJING_SOURCE_DIR
                "/deploy/examples/terminal.toml --out " +
                dir.path("m42")),
            0)
      << complained;
  auto text = pki::read_whole(dir.path("m42/terminal.toml"));
  ASSERT_TRUE(text);
  for (const char* line : {"id = \"M-042\"", "host = \"gw.example.org\"", "port = 7000",
                           "key = \"terminal.key\"", "plate = \"鄂G12345\""})
    EXPECT_NE(text->find(line), std::string::npos) << line;
}

TEST_F(EnrollTest, AnExampleThatIsNoTerminalTomlIsRefusedBeforeAnythingIsMade) {
  std::string noise;
  for (int i = 0; i < 4096; ++i) noise += static_cast<char>((i * 2654435761U) >> 13);
  ASSERT_TRUE(pki::write_whole(dir.path("noise"), noise, 0644));
  ASSERT_TRUE(pki::write_whole(dir.path("half.toml"), "[terminal]\nid = \"X\"\n", 0644));
  for (const auto& [file, word] : {std::pair{"noise", "noise"}, {"half.toml", "type"}}) {
    EXPECT_EQ(run("--id M-003 --config-from " + dir.path(file) + " --out " + dir.path("m3")), 1);
    EXPECT_NE(complained.find("--config-from"), std::string::npos) << complained;
    EXPECT_NE(complained.find(word), std::string::npos) << complained;
    EXPECT_FALSE(pki::exists(dir.path("m3/terminal.key")));
    EXPECT_FALSE(pki::exists(dir.path("ca/ca.key")));
  }
}

TEST(FillTemplate, ChangesTheNamedValuesOnly) {
  const std::string text =
      "id = 1\n[terminal] # here\nid = \"a#\\\"b\"   # the id\n# id = 3\nport=7 # p\n[other]\nid = "
      "\"x\"";
  const TomlValues values{{{"terminal", "id"}, toml_string("q\"\\\n")},
                          {{"terminal", "port"}, "8"}};
  EXPECT_EQ(fill_template(text, values),
            "id = 1\n[terminal] # here\nid = \"q\\\"\\\\\\u000A\"   # the id\n# id = 3\nport=8 # "
            "p\n[other]\nid = \"x\"");
}

}  // namespace
}  // namespace lujing::ctl
