#include "terminal/evidence/keeper.h"

#include "terminal/directives/whole_file.h"
#include "terminal/evidence/checkpoints.h"
#include "terminal/evidence/make.h"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

namespace lujing::evidence {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_waiting = 256;
constexpr std::chrono::seconds until_open{5};  ///< the outbox may not be open yet
constexpr int tries_to_open = 60;
constexpr std::chrono::seconds until_first_record{2};
constexpr int nice = 10;
constexpr std::string_view why_suffix = ".why";

struct Waiting {
  AlarmId alarm;
  Clock::time_point due;
};

}  // namespace

struct Keeper::Impl {
  explicit Impl(KeeperOptions o)
      : options(std::move(o)),
        folder(options.data_dir + "/evidence"),
        checkpoints(options.data_dir + "/checkpoints") {
    thread = std::thread([this] { run(); });
  }

  void run();
  void wait_for(const AlarmId& alarm);
  void catch_up();
  bool pause(std::chrono::milliseconds time);
  void make(const AlarmId& alarm, const std::vector<std::string>* rows);
  Result<std::string> bundle(const AlarmId& alarm, const std::vector<std::string>& rows,
                             bool& refused);
  static bool tells_all(const std::string& path, const FoundAlarm& alarm);
  void make_room() const;
  void count(std::uint64_t KeeperStats::*what);
  void sign_checkpoint();

  KeeperOptions options;
  std::string folder;
  std::string checkpoints;  ///< likewise
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Waiting> waiting;
  KeeperStats stats;
  bool stopping = false;
  Clock::time_point checkpoint_due = Clock::now();  ///< the keeper's thread only
  std::thread thread;
};

void Keeper::Impl::run() {
  (void)::setpriority(PRIO_PROCESS, 0, nice);  // Linux: of this thread; the core comes first
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  catch_up();
  std::unique_lock lock(mutex);
  while (!stopping) {
    if (Clock::now() >= checkpoint_due) {
      lock.unlock();
      sign_checkpoint();
      lock.lock();
      continue;
    }
    const bool due = !waiting.empty() && Clock::now() >= waiting.front().due;
    if (!due) {
      changed.wait_until(
          lock, waiting.empty() ? checkpoint_due : std::min(checkpoint_due, waiting.front().due));
      continue;
    }
    const AlarmId alarm = std::move(waiting.front().alarm);
    waiting.pop_front();
    lock.unlock();
    make(alarm, nullptr);
    lock.lock();
  }
}

/// False: stop.
bool Keeper::Impl::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex);
  return !changed.wait_for(lock, time, [this] { return stopping; });
}

/// Alarms of earlier runs that have no bundle, as far as their records are still held.
void Keeper::Impl::catch_up() {
  Result<std::vector<std::string>> rows = options.look_back(0, 0);
  for (int n = 0; !rows && n < tries_to_open; ++n) {
    if (!pause(until_open)) return;
    rows = options.look_back(0, 0);
  }
  if (!rows) return;
  for (const FoundAlarm& found : alarms_in(*rows)) {
    if (!pause(std::chrono::milliseconds(0))) return;
    std::unique_lock lock(mutex);
    const bool comes = std::any_of(waiting.begin(), waiting.end(),
                                   [&](const Waiting& w) { return w.alarm == found.id; });
    lock.unlock();
    const std::string path = folder + "/" + file_name(found.id);
    std::error_code ignored;
    const bool done = fs::exists(path + std::string(why_suffix), ignored) || tells_all(path, found);
    if (!comes && !done) make(found.id, &*rows);
  }
}

void Keeper::Impl::sign_checkpoint() {
  checkpoint_due = Clock::now() + options.checkpoint_every;
  constexpr std::uint64_t most_pem_bytes = 1u << 20;
  const auto certificate = directives::read_whole(options.certificate, most_pem_bytes);
  const auto key = directives::read_whole(options.key, most_pem_bytes);
  // The newest row is enough.
  const auto rows = options.look_back(UINT64_MAX, INT64_MAX);
  for (const Error* why : {certificate ? nullptr : &certificate.error(),
                           key ? nullptr : &key.error(), rows ? nullptr : &rows.error()}) {
    if (why == nullptr) continue;
    options.log(std::string("checkpoint: ") + why->what());
    return;
  }
  const auto made = sign_where_it_stands(checkpoints, *rows, *certificate, *key, utc_now());
  if (!made) {
    options.log("checkpoint: " + made.error().what());
    return count(&KeeperStats::errors);
  }
  if (*made) count(&KeeperStats::checkpoints);
  // A new terminal has said nothing yet: its first records are not left unsigned for long.
  if (rows->empty()) checkpoint_due = Clock::now() + until_first_record;
}

