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
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
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

std::string read(const std::string& path) {
  return *directives::read_whole(path, 1u << 20);
}

evidence::MakeInputs make_inputs(const evidence::AlarmId& alarm,
                                 const std::vector<std::string>& records,
                                 const std::string& data_dir, const std::string& keys,
                                 const std::string& scratch) {
  return {alarm,    records, data_dir + "/journal",        data_dir + "/directives",
          {},       scratch, read(keys + "/terminal.crt"), read(keys + "/terminal.key"),
          utc_now()};
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
          evidence::make_evidence(make_inputs(alarm.id, *records, data_dir, keys, scratch_));
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
      const auto verdict =
          evidence::verify_evidence(*view, {read(scratch_ + "/pki/ca.crt"), {}, scratch_, {}});
      // No keeper has signed checkpoints on the way, and the simulator's directives no authority:
      // these items alone stay open.
      const auto settled = [](const evidence::Check& check) {
        return check.outcome == evidence::Outcome::good ||
               (check.outcome == evidence::Outcome::open &&
                (check.item == "checkpoint" || check.item == "directive"));
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

/// One bundle, and all that can be done to it.
class Tampering {
 public:
  Tampering(std::string bytes, std::string key, evidence::VerifyOptions options)
      : bytes_(std::move(bytes)), key_(std::move(key)), options_(std::move(options)) {}

  /// Each byte of it, one bit each, in turn; or each so many-th.
  void flip(std::size_t every) {
    for (std::size_t at = 0; at < bytes_.size(); at += every) {
      std::string changed = bytes_;
      changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
      note("flips", changed, at);
    }
  }
  /// Each record left out and each clock changed, all of the rest made anew; with the key, too. The
  /// first one or the last one left out with the key is a bundle that begins later or ends sooner,
  /// not one with a hole: it still has to hold the window.
  void records_and_clocks() {
    const auto all = records(bytes_);
    const auto manifest = protocol::read_evidence(bytes_)->manifest;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const protocol::Stamp& stamp = all[i].stamp;
      const bool window = stamp.boot_id == manifest.boot_id &&
                          stamp.boot_ms >= manifest.from_boot_ms &&
                          stamp.boot_ms <= manifest.to_boot_ms;
      const bool between = i > 0 && i + 1 < all.size();
      const char* const where =
          window ? "  in the window, with the key" : "  around it, with the key";
      auto less = all;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      note("records left out", with(less, false), i);
      if (window || between) note(where, with(less, true), i);
      if (!stamp.utc_ms) continue;
      auto other = all;
      *other[i].stamp.utc_ms += 1'000;
      note("clocks changed", with(other, false), i);
      if (window || between) note("  a clock, with the key", with(other, true), i);
    }
  }
  bool good() const { return good(bytes_); }
  std::size_t missed() const { return missed_; }
  void print() const {
    std::printf("%zu bytes\n", bytes_.size());
    for (const auto& [what, count] : counts_)
      std::printf("%-30s %8zu, found %8zu\n", what.c_str(), count.tried, count.found);
  }

 private:
  struct Count {
    std::size_t tried = 0;
    std::size_t found = 0;
  };

  bool good(const std::string& bytes) const {
    const auto view = protocol::read_evidence(bytes);
    return view && evidence::verify_evidence(*view, options_).sound();
  }
  void note(const char* what, const std::string& changed, std::size_t at) {
    Count& count = counts_[what];
    ++count.tried;
    if (!good(changed)) {
      ++count.found;
      return;
    }
    ++missed_;
    std::printf("not found: %s, number %zu\n", what, at);
  }
  static std::vector<protocol::Record> records(const std::string& bytes) {
    std::vector<protocol::Record> all;
    const auto view = *protocol::read_evidence(bytes);
    for (std::size_t i = 0; i < view.parts.size(); ++i) {
      if (view.manifest.parts[i].part != protocol::EvidencePart::records) continue;
      const auto batch = protocol::decode(view.parts[i]);
      for (const auto& one : batch->records) all.push_back(one.record);
    }
    return all;
  }
  std::string with(const std::vector<protocol::Record>& all, bool has_key) const {
    const auto view = *protocol::read_evidence(bytes_);
    protocol::EvidenceManifest manifest = view.manifest;
    const auto batch =
        protocol::seal(manifest.epoch, manifest.first_seq, manifest.chain_before, all);
    manifest.last_seq = batch.last_seq;
    manifest.chain_after = batch.chain_after;
    for (const auto& [seq, record] : batch.records) {
      const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload);
      const bool same = alarm != nullptr && alarm->rule == manifest.rule &&
                        alarm->state == protocol::AlarmState::raised &&
                        alarm->since_boot_ms == manifest.since_boot_ms;
      if (!same) continue;
      manifest.alarm_seq = seq;
      manifest.raised_utc_ms = record.stamp.utc_ms;
    }
    std::vector<std::string> parts;
    std::vector<protocol::EvidencePartFacts> facts;
    for (std::size_t i = 0; i < view.parts.size(); ++i) {
      if (manifest.parts[i].part == protocol::EvidencePart::records) continue;
      parts.emplace_back(view.parts[i]);
      facts.push_back(manifest.parts[i]);
    }
    parts.push_back(protocol::encode(batch));
    facts.push_back({protocol::EvidencePart::records, {}, 0, {}});
    for (std::size_t i = 0; i < parts.size(); ++i) {
      facts[i].bytes = parts[i].size();
      facts[i].sha256 = protocol::sha256(parts[i]);
    }
    manifest.parts = std::move(facts);
    const std::string text = protocol::to_text(manifest);
    const std::string signature =
        has_key ? *protocol::sign_evidence(key_, text) : std::string(view.signature);
    return protocol::write_evidence(text, signature, parts);
  }

  std::string bytes_;
  std::string key_;
  evidence::VerifyOptions options_;
  std::map<std::string, Count> counts_;
  std::size_t missed_ = 0;
};

