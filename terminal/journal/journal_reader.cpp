#include "terminal/journal/journal_reader.h"

#include "terminal/journal/journal_ring.h"
#include "terminal/journal/observation_codec.h"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace lujing::journal {
namespace {

namespace fs = std::filesystem;

}  // namespace

Result<std::vector<std::string>> journal_files(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (!fs::exists(path, error)) return Error(path + ": there is no such file or folder");
    return std::vector<std::string>{path};
  }
  std::vector<std::string> files;
  for (const Segment& segment : list_segments(path)) files.push_back(segment.path);
  std::vector<std::string> others;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    const std::string file = at->path().string();
    if (file.ends_with(".ljj") && std::find(files.begin(), files.end(), file) == files.end()) {
      others.push_back(file);
    }
  }
  if (error) return Error(path + ": cannot be listed: " + error.message());
  std::sort(others.begin(), others.end());
  files.insert(files.end(), others.begin(), others.end());
  if (files.empty()) return Error(path + ": there is no journal (*.ljj) in this folder");
  return files;
}

struct Journal::Impl {
  std::vector<std::string> files;
  std::size_t next_file = 0;
  std::optional<protocol::JournalReader> reader;
  protocol::JournalHeader header;
  std::string file;
  std::uint64_t file_number = 0;
  std::vector<hal::Observation> held;
  std::size_t read = 0;
  Damage closed;         ///< of the files before this one
  mutable Damage total;  ///< with this one
  std::string last_error;

  bool open_next() {
    while (next_file < files.size()) {
      auto opened = protocol::JournalReader::open(files[next_file]);
      ++next_file;
      if (!opened) {
        ++closed.files;
        last_error = opened.error().what();
        continue;
      }
      reader.emplace(std::move(opened).value());
      header = reader->header();
      file = files[next_file - 1];
      ++file_number;
      return true;
    }
    return false;
  }

  void close() {
    closed.blocks += reader->damage().blocks;
    closed.bytes += reader->damage().bytes;
    reader.reset();
  }
};

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal> Journal::open(const std::string& path) {
  auto files = journal_files(path);
  if (!files) return files.error();
  auto impl = std::make_unique<Impl>();
  impl->files = std::move(files).value();
  if (!impl->open_next()) return Error(impl->last_error);
  return Journal(std::move(impl));
}

const protocol::JournalHeader& Journal::header() const {
  return impl_->header;
}
const std::string& Journal::file() const {
  return impl_->file;
}
std::uint64_t Journal::file_number() const {
  return impl_->file_number;
}

bool Journal::next(hal::Observation& observation) {
  Impl& in = *impl_;
  while (in.read == in.held.size()) {
    in.held.clear();
    in.read = 0;
    if (!in.reader && !in.open_next()) return false;
    std::string_view entry;
    if (!in.reader->next(entry)) {
      in.close();
      continue;
    }
    const DecodeOutcome outcome = decode_observations(entry, in.held);
    in.closed.items += outcome.skipped;
    if (outcome.damaged) ++in.closed.entries;
  }
  observation = in.held[in.read++];
  return true;
}

const Damage& Journal::damage() const {
  impl_->total = impl_->closed;
  if (impl_->reader) {
    impl_->total.blocks += impl_->reader->damage().blocks;
    impl_->total.bytes += impl_->reader->damage().bytes;
  }
  return impl_->total;
}

}  // namespace lujing::journal
