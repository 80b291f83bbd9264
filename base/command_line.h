// The words of a command line, as a program declares them: commands, options, flags, their help and
// their checks. CLI11 reads them. It is a heavy header, so that command_line.cpp alone knows it.
//
//   cli::App app("lujing-x: what it is for");
//   cli::App* list = app.add_subcommand("list", "One line a file");
//   list->add_option("path", args.path, "file or folder")->required();
//   list->callback([&] { exit_code = run(args); });
//   if (const auto ended = app.parse(argc, argv)) return *ended;
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace lujing::cli {

/// What a word must be.
struct Check {
  std::string what;                                        ///< for the help, as "INT in [1 - 9]"
  std::function<std::string(const std::string&)> problem;  ///< empty: it is
};
Check range(int least, int most);  ///< both are allowed
Check range(double least, double most);
Check non_negative();
/// Of an option that narrows what is asked for: "" is a script's variable without a value,
/// and would ask for everything in silence.
Check not_empty();
Check one_of(const std::vector<std::string>& words);
Check existing_file();
Check existing_folder();

/// One option, flag or argument of a command; belongs to its App.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option* required();
  Option* capture_default_str();  ///< the help shows the value that it has now
  Option* check(const Check& check);
  /// The problem with a word, empty if there is none.
  Option* check(std::function<std::string(const std::string&)> problem);
  /// Given several times, one word each: so an argument may stand behind it.
  Option* one_word_each();
  Option* needs(Option* other);
  Option* excludes(Option* other);
  bool given() const;  ///< after parse()

 private:
  CLI::Option* option_;
};

/// A program, or one of its commands. What is bound to it must outlive parse().
class App {
 public:
  explicit App(const std::string& about);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Belongs to this one.
  App* add_subcommand(const std::string& name, const std::string& about);
  void require_subcommand();
  void footer(const std::string& text);   ///< below the help: an example
  void version(const std::string& text);  ///< told by --version
  void callback(std::function<void()> run);

  /// `names`: "-o,--output", or "path" for an argument without dashes.
  Option* add_option(const std::string& names, std::string& into, const std::string& about);
  Option* add_option(const std::string& names, std::vector<std::string>& into,
                     const std::string& about);
  Option* add_option(const std::string& names, double& into, const std::string& about);
  Option* add_option(const std::string& names, int& into, const std::string& about);
  Option* add_option(const std::string& names, std::uint16_t& into, const std::string& about);
  Option* add_option(const std::string& names, std::uint32_t& into, const std::string& about);
  Option* add_option(const std::string& names, std::int64_t& into, const std::string& about);
  Option* add_option(const std::string& names, std::uint64_t& into, const std::string& about);
  Option* add_option(const std::string& names, std::optional<double>& into,
                     const std::string& about);
  Option* add_option(const std::string& names, std::optional<std::uint64_t>& into,
                     const std::string& about);
  Option* add_flag(const std::string& names, bool& into, const std::string& about);

  /// Reads the words and calls the command's callback. The exit code with which to end at once:
  /// help was asked for and printed, or a word is wrong, which is told on standard error.
  std::optional<int> parse(int argc, const char* const* argv);
  /// The same for words without the program's name.
  std::optional<int> parse(const std::vector<std::string>& words);

 private:
  explicit App(CLI::App* command);
  Option* kept(CLI::Option* option);
  template <class Value>
  Option* bind(const std::string& names, Value& into, const std::string& about);

  std::unique_ptr<CLI::App> owned_;  ///< of the program itself
  CLI::App* app_;
  std::deque<Option> options_;  ///< they are pointed at
  std::vector<std::unique_ptr<App>> commands_;
};

}  // namespace lujing::cli
