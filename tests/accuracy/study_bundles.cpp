// How much warm-up an alarm's evidence needs, rule by rule: each alarm of simulated (or real) runs
// is made into a bundle, which is verified.
#include "platform/pki/pki.h"
#include "protocol/batch.h"
#include "terminal/directives/folder.h"
#include "terminal/directives/whole_file.h"
#include "terminal/evidence/make.h"
#include "terminal/evidence/verify.h"
#include "terminal/journal/replay.h"
#include "tests/accuracy/study.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>

namespace lujing::accuracy {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch_records = 60;

struct Row {
  int alarms = 0;
  int made = 0;
  int whole = 0;
  std::map<std::string, int> by_warm_up;
  std::vector<double> kib;
  std::vector<double> ms;
};

double middle(std::vector<double> all) {
  if (all.empty()) return 0;
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

/// Records as the vehicle's outbox would have them.
Result<std::vector<std::string>> records_of(const std::string& journal,
                                            const std::string& directives) {
  std::vector<protocol::Record> records;
  auto done = journal::replay(
      journal, [&](const protocol::Numbered& said) { records.push_back(said.record); }, {},
      std::make_shared<directives::FolderLibrary>(directives));
  if (!done) return done.error();
  std::vector<std::string> packed;
  protocol::Hash chain{};
  for (std::size_t at = 0; at < records.size(); at += batch_records) {
    const std::size_t count = std::min(batch_records, records.size() - at);
    const auto batch = protocol::seal(7, at + 1, chain, {records.data() + at, count});
    chain = batch.chain_after;
    packed.push_back(protocol::encode(batch));
  }
  return packed;
}

std::string warm_up_of(const protocol::EvidenceManifest& m) {
  if (m.whole_run) return "start";
  return std::to_string((m.from_boot_ms - m.begin_boot_ms + 30'000) / 60'000) + " min";
}

class Runs {
 public:
  explicit Runs(std::string scratch) : scratch_(std::move(scratch)) {
    (void)pki::create_authority(scratch_ + "/pki");
  }

  void take(const std::string& data_dir) {
    const std::string journal = data_dir + "/journal";
    const std::string terminal = fs::path(data_dir).parent_path().filename().string();
    const std::string keys = scratch_ + "/" + terminal;
    if (!pki::issue_terminal(scratch_ + "/pki", terminal, keys)) return;
    const auto records = records_of(journal, data_dir + "/directives");
    if (!records) return;
    ++vehicles_;
    for (const auto& alarm : evidence::alarms_in(*records)) {
      Row& row = rows_[alarm.id.rule];
      ++row.alarms;
      const auto begin = std::chrono::steady_clock::now();
      auto made =
          evidence::make_evidence({alarm.id,
                                   *records,
                                   journal,
                                   data_dir + "/directives",
                                   {},
                                   scratch_,
                                   *directives::read_whole(keys + "/terminal.crt", 1u << 20),
                                   *directives::read_whole(keys + "/terminal.key", 1u << 20),
                                   utc_now()});
      const auto end = std::chrono::steady_clock::now();
      row.ms.push_back(std::chrono::duration<double, std::milli>(end - begin).count());
      if (!made) {
        std::fprintf(stderr, "%s, %s: %s\n", data_dir.c_str(), alarm.id.rule.c_str(),
                     made.error().what().c_str());
        continue;
      }
      ++row.made;
      ++row.by_warm_up[warm_up_of(made->manifest)];
      row.kib.push_back(static_cast<double>(made->bytes.size()) / 1024);
      const auto view = protocol::read_evidence(made->bytes);
      const auto verdict = evidence::verify_evidence(
          *view, {*directives::read_whole(scratch_ + "/pki/ca.crt", 1u << 20), {}, scratch_, {}});
      // No keeper has signed checkpoints on the way: that item alone stays open.
      const auto settled = [](const evidence::Check& check) {
        return check.outcome == evidence::Outcome::good ||
               (check.outcome == evidence::Outcome::open && check.item == "checkpoint");
      };
      if (std::all_of(verdict.checks.begin(), verdict.checks.end(), settled)) ++row.whole;
      for (const auto& check : verdict.checks) {
        if (!settled(check))
          std::fprintf(stderr, "%s, %s: %s: %s\n", data_dir.c_str(), alarm.id.rule.c_str(),
                       check.item.c_str(), check.said.c_str());
      }
    }
  }

  void print() const {
    std::printf("%d vehicles\nrule   alarms  made  whole  KiB (middle)  ms (middle)  warm-up\n",
                vehicles_);
    Row all;
    for (const auto& [rule, row] : rows_) {
      std::printf("%-6s %6d %5d %6d %13.0f %12.0f  ", rule.c_str(), row.alarms, row.made, row.whole,
                  middle(row.kib), middle(row.ms));
      for (const auto& [warm_up, count] : row.by_warm_up)
        std::printf("%s: %d  ", warm_up.c_str(), count);
      std::printf("\n");
      all.alarms += row.alarms;
      all.made += row.made;
      all.whole += row.whole;
    }
    std::printf("all    %6d %5d %6d\n", all.alarms, all.made, all.whole);
  }

 private:
  std::string scratch_;
  std::map<std::string, Row> rows_;
  int vehicles_ = 0;
};

int run(std::span<const std::string_view> arguments) {
  if (arguments.empty()) {
    std::fprintf(stderr, "names a folder that `lujing-sim library --out` made\n");
    return 1;
  }
  std::string scratch = (fs::temp_directory_path() / "lujing-bundles-XXXXXX").string();
  if (::mkdtemp(scratch.data()) == nullptr) return 1;
  Runs runs(scratch);
  for (const std::string_view folder : arguments) {
    std::vector<std::string> found;
    std::error_code problem;
    for (fs::recursive_directory_iterator at(folder, problem), end; !problem && at != end;
         at.increment(problem)) {
      if (at->is_directory() && at->path().filename() == "journal")
        found.push_back(at->path().parent_path().string());
    }
    std::sort(found.begin(), found.end());
    for (const std::string& data_dir : found) runs.take(data_dir);
  }
  runs.print();
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  return 0;
}

const bool registered = add(
    {"evidence-bundles", "evidence bundles of simulated runs: warm-up, size, whether they verify",
     "FOLDER...   lujing-sim library sim/scenarios --out /tmp/runs && lujing-accuracy "
     "evidence-bundles /tmp/runs",
     run});

}  // namespace
}  // namespace lujing::accuracy
