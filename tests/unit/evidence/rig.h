// A vehicle with a journal, records in a chain, directives signed by an authority, and a key.
#pragma once

#include "platform/pki/pki.h"
#include "protocol/batch.h"
#include "protocol/directive.h"
#include "terminal/config/directive_readers.h"
#include "terminal/core/core.h"
#include "terminal/directives/folder.h"
#include "terminal/directives/whole_file.h"
#include "terminal/evidence/checkpoints.h"
#include "terminal/evidence/make.h"
#include "terminal/evidence/verify.h"
#include "tests/support/journals.h"
#include "tests/support/temp_dir.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lujing::test {

class EvidenceRig {
 public:
  static constexpr std::size_t batch_records = 20;

  EvidenceRig() {
    namespace fs = std::filesystem;
    fs::create_directories(path("directives"));
    fs::create_directories(path("journal"));
    fs::create_directories(path("scratch"));
    must(pki::create_authority(path("pki")));
    must(pki::issue_terminal(path("pki"), "M-001", path("keys")));
  }

  std::string path(const std::string& name) const { return folder_.path(name); }
  std::string read(const std::string& name) const {
    return *directives::read_whole(path(name), 64u << 20);
  }

  /// The body lies in the vehicle's folder, its head is signed; to be said in a ride.
  hal::DirectiveInForce directive(DirectiveKind kind, std::uint64_t version,
                                  const std::string& body) {
    protocol::DirectiveHead head{
        to_string(kind), version, protocol::sha256_of(body), body.size(), {}};
    head.signature = *pki::sign_directive(path("pki"), head.name, version, body);
    directives::Folder folder(path("directives"), 1u << 20);
    must(folder.keep_body(head.sha256, body));
    must(folder.put_in_force(head));
    return {kind, version, head.sha256};
  }

  /// What the vehicle wrote down of this ride: its journal, and its records in batches of 20.
  void drive(const core::CoreConfig& config, const std::vector<hal::Observation>& told) {
    std::filesystem::remove(path("journal/a.ljj"));
    write_journal(path("journal/a.ljj"), config, told);
    core::Core core(config, config::directive_inputs(
                                std::make_shared<directives::FolderLibrary>(path("directives"))));
    records_.clear();
    for (const hal::Observation& observation : told) core.take(observation, records_);
    packed_ = pack(records_);
    std::filesystem::remove_all(path("checkpoints"));
    sign_after(1);
  }
  static std::vector<std::string> pack(const std::vector<protocol::Record>& records) {
    std::vector<std::string> packed;
    protocol::Hash chain{};
    for (std::size_t at = 0; at < records.size(); at += batch_records) {
      const std::size_t count = std::min<std::size_t>(batch_records, records.size() - at);
      const auto batch = protocol::seal(7, at + 1, chain, {records.data() + at, count});
      chain = batch.chain_after;
      packed.push_back(protocol::encode(batch));
    }
    return packed;
  }

  const std::vector<protocol::Record>& records() const { return records_; }
  const std::vector<std::string>& packed() const { return packed_; }

  evidence::MakeInputs inputs(const evidence::AlarmId& alarm) const {
    return {alarm,
            packed_,
            path("journal"),
            path("directives"),
            path("checkpoints"),
            path("scratch"),
            read("keys/terminal.crt"),
            read("keys/terminal.key"),
            utc_now()};
  }
  evidence::VerifyOptions options() const { return {read("pki/ca.crt"), {}, path("scratch"), {}}; }

  /// Where the chain stands after these rows, signed at the time of its last record.
  std::optional<protocol::Checkpoint> sign_after(std::size_t rows) const {
    const std::vector<std::string> held(packed_.begin(),
                                        packed_.begin() + static_cast<std::ptrdiff_t>(rows));
    const auto last = *protocol::decode(held.back());
    const auto made = evidence::sign_where_it_stands(
        path("checkpoints"), held, read("keys/terminal.crt"), read("keys/terminal.key"),
        UtcTime{last.records.back().record.stamp.utc_ms.value_or(0)});
    must(made);
    return *made;
  }

  /// "whole", or the items that are not good with what was said of them; or why it does not read.
  std::string verify(std::string_view bytes) const {
    const auto bundle = protocol::read_evidence(bytes);
    if (!bundle) return "unreadable: " + bundle.error().what();
    const auto verdict = evidence::verify_evidence(*bundle, options());
    if (verdict.whole()) return "whole";
    std::string text;
    for (const auto& check : verdict.checks) {
      if (check.outcome == evidence::Outcome::open) text += "open ";
      if (check.outcome != evidence::Outcome::good) text += check.item + ": " + check.said + "\n";
    }
    return text;
  }

 private:
  template <class T>
  static void must(const Result<T>& done) {
    if (!done) throw std::runtime_error(done.error().what());
  }

  tests::TempDir folder_;
  std::vector<protocol::Record> records_;
  std::vector<std::string> packed_;
};

inline const char* const fences_document =
    R"({"type":"FeatureCollection","version":5,"features":[)"
    R"({"type":"Feature","properties":{"id":"A","zone":"loading","radius_m":100},)"
    R"("geometry":{"type":"Point","coordinates":[114.8,30.4]}},)"
    R"({"type":"Feature","properties":{"id":"D","zone":"unloading","radius_m":100},)"
    R"("geometry":{"type":"Point","coordinates":[114.8104,30.4]}}]})";

inline const char* const permits_document =
    "version = 3\n[[permit]]\nid = \"P1\"\nloading = [\"A\"]\nunloading = [\"D\"]\n";

inline core::CoreConfig hauling_truck() {
  core::CoreConfig config = muck_truck();
  config.haul.enabled = true;
  config.haul.vehicle = "M-001";
  return config;
}

/// Empty at the site A, after some minutes of standing there.
inline Ride ride_at_site(EvidenceRig& rig) {
  Ride ride;
  ride.boot();
  ride.say(rig.directive(DirectiveKind::fences, 5, fences_document));
  ride.say(rig.directive(DirectiveKind::permits, 3, permits_document));
  ride.hoist(SwitchState::off).cover(SwitchState::off).load(0.02).wheels_kmh(0);
  ride.gnss(30.4, 114.8, "2026-05-01T02:00:00Z").heading(1, 0, pi / 2).pass(200);
  return ride;
}

/// Loaded at the site, sealed, tipped halfway where nobody may.
inline Ride dumping_ride(EvidenceRig& rig) {
  Ride ride = ride_at_site(rig);
  ride.load(0.9).pass(10).cover(SwitchState::on).pass(20);
  ride.wheels_kmh(36).pass(50).wheels_kmh(0).pass(5);
  ride.hoist(SwitchState::on).pass(3).load(0.01).pass(20);
  ride.hoist(SwitchState::off).pass(90);
  return ride;
}

}  // namespace lujing::test
