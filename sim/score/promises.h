// What a library of scenarios promises of the product, and the list of what it does not do yet.
#pragma once

#include "base/result.h"
#include "sim/score/model.h"

#include <string>
#include <vector>

namespace lujing::score {

/// The product must raise this rule for that vehicle, or must not.
struct Promise {
  std::string scenario;
  std::string vehicle;
  std::string rule;
  bool raise = true;
};

enum class Verdict { kept, missed, false_alarm };
/// A raise is kept by an alarm that meets a violation of the truth; silence by no alarm of the rule
/// at all.
Verdict judge(const Promise& promise, const Truth& truth, const Found& found);

/// What is known not to be kept, in the open: a file of lines "SCENARIO RULE REASON". It speaks of
/// promises, and of alarms, misses and trips ("trips" in the place of a rule) beside them.
class OpenPromises {
 public:
  /// A file that is not there has none. A line without a reason is refused.
  static Result<OpenPromises> read(const std::string& path);
  /// The reason, where it is in the list; nullptr: it is not.
  const std::string* find(const std::string& scenario, const std::string& rule);
  /// Entries that nobody asked for: of no scenario, or of one that keeps its promise now.
  std::vector<std::string> unused() const;

 private:
  struct Entry {
    std::string scenario;
    std::string rule;
    std::string reason;
    bool used = false;
  };
  std::vector<Entry> entries_;
};

}  // namespace lujing::score
