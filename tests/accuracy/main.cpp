// lujing-accuracy: how right the product is. Each study stands in a file of its own.
#include "tests/accuracy/study.h"

#include <algorithm>
#include <iostream>

namespace lujing::accuracy {
namespace {

std::vector<Study>& list() {
  static std::vector<Study> all;
  return all;
}

int help(std::ostream& out) {
  out << "usage: lujing-accuracy STUDY [ARGUMENT...]\n\n";
  for (const Study& study : list()) {
    out << "  " << study.name << "\n      " << study.about << "\n      " << study.usage << "\n";
  }
  return &out == &std::cout ? 0 : 2;
}

}  // namespace

bool add(Study study) {
  auto& all = list();
  const auto before = [](const Study& a, const Study& b) { return a.name < b.name; };
  all.insert(std::upper_bound(all.begin(), all.end(), study, before), study);
  return true;
}

const std::vector<Study>& studies() {
  return list();
}

}  // namespace lujing::accuracy

int main(int argc, char** argv) {
  using namespace lujing::accuracy;
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  if (words.empty()) return help(std::cerr);
  if (words[0] == "--help" || words[0] == "-h") return help(std::cout);
  for (const Study& study : studies()) {
    if (study.name == words[0]) return study.run(std::span(words).subspan(1));
  }
  std::cerr << "lujing-accuracy: no study '" << words[0] << "'; --help lists them\n";
  return 2;
}
