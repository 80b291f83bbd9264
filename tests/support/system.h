// The whole way, with the real programs: an authority, a platform, and terminals that a test
// configures.
#pragma once

#include "tests/support/process.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::testing {

/// Where the build put a program: "lujing-platform", "lujing-terminal", "lujing-ctl", "lujing-sim".
std::string program(const std::string& name);

/// Runs `lujing-ctl` with these words; throws where it does not exit with 0 (a test's end). Gives
/// what it printed.
std::string ctl(const std::vector<std::string>& words);

class PlatformUnderTest {
 public:
  /// Makes the authority and the gateway's certificate in `dir`; starts nothing.
  explicit PlatformUnderTest(const TempDir& dir, std::string extra_config = "");

  void start();  ///< returns when the page and the gateway answer
  void stop();   ///< SIGTERM; a test fails if it does not exit with 0
  void kill();   ///< SIGKILL
  Process& process() { return *process_; }

  int gateway_port() const { return gateway_port_; }
  std::string page_url() const;
  std::string ledger_path() const;
  std::string authority_dir() const;
  /// GET on the dispatch port; the body. Empty if it does not answer with 200.
  std::string get(const std::string& path) const;

 private:
  std::string dir_;
  std::string config_path_;
  int gateway_port_;
  int page_port_;
  std::unique_ptr<Process> process_;
};

struct TerminalSetup {
  std::string id = "M-003";
  std::string type = "muck";
  std::string plate = "鄂G12345";
  int gpsd_port = 0;  ///< 0: a port where nobody answers
  int gateway_port = 0;
  std::string more;  ///< further tables of terminal.toml: [[can]], [[input]], [track] ...
};

class TerminalUnderTest {
 public:
  /// Enrolls the vehicle and writes its terminal.toml; starts nothing.
  TerminalUnderTest(const TempDir& dir, const PlatformUnderTest& platform, TerminalSetup setup);

  void start(std::vector<std::string> more_words = {});
  int stop();  ///< SIGTERM; the exit code
  void kill();
  Process& process() { return *process_; }
  bool started() const { return process_ != nullptr; }

  std::string data_dir() const;
  std::string config_path() const { return config_path_; }
  std::string log_path() const;
  /// `lujing-ctl status --json`; empty while it does not answer.
  std::string status() const;
  /// A number out of status(), by a path like "outbox.depth_records"; -1 if it is not there.
  std::int64_t status_number(const std::string& path) const;

 private:
  std::string dir_;
  TerminalSetup setup_;
  std::string config_path_;
  std::unique_ptr<Process> process_;
};

}  // namespace lujing::testing
