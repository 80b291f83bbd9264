// What the devices said, by which directives, and whether that leads to the alarm.
#include "protocol/directive.h"
#include "terminal/directives/folder.h"
#include "terminal/directives/whole_file.h"
#include "terminal/evidence/verifier.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

namespace lujing::evidence {
namespace {

/// The core's clock ticks once a second: a longer silence is a hole.
constexpr std::int64_t longest_silence_ms = 5'000;

/// The heads that lie beside the bodies; what does not read is none.
std::vector<protocol::DirectiveHead> heads_in(const std::string& folder) {
  std::vector<protocol::DirectiveHead> found;
  std::error_code problem;
  if (folder.empty()) return found;
  for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    if (at->path().extension() != ".directive") continue;
    const auto text = directives::read_whole(at->path().string(), 64u << 10);
    if (!text) continue;
    if (auto head = protocol::parse_directive_head(*text)) found.push_back(std::move(*head));
  }
  return found;
}

}  // namespace

bool Verifier::names(const std::string& name, const Sha256& sha256) const {
  return std::any_of(m_.directives.begin(), m_.directives.end(),
                     [&](const protocol::EvidenceDirective& one) {
                       return one.name == name && one.sha256 == sha256;
                     });
}

/// Empty: the manifest names what the terminal was told, and nothing else.
std::string Verifier::directives_problem(const std::vector<hal::DirectiveInForce>& told) const {
  for (const hal::DirectiveInForce& one : told) {
    if (m_.directives.size() < most_evidence_directives && !names(to_string(one.kind), one.sha256))
      return std::string("the terminal was told ") + to_string(one.kind) + " " +
             std::to_string(one.version) + ", which the manifest does not name";
  }
  for (const protocol::EvidenceDirective& directive : m_.directives) {
    const bool known = std::any_of(told.begin(), told.end(), [&](const hal::DirectiveInForce& one) {
      return to_string(one.kind) == directive.name && one.version == directive.version &&
             one.sha256 == directive.sha256;
    });
    if (!known)
      return "the manifest names " + directive.name + " " + std::to_string(directive.version) +
             " with a body that the terminal was never told";
  }
  return {};
}

void Verifier::check_directives() {
  const auto authority = protocol::DirectiveAuthority::from_pem(options_.authority_pem);
  for (std::size_t i = 0; i < in_.parts.size(); ++i) {
    if (m_.parts[i].part == EvidencePart::body)
      bodies_->put(protocol::sha256_of(in_.parts[i]), std::string(in_.parts[i]));
  }
  if (!options_.directives.empty())
    bodies_->beside(std::make_shared<directives::FolderLibrary>(options_.directives));
  const auto beside = heads_in(options_.directives);
  for (const protocol::EvidenceDirective& directive : m_.directives) {
    const std::string what = directive.name + " " + std::to_string(directive.version);
    const bool here = directive.sha256 == sha256_of_nothing || bodies_->find(directive.sha256);
    const std::string body = here ? "" : "; its body is not in the bundle";
    const auto text = in_.part(EvidencePart::head, directive.name);
    auto head = text ? protocol::parse_directive_head(*text)
                     : Result<protocol::DirectiveHead>(Error("none"));
    if (head && !names(directive.name, head->sha256)) {
      say("directive", false, what + ": the authority signed another body than this" + body);
      continue;
    }
    const auto is_this = [&](const protocol::DirectiveHead& one) {
      return one.name == directive.name && one.version == directive.version &&
             one.sha256 == directive.sha256;
    };
    if (!head || head->sha256 != directive.sha256) {
      const auto at = std::find_if(beside.begin(), beside.end(), is_this);
      if (at == beside.end()) {
        say("directive", Outcome::open,
            what +
                ": the authority's signature is not in the bundle: that it is the authority's "
                "is not proven; give the folder with its head (*.directive) with --directives" +
                body);
        continue;
      }
      head = *at;
    }
    const bool good = authority && authority->signed_this(*head) && is_this(*head);
    say("directive", good,
        what + (good ? ": signed by the authority" : ": not signed by the authority") + body);
  }
}

