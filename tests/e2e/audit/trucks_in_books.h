// A scenario driven, judged by the real core, and booked: what a platform has of it.
#pragma once

#include "platform/ledger/ledger.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"
#include "tests/support/system.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lujing::testing {

using nlohmann::json;

/// What the vehicles of a scenario told, in one ledger.
class TrucksInBooks {
 public:
  TrucksInBooks(const std::string& scenario, const std::vector<std::string>& vehicles) {
    Process sim(
        {program("lujing-sim"), "run",
         scenario.front() == '/' ? scenario
                                 : std::string(LUJING_SOURCE_DIR) + "/sim/scenarios/" + scenario,
         "--share", std::string(LUJING_SOURCE_DIR) + "/deploy", "--out", dir_ / "run"},
        dir_ / "sim.log");
    EXPECT_EQ(sim.wait(std::chrono::seconds(60)), 0) << sim.log();
    auto opened = ledger::Ledger::open(books());
    EXPECT_TRUE(opened.ok());
    ledger_ = std::move(*opened);
    for (const std::string& id : vehicles) book(id);
    EXPECT_TRUE(ledger_->commit().ok());
  }
  std::string books() const { return dir_ / "ledger.db"; }
  json true_site() const {
    for (const json& one : truth("violations.jsonl")) {
      if (one["rule"] == "MT-23") return one;
    }
    return {};
  }
  /// Of the simulator's truth, one object a line.
  std::vector<json> truth(const std::string& name) const {
    std::ifstream file(dir_ / ("run/truth/" + name));
    std::vector<json> all;
    for (std::string line; std::getline(file, line);) all.push_back(json::parse(line));
    return all;
  }

 private:
  void book(const std::string& id) {
    const std::string journal = dir_ / ("run/" + id + "/data/journal");
    std::vector<protocol::Record> records;
    const auto replayed = journal::replay(
        journal, [&](const protocol::Numbered& one) { records.push_back(one.record); }, {},
        std::make_shared<directives::FolderLibrary>(directives::folder_beside(journal)));
    ASSERT_TRUE(replayed.ok());
    ASSERT_TRUE(ledger_->hello(id, "muck", "鄂G" + id, "test").ok());
    protocol::Hash chain{};
    for (std::size_t i = 0; i < records.size(); i += 60) {
      const std::size_t count = std::min<std::size_t>(60, records.size() - i);
      const auto batch = protocol::seal(7, i + 1, chain, std::span(records).subspan(i, count));
      chain = batch.chain_after;
      ASSERT_TRUE(ledger_->take(id, batch, protocol::encode(batch), 0).ok());
    }
  }

  TempDir dir_;
  std::unique_ptr<ledger::Ledger> ledger_;  ///< stays open: the platform runs on beside the reader
};

}  // namespace lujing::testing
