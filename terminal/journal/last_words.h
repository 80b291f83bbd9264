// What each input said last, and which directives were in force: what a replay that begins in the
// middle of a run must be told first.
#pragma once

#include "hal/observation.h"

#include <map>
#include <tuple>
#include <vector>

namespace lujing::journal {

class LastWords {
 public:
  /// A Boot forgets all of it.
  void hear(const hal::Observation& observation);
  /// By kind, id and index one each, in the order of their times.
  std::vector<hal::Observation> in_order() const;

 private:
  std::map<std::tuple<std::size_t, std::size_t, std::size_t>, hal::Observation> words_;
};

}  // namespace lujing::journal