/// Empty: it is whole.
std::string Verifier::journal_problem(journal::Journal& journal) {
  if (journal.header().terminal_id != m_.terminal) {
    return "it is " + journal.header().terminal_id + "'s";
  }
  hal::Observation observation;
  std::optional<std::int64_t> tick_ms;
  std::vector<hal::DirectiveInForce> told;
  std::string problem;
  while (journal.next(observation)) {
    ++observations_;
    const std::int64_t at_ms = observation.at.ms();
    if (observations_ == 1) journal_begin_ms_ = at_ms;
    journal_end_ms_ = at_ms;
    if (const auto* boot = std::get_if<hal::Boot>(&observation.what)) {
      if (boot->boot_id != m_.boot_id) problem = "it is of another boot";
      if (observations_ > 1) problem = "the terminal starts again in the middle of it";
    }
    if (const auto* one = std::get_if<hal::DirectiveInForce>(&observation.what))
      told.push_back(*one);
    if (!std::holds_alternative<hal::ClockTick>(observation.what)) continue;
    const bool inside = tick_ms && at_ms >= m_.from_boot_ms && at_ms <= m_.to_boot_ms;
    if (tick_ms && at_ms < *tick_ms) problem = "its clock goes back at " + seconds(at_ms);
    if (inside && at_ms - *tick_ms > longest_silence_ms)
      problem = seconds(at_ms - *tick_ms) + " are missing before " + seconds(at_ms);
    if (!tick_ms && at_ms > m_.from_boot_ms + longest_silence_ms)
      problem = "it begins after the window";
    tick_ms = at_ms;
  }
  if (journal.damage().any()) problem = "a part of it does not read";
  if (problem.empty() && (!tick_ms || *tick_ms < m_.to_boot_ms - longest_silence_ms))
    problem = "it ends before the window does";
  if (problem.empty() && observations_ != m_.observations)
    problem = std::to_string(m_.observations) + " observations were signed, " +
              std::to_string(observations_) + " are in it";
  if (problem.empty() && m_.whole_run && journal_begin_ms_ != m_.begin_boot_ms)
    problem = "it begins at " + seconds(journal_begin_ms_) + ", and the manifest says " +
              seconds(m_.begin_boot_ms);
  return problem.empty() ? directives_problem(told) : problem;
}

void Verifier::check_journal() {
  const auto bytes = in_.part(EvidencePart::journal);
  if (!bytes) return say("observations", false, "there is no journal");
  std::string path = options_.scratch + "/lujing-verify-XXXXXX";
  const int fd = ::mkstemp(path.data());
  if (fd < 0) return say("observations", false, options_.scratch + ": cannot be written to");
  ::close(fd);
  journal_path_ = path;
  {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
    if (!file.flush()) return say("observations", false, path + ": cannot be written");
  }
  auto journal = journal::Journal::open(path);
  if (!journal) return say("observations", false, journal.error().what());
  const std::string problem = journal_problem(*journal);
  if (!problem.empty()) return say("observations", false, problem);
  say("observations", true,
      std::to_string(observations_) + ", " + seconds(m_.to_boot_ms - m_.from_boot_ms) +
          " of evidence after " + seconds(m_.from_boot_ms - m_.begin_boot_ms) + " of warm-up" +
          (m_.whole_run ? ", from the terminal's start" : ""));
}

/// "roads 3, permits 2": bodies that the journal names and nobody has brought.
std::string Verifier::missing_bodies() const {
  std::string text;
  for (const protocol::EvidenceDirective& directive : m_.directives) {
    if (directive.sha256 == sha256_of_nothing || bodies_->find(directive.sha256)) continue;
    text += (text.empty() ? "" : ", ") + directive.name + " " + std::to_string(directive.version);
  }
  return text;
}

