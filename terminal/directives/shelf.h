// Bodies in memory, for as long as the core has not taken them.
#pragma once

#include "terminal/core/directive/library.h"

#include <map>
#include <mutex>
#include <utility>

namespace lujing::directives {

/// Thread safe.
class Shelf : public core::DirectiveLibrary {
 public:
  core::DirectiveBody find(const Sha256& sha256) const override {
    const std::lock_guard lock(mutex_);
    const auto found = bodies_.find(sha256);
    return found == bodies_.end() ? nullptr : found->second;
  }
  void put(const Sha256& sha256, core::DirectiveBody body) {
    const std::lock_guard lock(mutex_);
    bodies_[sha256] = std::move(body);
  }
  void drop(const Sha256& sha256) {
    const std::lock_guard lock(mutex_);
    bodies_.erase(sha256);
  }

 private:
  mutable std::mutex mutex_;
  std::map<Sha256, core::DirectiveBody> bodies_;
};

}  // namespace lujing::directives
