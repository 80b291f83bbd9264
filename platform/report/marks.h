// What was excused, mark by mark: a driver's tap makes several records, one a link and one a
// minute.
#pragma once

#include "platform/report/collector.h"
#include "platform/report/rates.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lujing::report {

struct Mark {
  std::string vehicle;  ///< "dispatcher" where it was no driver
  std::string who;
  protocol::ExceptionReason why = protocol::ExceptionReason::other;
  std::string note;
  bool by_driver = false;
  std::int64_t from_ms = 0;    ///< when the driver pressed, the dispatcher's word began
  std::int64_t to_ms = 0;      ///< when it ended
  std::int64_t length_cm = 0;  ///< of kerbs
  protocol::MarkEnd ended = protocol::MarkEnd::none;
  std::vector<core::Excepted> pieces;
};

/// In order of time, and then of vehicles; only those that touch the window.
std::vector<Mark> marks_of(std::span<const Collected> vehicles, core::TimeWindow window);

/// How much of what the plans ask for was excused; of all roads where there is no plan.
struct ExcusedShare {
  std::int64_t asked = 0;  ///< as Amount::whole
  std::int64_t excepted = 0;
  double limit = 0.05;
  std::optional<double> share() const;
  bool over() const;
};
ExcusedShare excused_share(std::span<const Row> rows, double limit);
/// Of one row.
bool excused_too_much(const Row& row, double limit);

}  // namespace lujing::report
