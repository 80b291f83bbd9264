#include "terminal/directives/folder.h"

#include "protocol/chain.h"
#include "terminal/directives/whole_file.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

namespace lujing::directives {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view head_suffix = ".directive";
constexpr std::string_view body_suffix = ".body";
constexpr std::uint64_t max_head_bytes = 4096;

/// The names in a folder, in order; none where it cannot be read.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    names.push_back(at->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> checked_body(const std::string& folder, const Sha256& sha256,
                                 std::uint64_t most) {
  const std::string path = body_path(folder, sha256);
  auto body = read_whole(path, most);
  if (!body) return body.error();
  if (protocol::sha256_of(*body) != sha256)
    return Error(path + ": is damaged, its hash is another");
  return body;
}

}  // namespace

std::string body_path(const std::string& folder, const Sha256& sha256) {
  return folder + "/" + protocol::to_hex(sha256) + std::string(body_suffix);
}

std::string folder_beside(const std::string& journal_path) {
  std::error_code ignored;
  fs::path path = fs::absolute(journal_path, ignored).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return (path.parent_path() / "directives").string();
}

core::DirectiveBody FolderLibrary::find(const Sha256& sha256) const {
  auto body = checked_body(folder_, sha256, protocol::max_directive_bytes);
  return body ? std::make_shared<const std::string>(std::move(*body)) : nullptr;
}

Folder::Folder(std::string path, std::uint64_t max_bytes)
    : path_(std::move(path)), max_bytes_(max_bytes) {}

std::string Folder::head_path(const std::string& name) const {
  return path_ + "/" + name + std::string(head_suffix);
}

Folder::Found Folder::open(const protocol::DirectiveAuthority* authority) {
  Found found;
  std::error_code problem;
  fs::create_directories(path_, problem);
  if (problem) found.troubles.push_back(path_ + ": " + problem.message());
  for (const std::string& name : names_in(path_)) {
    if (name.ends_with(unfinished_suffix)) {
      fs::remove(path_ + "/" + name, problem);
    } else if (name.ends_with(head_suffix)) {
      read_head(path_ + "/" + name, authority, found);
    }
  }
  make_room(found.in_force);
  return found;
}

void Folder::read_head(const std::string& path, const protocol::DirectiveAuthority* authority,
                       Found& found) const {
  const auto give_up = [&](const std::string& file, const std::string& why) {
    const std::string aside = move_aside(file);
    found.troubles.push_back(why + "; it is now " + aside +
                             ", and the platform sends that directive again");
    ++found.moved_aside;
  };
  const auto text = read_whole(path, max_head_bytes);
  if (!text) return give_up(path, text.error().what());
  auto head = protocol::parse_directive_head(*text);
  if (!head) return give_up(path, path + " " + head.error().what());
  if (path != head_path(head->name)) return give_up(path, path + " is the head of " + head->name);
  if (authority != nullptr && !authority->signed_this(*head)) {
    return give_up(path, path + " is not signed by the authority of this vehicle");
  }
  if (!head->withdraws()) {
    if (const auto good = body(*head); !good) {
      std::error_code ignored;
      const std::string file = body_path(path_, head->sha256);
      if (fs::exists(file, ignored)) give_up(file, good.error().what());
      return give_up(path, path + " has no body: " + good.error().what());
    }
  }
  found.in_force.push_back(std::move(*head));
}

Result<std::string> Folder::body(const protocol::DirectiveHead& head) const {
  if (head.withdraws()) return std::string();
  return checked_body(path_, head.sha256, head.bytes);
}

Result<void> Folder::keep_body(const Sha256& sha256, std::string_view body) {
  if (body.empty() || checked_body(path_, sha256, body.size())) return {};
  return write_whole(body_path(path_, sha256), body);
}

Result<void> Folder::put_in_force(const protocol::DirectiveHead& head) {
  return write_whole(head_path(head.name), protocol::to_text(head));
}

void Folder::make_room(const std::vector<protocol::DirectiveHead>& in_force) const {
  struct Old {
    fs::file_time_type when;
    std::string path;
    std::uint64_t bytes = 0;
  };
  std::set<std::string> needed;
  for (const auto& head : in_force) needed.insert(body_path(path_, head.sha256));
  std::vector<Old> old;
  std::uint64_t total = 0;
  for (const std::string& name : names_in(path_)) {
    const std::string path = path_ + "/" + name;
    if (!name.ends_with(body_suffix) || needed.contains(path)) continue;
    std::error_code problem;
    Old file{fs::last_write_time(path, problem), path, 0};
    if (!problem) file.bytes = fs::file_size(path, problem);
    if (problem) continue;
    total += file.bytes;
    old.push_back(std::move(file));
  }
  std::sort(old.begin(), old.end(), [](const Old& a, const Old& b) { return a.when < b.when; });
  for (const Old& file : old) {
    if (total <= max_bytes_) break;
    std::error_code ignored;
    if (fs::remove(file.path, ignored)) total -= file.bytes;
  }
}

}  // namespace lujing::directives