/// "20 track, 2 state; the first is record 1733"
std::string Verifier::kinds_of(const std::vector<std::uint64_t>& seqs) const {
  std::map<std::string, int> kinds;
  for (const auto& [seq, record] : records_) {
    if (std::binary_search(seqs.begin(), seqs.end(), seq))
      ++kinds[protocol::kind_name(record.payload)];
  }
  std::string text;
  for (const auto& [kind, count] : kinds)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  return text + "; the first is record " + std::to_string(seqs.front());
}

/// What was not given cannot be held against a bundle, nor does it prove anything. Empty: all of
/// it was given.
std::string Verifier::not_given() const {
  const std::string bodies = missing_bodies();
  if (!bodies.empty())
    return " without the body of " + bodies + " (give it with --directives FOLDER)";
  return m_.whole_run ? "" : " (its journal does not begin with the terminal's start)";
}

void Verifier::check_replay() {
  const RecordWindow window{m_.boot_id, m_.from_boot_ms, m_.to_boot_ms};
  const auto said = reproduce(journal_path_, *alarm_, records_, window, bodies_);
  if (!said) return say("replay", false, said.error().what());
  replayed_ = *said;
  const std::string without = not_given();
  const Outcome wrong = without.empty() ? Outcome::bad : Outcome::open;
  if (!said->same_alarm)
    return say("replay", missing_bodies().empty() ? Outcome::bad : wrong,
               (said->instead.empty() ? "it does not lead to the alarm"
                                      : "it leads to another alarm: " + said->instead) +
                   without);
  const std::string found = "leads to the same alarm, byte for byte, and to " +
                            std::to_string(said->same_records) + " of the window's " +
                            std::to_string(said->same_records + said->missing.size()) + " records";
  if (said->all()) return say("replay", true, found);
  std::string but;
  if (!said->missing.empty()) but = "; not to " + kinds_of(said->missing);
  if (!said->beyond.empty()) but += "; to one that is not among them: " + said->beyond.front();
  if (said->moved) but = "; record " + std::to_string(*said->moved) + " is not in its place";
  say("replay", wrong, found + without + but);
}

/// The replay is held against the window's records. One before or behind them that was left out,
/// and the chain made anew with the terminal's key, is seen by who has it otherwise: a checkpoint,
/// the books, or the observations where they lead from the run's start to all of it.
void Verifier::check_complete() {
  const RecordWindow window{m_.boot_id, m_.from_boot_ms, m_.to_boot_ms};
  const bool reliable = replayed_ && replayed_->all() && not_given().empty();
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::size_t open = 0;
  for (const auto& [seq, record] : records_) {
    const bool led_to = reliable && seq >= replayed_->run_first && seq <= replayed_->run_last;
    const bool held =
        window.holds(record) || led_to || seq <= checkpoint_seq_ || in_books_.contains(seq);
    if (held) continue;
    ++open;
    first = first == 0 ? seq : first;
    last = seq;
  }
  if (open == 0)
    return say("complete", true,
               "also outside of the alarm's window each record is led to by the observations, "
               "booked, or under a checkpoint");
  const std::string which = std::to_string(open) + " records of " + std::to_string(first) + " to " +
                            std::to_string(last) + ", outside of the alarm's window, ";
  const bool before = reliable && replayed_->departs_before && first < replayed_->run_first;
  const bool behind = reliable && replayed_->departs_behind && last > replayed_->run_last;
  if (before || behind) {
    const std::uint64_t at = before ? replayed_->run_first - 1 : replayed_->run_last;
    return say("complete", false,
               "between record " + std::to_string(at) + " and " + std::to_string(at + 1) +
                   " the observations lead to others: a record is left out, changed or made up");
  }
  say("complete", Outcome::open,
      which +
          "are led to by no observations here, and no checkpoint and no books hold them: who "
          "has the terminal's key could have left some out; hold them against the platform's "
          "books with --ledger");
}

}  // namespace lujing::evidence