/// Made, and with the alarm's end as far as it is known. Its begin tells: there may be many.
bool Keeper::Impl::tells_all(const std::string& path, const FoundAlarm& alarm) {
  const auto begin = directives::read_begin(path, protocol::evidence_begin_bytes);
  if (!begin) return false;
  const auto manifest = protocol::read_evidence_begin(begin->bytes, begin->size);
  if (!manifest) return false;
  const bool ends =
      alarm.cleared_boot_ms && *alarm.cleared_boot_ms <= alarm.raised_boot_ms + longest_life_ms;
  return !ends || manifest->cleared_boot_ms == alarm.cleared_boot_ms;
}

void Keeper::Impl::count(std::uint64_t KeeperStats::*what) {
  const std::lock_guard lock(mutex);
  ++(stats.*what);
}

void Keeper::Impl::make(const AlarmId& alarm, const std::vector<std::string>* rows) {
  const std::string path = folder + "/" + file_name(alarm);
  Result<std::vector<std::string>> looked = std::vector<std::string>();
  if (rows == nullptr) {
    // To the last checkpoint before it.
    const std::int64_t back_ms = window_ms + options.checkpoint_every.count();
    looked = options.look_back(alarm.boot_id, alarm.since_boot_ms - back_ms);
    rows = looked ? &*looked : nullptr;
  }
  bool refused = false;
  auto bytes =
      rows == nullptr ? Result<std::string>(looked.error()) : bundle(alarm, *rows, refused);
  Result<void> written;
  if (bytes) written = directives::write_whole(path, *bytes);
  if (bytes && written) {
    options.log("evidence: " + path);
    make_room();
    return count(&KeeperStats::made);
  }
  const std::string why = bytes ? written.error().what() : bytes.error().what();
  options.log("evidence: none of " + file_name(alarm) + ": " + why);
  // Not tried again at each start.
  if (refused) (void)directives::write_whole(path + std::string(why_suffix), why + "\n");
  count(refused ? &KeeperStats::refused : &KeeperStats::errors);
}

Result<std::string> Keeper::Impl::bundle(const AlarmId& alarm, const std::vector<std::string>& rows,
                                         bool& refused) {
  constexpr std::uint64_t most_pem_bytes = 1u << 20;
  auto certificate = directives::read_whole(options.certificate, most_pem_bytes);
  if (!certificate) return certificate.error();
  auto key = directives::read_whole(options.key, most_pem_bytes);
  if (!key) return key.error();
  auto made =
      make_evidence({alarm, rows, options.data_dir + "/journal", options.data_dir + "/directives",
                     checkpoints, folder, std::move(*certificate), std::move(*key), utc_now()});
  refused = !made;
  if (!made) return made.error();
  return std::move(made->bytes);
}

void Keeper::Impl::make_room() const {
  struct File {
    fs::file_time_type when;
    fs::path path;
    std::uint64_t bytes = 0;
  };
  std::vector<File> files;
  std::uint64_t total = 0;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::error_code gone;
    const File file{fs::last_write_time(at->path(), gone), at->path(),
                    fs::file_size(at->path(), gone)};
    if (gone) continue;
    total += file.bytes;
    files.push_back(file);
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.when < b.when; });
  for (const File& file : files) {
    if (total <= options.max_bytes) return;
    std::error_code ignored;
    if (fs::remove(file.path, ignored)) total -= file.bytes;
  }
}

/// Where it waits already (it was raised a moment ago), one bundle tells both.
void Keeper::Impl::wait_for(const AlarmId& alarm) {
  const std::lock_guard lock(mutex);
  const auto before = std::find_if(waiting.begin(), waiting.end(),
                                   [&](const Waiting& w) { return w.alarm == alarm; });
  if (before != waiting.end()) waiting.erase(before);
  if (waiting.size() >= most_waiting) return;  // at the next start
  waiting.push_back({alarm, Clock::now() + options.wait});
  changed.notify_all();
}

Keeper::Keeper(KeeperOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Keeper::~Keeper() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->changed.notify_all();
  }
  impl_->thread.join();
}

void Keeper::hear(std::span<const protocol::Record> records) {
  for (const protocol::Record& record : records) {
    const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload);
    const bool told = alarm != nullptr && (alarm->state == protocol::AlarmState::raised ||
                                           alarm->state == protocol::AlarmState::cleared);
    if (told) impl_->wait_for({record.stamp.boot_id, alarm->rule, alarm->since_boot_ms});
  }
}

KeeperStats Keeper::stats() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->stats;
}

}  // namespace lujing::evidence
