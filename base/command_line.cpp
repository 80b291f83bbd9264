#include "base/command_line.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <iostream>
#include <utility>

namespace lujing::cli {
namespace {

/// The command that the words lead to is asked for one more, and the next word is none of those: it
/// is named, with what there is, where CLI11 would only ask for one. Told: true.
bool unknown_command(const CLI::App* app, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    std::string known;
    const CLI::App* chosen = nullptr;
    for (const CLI::App* command : app->get_subcommands([](const CLI::App*) { return true; })) {
      if (command->get_name() == word) chosen = command;
      known += (known.empty() ? "" : ", ") + command->get_name();
    }
    if (chosen != nullptr) {
      app = chosen;
      continue;
    }
    if (known.empty() || word.empty() || word.front() == '-') return false;
    std::cerr << "\"" << word << "\" is no command; there are: " << known
              << "\nRun with --help for more information.\n";
    return true;
  }
  return false;
}

Check check_by(const CLI::Validator& validator) {
  return {validator.get_description(),
          [validator](const std::string& word) { return validator(word); }};
}

}  // namespace

Check range(int least, int most) {
  return check_by(CLI::Range(least, most));
}

Check range(double least, double most) {
  Check check = check_by(CLI::Range(least, most));
  check.problem = [check, words = check.problem](const std::string& text) {
    double value = 0;
    // NaN is neither below nor above.
    if (CLI::detail::lexical_cast(text, value) && std::isnan(value)) {
      return "Value " + text + " is no number; expected " + check.what;
    }
    return words(text);
  };
  return check;
}

Check non_negative() {
  return check_by(CLI::NonNegativeNumber);
}

Check not_empty() {
  return {"", [](const std::string& word) {
            return std::string(word.empty() ? "is empty: give it a value, or leave the option out"
                                            : "");
          }};
}

Check one_of(const std::vector<std::string>& words) {
  return check_by(CLI::IsMember(words));
}

Check existing_file() {
  return check_by(CLI::ExistingFile);
}

Check existing_folder() {
  return check_by(CLI::ExistingDirectory);
}

Option* Option::required() {
  option_->required();
  return this;
}

Option* Option::capture_default_str() {
  option_->capture_default_str();
  return this;
}

Option* Option::check(const Check& check) {
  option_->check(check.problem, check.what);
  return this;
}

Option* Option::check(std::function<std::string(const std::string&)> problem) {
  option_->check(std::move(problem));
  return this;
}

Option* Option::one_word_each() {
  option_->allow_extra_args(false);
  return this;
}

Option* Option::needs(Option* other) {
  option_->needs(other->option_);
  return this;
}

Option* Option::excludes(Option* other) {
  option_->excludes(other->option_);
  return this;
}

bool Option::given() const {
  return option_->count() > 0;
}

App::App(const std::string& about)
    : owned_(std::make_unique<CLI::App>(about)), app_(owned_.get()) {}
App::App(CLI::App* command) : app_(command) {}
App::~App() = default;

App* App::add_subcommand(const std::string& name, const std::string& about) {
  return commands_.emplace_back(std::unique_ptr<App>(new App(app_->add_subcommand(name, about))))
      .get();
}

void App::require_subcommand() {
  app_->require_subcommand(1);
}

void App::footer(const std::string& text) {
  app_->footer(text);
}

void App::version(const std::string& text) {
  app_->set_version_flag("--version", text);
}

void App::callback(std::function<void()> run) {
  app_->callback(std::move(run));
}

Option* App::kept(CLI::Option* option) {
  return &options_.emplace_back(option);
}

template <class Value>
Option* App::bind(const std::string& names, Value& into, const std::string& about) {
  return kept(app_->add_option(names, into, about));
}

Option* App::add_option(const std::string& names, std::string& into, const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, std::vector<std::string>& into,
                        const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, double& into, const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, int& into, const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, std::uint16_t& into, const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, std::uint32_t& into, const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, std::int64_t& into, const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, std::uint64_t& into, const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, std::optional<double>& into,
                        const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_option(const std::string& names, std::optional<std::uint64_t>& into,
                        const std::string& about) {
  return bind(names, into, about);
}
Option* App::add_flag(const std::string& names, bool& into, const std::string& about) {
  return kept(app_->add_flag(names, into, about));
}

std::optional<int> App::parse(int argc, const char* const* argv) {
  if (argc < 1) return parse(std::vector<std::string>{});
  app_->name(argv[0]);
  return parse(std::vector<std::string>(argv + 1, argv + argc));
}

std::optional<int> App::parse(const std::vector<std::string>& words) {
  try {
    app_->parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0 && unknown_command(app_, words)) return 1;
    return app_->exit(error);
  }
  return std::nullopt;
}

}  // namespace lujing::cli
