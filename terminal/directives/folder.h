// DATA_DIR/directives: what is in force, and the bodies, through power cuts and damage. The files:
// protocol/DIRECTIVES.md. Not thread safe, but for FolderLibrary, which only reads.
#pragma once

#include "base/result.h"
#include "protocol/directive.h"
#include "terminal/core/directive/library.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::directives {

class Folder {
 public:
  /// `max_bytes`: of bodies that are no longer in force; those that are, stay in any case.
  Folder(std::string path, std::uint64_t max_bytes);

  struct Found {
    std::vector<protocol::DirectiveHead> in_force;
    std::vector<std::string> troubles;  ///< one line each: what was wrong, where it is now
    std::uint64_t moved_aside = 0;
  };
  /// Reads what is there; makes the folder where there is none. Heads and bodies that do not check
  /// are moved aside. `authority` nullptr: it cannot be read, signatures are not looked at.
  Found open(const protocol::DirectiveAuthority* authority);

  /// The body that a head in force belongs to, its hash checked.
  Result<std::string> body(const protocol::DirectiveHead& head) const;
  /// Durable when it returns; one that is there already and good is left alone.
  Result<void> keep_body(const Sha256& sha256, std::string_view body);
  /// From now on this one is in force of its kind. Its body must have been kept.
  Result<void> put_in_force(const protocol::DirectiveHead& head);
  /// Gives up bodies that are not needed, the oldest first.
  void make_room(const std::vector<protocol::DirectiveHead>& in_force) const;

 private:
  std::string head_path(const std::string& name) const;
  void read_head(const std::string& path, const protocol::DirectiveAuthority* authority,
                 Found& found) const;

  std::string path_;
  std::uint64_t max_bytes_;
};

/// DIR/SHA256.body
std::string body_path(const std::string& folder, const Sha256& sha256);

/// The bodies in a folder: what a replay looks directives up in. A body that does not have its hash
/// is none.
class FolderLibrary : public core::DirectiveLibrary {
 public:
  explicit FolderLibrary(std::string folder) : folder_(std::move(folder)) {}
  core::DirectiveBody find(const Sha256& sha256) const override;

 private:
  std::string folder_;
};

/// The folder of directives that belongs to a journal: "directives" beside DATA_DIR/journal, or
/// beside the journal file.
std::string folder_beside(const std::string& journal_path);

}  // namespace lujing::directives
