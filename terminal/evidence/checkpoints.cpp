#include "terminal/evidence/checkpoints.h"

#include "protocol/batch.h"
#include "protocol/evidence.h"
#include "terminal/directives/whole_file.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace lujing::evidence {
namespace {

namespace fs = std::filesystem;

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

std::optional<std::string> newest_checkpoint(const std::string& folder, std::uint64_t epoch,
                                             std::uint64_t first_seq, std::uint64_t before_seq) {
  const std::string first = checkpoint_name(epoch, first_seq);
  const std::string before = checkpoint_name(epoch, before_seq);
  std::string best;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    const std::string name = at->path().filename().string();
    const bool is_one = name.size() == first.size() && name.ends_with(".ljc");
    if (is_one && name >= first && name < before && name > best) best = name;
  }
  if (best.empty()) return std::nullopt;
  auto bytes = directives::read_whole(folder + "/" + best, protocol::max_checkpoint_bytes);
  if (!bytes || !protocol::read_checkpoint(*bytes)) return std::nullopt;
  return std::move(*bytes);
}

}  // namespace lujing::evidence
