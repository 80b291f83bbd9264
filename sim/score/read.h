// Reads what is compared: the truth's files (sim/truth/TRUTH.md), and records as a ledger or a
// replay has them.
#pragma once

#include "base/result.h"
#include "sim/score/model.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace lujing::score {

/// `folder` is what `lujing-sim run` wrote: the truth is in its folder of that name.
Result<Truth> read_truth(const std::string& folder);

/// Gathers the records of one vehicle, given one after the other as JSON (one line each, as
/// `lujing-ctl replay` prints them). What was before its boot knew the time is passed over.
class RecordReader {
 public:
  explicit RecordReader(FoundOfVehicle& into) : into_(into) {}
  /// False: the line is no record; nothing was taken.
  bool take(std::string_view json_line);

 private:
  void take_alarm(const std::string& rule, const std::string& state, const std::string& boot,
                  std::int64_t since_ms, std::int64_t now_ms, GeoPoint position);
  void take_control(const std::string& key, const std::string& event, const std::string& reason,
                    std::int64_t now_ms, GeoPoint position);
  FoundOfVehicle& into_;
  std::set<std::string> asked_;  ///< boot and limit: it was asked for in this boot
  std::set<std::string> kept_;   ///< it stood although nobody had asked for it in this boot
  std::map<std::string, std::size_t> alarms_;      ///< boot, rule and since: which alarm
  std::map<std::string, std::size_t> limits_;      ///< boot and limit: the alarm of MT-02, MT-04
  std::map<std::string, std::size_t> trips_;       ///< boot and begin: which trip
  std::map<std::string, std::int64_t> offset_ms_;  ///< of a boot: UTC - boot time
  std::int64_t work_bits_ = 0;
};

/// Every terminal of a ledger file.
Result<Found> read_ledger(const std::string& path, const Truth& truth);
/// For each vehicle of the truth the journal FOLDER/ID/data/journal, replayed by the program `ctl`.
Result<Found> replay_journals(const std::string& folder, const Truth& truth, const std::string& ctl,
                              const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace lujing::score
