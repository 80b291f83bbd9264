#include "terminal/journal/journal_ring.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>

namespace lujing::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "seg-";
constexpr std::string_view suffix = ".ljj";
constexpr std::size_t boot_digits = 16;
/// Below this much room a write error is a full disk: the oldest segment makes room.
constexpr std::uint64_t full_disk_bytes = 1 << 20;
/// About a minute of failures: whatever ails the present file, the next one is another.
constexpr std::uint64_t failures_for_a_new_file = 60;

std::string segment_name(std::uint64_t boot_id, std::uint64_t number) {
  char name[64];
  std::snprintf(name, sizeof name, "seg-%016llx-%08llu.ljj",
                static_cast<unsigned long long>(boot_id), static_cast<unsigned long long>(number));
  return name;
}

std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  name.remove_suffix(suffix.size());
  if (name.size() < boot_digits + 2 || name[boot_digits] != '-') return std::nullopt;
  name.remove_prefix(boot_digits + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

bool disk_is_full(const std::string& folder) {
  struct statvfs room {};
  if (::statvfs(folder.c_str(), &room) != 0) return false;
  return static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize < full_disk_bytes;
}

}  // namespace

std::vector<Segment> list_segments(const std::string& folder) {
  std::vector<Segment> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto number = segment_number(at->path().filename().string());
    if (!number) continue;
    std::error_code unreadable;
    const std::uintmax_t bytes = fs::file_size(at->path(), unreadable);
    found.push_back({at->path().string(), *number, unreadable ? 0 : bytes});
  }
  std::sort(found.begin(), found.end(), [](const Segment& a, const Segment& b) {
    return a.number != b.number ? a.number < b.number : a.path < b.path;
  });
  return found;
}

JournalRing::JournalRing(RingOptions options, std::int64_t wall_utc_ms)
    : options_(std::move(options)) {
  std::error_code error;
  fs::create_directories(options_.folder, error);
  if (error) fail(Error("journal " + options_.folder + ": cannot be made: " + error.message()));
  const std::vector<Segment> found = list_segments(options_.folder);
  old_.assign(found.begin(), found.end());
  for (const Segment& segment : old_) {
    stats_.bytes += segment.bytes;
    next_number_ = std::max(next_number_, segment.number + 1);
  }
  stats_.segments = old_.size();
  make_room();
  roll(wall_utc_ms);
}

JournalRing::~JournalRing() {
  flush(true);
}

void JournalRing::append(const hal::Observation& observation) {
  encoder_.add(observation);
  if (encoder_.full()) close_entry();
}

void JournalRing::close_entry() {
  if (encoder_.empty()) return;
  if (writer_) {
    writer_->append(encoder_.bytes());
  } else {
    stats_.lost += encoder_.count();
  }
  encoder_.clear();
}

void JournalRing::flush(bool sync, std::int64_t wall_utc_ms) {
  if (!writer_ && !roll(wall_utc_ms)) {
    close_entry();
    return;
  }
  close_entry();
  const Result<void> done = writer_->flush(sync);
  const std::uint64_t bytes = writer_->bytes_written();
  stats_.bytes += bytes - present_.bytes;
  present_.bytes = bytes;
  if (!done) {
    // The writer keeps its block, within a bound, for the next try.
    fail(done.error());
    if (disk_is_full(options_.folder)) drop_oldest();
    if (++failures_in_a_row_ % failures_for_a_new_file == 0) retire();
    return;
  }
  failures_in_a_row_ = 0;
  stats_.last_error.clear();
  make_room();
  if (present_.bytes >= options_.segment_bytes) {
    retire();
    roll(wall_utc_ms);
  }
}

void JournalRing::retire() {
  writer_.reset();
  old_.push_back(present_);
  present_ = {};
}

bool JournalRing::roll(std::int64_t wall_utc_ms) {
  options_.header.created_utc_ms = wall_utc_ms;
  present_ = {};
  present_.number = next_number_;
  present_.path =
      (fs::path(options_.folder) / segment_name(options_.header.boot_id, present_.number)).string();
  auto made = protocol::JournalWriter::create(present_.path, options_.header);
  if (!made) {
    fail(made.error());
    std::error_code ignored;
    if (fs::exists(present_.path, ignored)) ++next_number_;
    if (disk_is_full(options_.folder)) drop_oldest();
    return false;
  }
  ++next_number_;
  writer_.emplace(std::move(made).value());
  present_.bytes = writer_->bytes_written();
  stats_.bytes += present_.bytes;
  stats_.segments = old_.size() + 1;
  return true;
}

/// The oldest segments go until the ring is within its size.
void JournalRing::make_room() {
  while (stats_.bytes > options_.max_bytes && drop_oldest()) {
  }
}

bool JournalRing::drop_oldest() {
  if (old_.empty()) return false;
  const Segment oldest = old_.front();
  std::error_code error;
  fs::remove(oldest.path, error);
  // One that cannot be removed is no longer counted on: trying for ever would remove nothing else.
  if (error) fail(Error("journal " + oldest.path + ": cannot be removed: " + error.message()));
  old_.pop_front();
  stats_.bytes -= std::min(stats_.bytes, oldest.bytes);
  stats_.segments = old_.size() + (writer_ ? 1 : 0);
  return true;
}

void JournalRing::fail(const Error& error) {
  ++stats_.errors;
  stats_.last_error = error.what();
}

}  // namespace lujing::journal
