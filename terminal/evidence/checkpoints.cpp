#include "terminal/evidence/checkpoints.h"

#include "protocol/batch.h"
#include "protocol/evidence.h"
#include "terminal/directives/whole_file.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace lujing::evidence {
namespace {

namespace fs = std::filesystem;

/// A receiver's time and the system's may differ by so much.
constexpr std::int64_t most_behind_ms = 3'000;
constexpr std::int64_t clock_unset_ms = 1'577'836'800'000;  ///< 2020

/// Names sort as the records do, within an epoch.
std::string checkpoint_name(std::uint64_t epoch, std::uint64_t seq) {
  char name[64] = {};
  std::snprintf(name, sizeof name, "%016llx-%020llu.ljc", static_cast<unsigned long long>(epoch),
                static_cast<unsigned long long>(seq));
  return name;
}

struct Kept {
  fs::path path;
  fs::file_time_type when;
};

void give_up_the_oldest(const std::string& folder) {
  std::vector<Kept> kept;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::error_code gone;
    if (at->path().extension() == ".ljc") {
      kept.push_back({at->path(), fs::last_write_time(at->path(), gone)});
    }
  }
  if (kept.size() <= most_checkpoints) return;
  std::sort(kept.begin(), kept.end(), [](const Kept& a, const Kept& b) { return a.when < b.when; });
  for (std::size_t i = 0; i + most_checkpoints < kept.size(); ++i) {
    fs::remove(kept[i].path, problem);
  }
}

/// Of an epoch, as the records are.
std::vector<std::string> names_of(const std::string& folder, std::uint64_t epoch) {
  const std::string prefix = checkpoint_name(epoch, 0).substr(0, 17);
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::string name = at->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".ljc")) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// nullopt: damaged, or its time cannot be: the clock was set since.
std::optional<KeptCheckpoint> read_kept(const std::string& path, UtcTime now) {
  auto bytes = directives::read_whole(path, protocol::max_checkpoint_bytes);
  if (!bytes) return std::nullopt;
  const auto view = protocol::read_checkpoint(*bytes);
  if (!view) return std::nullopt;
  const protocol::Checkpoint& one = view->checkpoint;
  const bool before_its_record = one.utc_ms && one.made_utc_ms > clock_unset_ms &&
                                 one.made_utc_ms + most_behind_ms < *one.utc_ms;
  if (before_its_record || one.made_utc_ms > now.ms) return std::nullopt;
  return KeptCheckpoint{one.seq, one.made_utc_ms, *bytes};
}

}  // namespace

Result<std::optional<protocol::Checkpoint>> sign_where_it_stands(
    const std::string& folder, const std::vector<std::string>& records,
    const std::string& certificate_pem, const std::string& key_pem, UtcTime now) {
  if (records.empty()) return std::optional<protocol::Checkpoint>();
  const auto batch = protocol::decode(records.back());
  if (!batch) return batch.error();
  const std::string path = folder + "/" + checkpoint_name(batch->epoch, batch->last_seq);
  std::error_code problem;
  if (batch->records.empty() || fs::exists(path, problem)) {
    return std::optional<protocol::Checkpoint>();
  }
  auto terminal = protocol::evidence_subject(certificate_pem);
  if (!terminal) return terminal.error();
  const protocol::Stamp& stamp = batch->records.back().record.stamp;
  protocol::Checkpoint checkpoint{*terminal,     batch->epoch,  batch->last_seq, batch->chain_after,
                                  stamp.boot_id, stamp.boot_ms, stamp.utc_ms,    now.ms};
  auto file = protocol::sign_checkpoint(key_pem, checkpoint);
  if (!file) return file.error().in("the terminal's key");
  fs::create_directories(folder, problem);
  if (auto written = directives::write_whole(path, *file); !written) return written.error();
  give_up_the_oldest(folder);
  return std::optional(std::move(checkpoint));
}

AroundAlarm checkpoints_around(const std::string& folder, std::uint64_t epoch,
                               const HeldRecords& held, std::optional<std::int64_t> raised_utc_ms,
                               UtcTime now) {
  const std::vector<std::string> names = names_of(folder, epoch);
  const auto alarm =
      std::lower_bound(names.begin(), names.end(), checkpoint_name(epoch, held.alarm_seq));
  AroundAlarm around;
  for (auto at = alarm; at != names.begin() && !around.before;) {
    if (*--at < checkpoint_name(epoch, held.oldest_seq)) break;
    auto read = read_kept(folder + "/" + *at, now);
    const bool late = read && raised_utc_ms && read->made_utc_ms > *raised_utc_ms + most_behind_ms;
    if (!late) around.before = std::move(read);
  }
  const std::string last = checkpoint_name(epoch, held.last_seq);
  for (auto at = alarm; at != names.end() && *at <= last && !around.after; ++at) {
    around.after = read_kept(folder + "/" + *at, now);
  }
  return around;
}

}  // namespace lujing::evidence
