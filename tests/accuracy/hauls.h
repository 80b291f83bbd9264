// What a muck truck really did against what the product found, summed up over many shifts.
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/score/score.h"
#include "tests/accuracy/hauls_line.h"

#include <map>
#include <string>
#include <vector>

namespace lujing::accuracy {

std::string truck_name(int number);  ///< "M-001" for 0

/// A power cut, or the start after it, falls into these seconds of the run.
bool without_supply(const sim::VehiclePlan& plan, double from_s, double to_s);

/// Tippings outside a permitted site, each once, whether hoist or load told it.
struct DumpSums {
  int truths = 0;
  int found = 0;
  int in_time = 0;  ///< within 10 s; where the hoist switch lies, of the load having fallen
  int lying = 0;    ///< of truths: the hoist switch lies
  int off = 0;      ///< not in truths: the terminal was without supply
  int off_found = 0;
  int invented = 0;
  double longest_s = 0;
  double longest_begin_s = 0;
  double longest_end_s = 0;
};

struct UnsealedSums {
  int truths = 0;
  int found = 0;  ///< raised, or held back within an alarm's re-alarm time
  int invented = 0;
};

struct TripSums {
  int truths = 0;
  int right = 0;
  int missed = 0;
  int invented = 0;
  int wrong_site = 0;
  int wrong_tip = 0;
  int off = 0;  ///< not in truths: loaded while the terminal was without supply
  int off_found = 0;
  std::vector<double> sealed_errors;  ///< points, one a trip that was found
  double laden_m = 0;
  double sealed_m = 0;
  double found_laden_m = 0;
  double found_sealed_m = 0;
  double sealed_at(double share) const;  ///< so many trips are within
  double sealed_all() const;
};

struct HaulSums {
  bool print_differences = false;
  double hours = 0;
  DumpSums dumps;
  UnsealedSums unsealed;
  TripSums trips;
  score::Grader grader;
  std::map<std::string, OnLine> on_line;  ///< of what `grader` counts as missed and false

  void take(const sim::VehiclePlan& plan, const score::Truth& run,
            const score::TruthOfVehicle& truth, const score::FoundOfVehicle& found,
            const std::string& name);
  score::Score grader_score() const;
};

}  // namespace lujing::accuracy