/// The bundle of a vehicle's first alarm.
int tamper(const std::string& data_dir, std::size_t every) {
  const tests::TempDir scratch;
  const std::string terminal = fs::path(data_dir).parent_path().filename().string();
  const std::string keys = scratch.path(terminal);
  if (!pki::create_authority(scratch.path("pki")) ||
      !pki::issue_terminal(scratch.path("pki"), terminal, keys)) {
    return 1;
  }
  const auto records = records_of(data_dir + "/journal", data_dir + "/directives");
  const auto alarms = records ? evidence::alarms_in(*records) : std::vector<evidence::FoundAlarm>{};
  if (alarms.empty()) {
    std::fprintf(stderr, "%s: no alarm there\n", data_dir.c_str());
    return 1;
  }
  const auto made = evidence::make_evidence(
      make_inputs(alarms.front().id, *records, data_dir, keys, scratch.path(".")));
  if (!made) {
    std::fprintf(stderr, "%s: %s\n", data_dir.c_str(), made.error().what().c_str());
    return 1;
  }
  Tampering bundle(made->bytes, read(keys + "/terminal.key"),
                   {read(scratch.path("pki/ca.crt")), {}, scratch.path("."), {}});
  std::printf("%s, %s\n", terminal.c_str(), alarms.front().id.rule.c_str());
  if (!bundle.good()) {
    std::fprintf(stderr, "the bundle is not good as it is\n");
    return 1;
  }
  bundle.flip(every);
  bundle.records_and_clocks();
  bundle.print();
  return bundle.missed() == 0 ? 0 : 1;
}

int run(std::span<const std::string_view> arguments) {
  if (arguments.size() >= 2 && arguments[0] == "--tamper") {
    const bool some = arguments.size() == 4 && arguments[2] == "--every";
    const int every = some ? std::atoi(std::string(arguments[3]).c_str()) : 1;
    return tamper(std::string(arguments[1]), static_cast<std::size_t>(std::max(every, 1)));
  }
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
     "evidence-bundles /tmp/runs; --tamper /tmp/runs/mt-03-raise/M-001/data: each byte of a bundle "
     "(--every N: each N-th) flipped, each record left out, each clock changed",
     run});

}  // namespace
}  // namespace lujing::accuracy
