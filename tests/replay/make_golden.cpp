// Writes the golden journals and their records anew: make_golden tests/replay/golden
//
// Run it only where a change of the records is meant, and say in CHANGES.md which and why. An
// existing journal is left alone unless its ride has changed, so that old bytes stay in the test.
#include "terminal/journal/replay.h"
#include "tests/replay/rides.h"
#include "tests/support/journals.h"

#include <filesystem>
#include <fstream>
#include <iostream>

int main(int argc, char** argv) {
  using namespace lujing;
  if (argc != 2) {
    std::cerr << "usage: make_golden FOLDER\n";
    return 2;
  }
  for (const replay::GoldenRide& ride : replay::golden_rides()) {
    const std::string path = std::string(argv[1]) + "/" + ride.name;
    std::vector<hal::Observation> held;
    if (auto journal = journal::Journal::open(path + ".ljj")) {
      hal::Observation observation;
      while (journal->next(observation)) held.push_back(observation);
    }
    journal::ObservationEncoder was;
    journal::ObservationEncoder is;
    for (const auto& observation : held) was.add(observation);
    for (const auto& observation : ride.told) is.add(observation);
    if (was.bytes() != is.bytes()) {
      std::filesystem::remove(path + ".ljj");
      test::write_journal(path + ".ljj", ride.config, ride.told);
      std::cout << path << ".ljj written\n";
    }
    std::ofstream out(path + ".jsonl", std::ios::binary);
    const auto summary = journal::replay(path + ".ljj", [&](const protocol::Numbered& numbered) {
      out << protocol::to_json(numbered.record) << "\n";
    });
    if (!summary) {
      std::cerr << summary.error().what() << "\n";
      return 1;
    }
    out << "{\"chain\":\"" << protocol::to_hex(summary->chain) << "\"}\n";
    std::cout << path << ".jsonl: " << summary->records << " records of " << summary->observations
              << " observations\n";
  }
  return 0;
}
