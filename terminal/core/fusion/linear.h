// The one formula of the filter: how a measured number that depends on a few of the estimated
// quantities changes all of them. Plain loops over fixed arrays, in a fixed order: the same bits on
// every machine.
#pragma once

#include "terminal/core/fusion/estimate.h"

#include <array>
#include <initializer_list>

namespace lujing::core {

/// Which quantities the measured number depends on, and how much (a row of the Jacobian).
struct Row {
  struct Term {
    state::Index of = state::east;
    double by = 0;
  };
  std::array<Term, 4> terms{};
  std::size_t size = 0;

  constexpr Row(std::initializer_list<Term> list) {
    for (const Term& term : list) {
      if (size < terms.size()) terms[size++] = term;
    }
  }
};

/// Variance of row * state.
double projected(const Estimate& e, const Row& row);
/// Covariance of a * state and b * state.
double projected(const Estimate& e, const Row& a, const Row& b);

/// `innovation` is measured minus expected; `variance` the measurement's own. No gate.
void correct(Estimate& e, const Row& row, double innovation, double variance);

/// The same behind a gate of one degree of freedom; counts. False: refused.
bool correct_gated(Estimate& e, Sensor sensor, const Row& row, double innovation, double variance);

/// The same for a source that is out of use: counted as refused, nothing is taken. True: it would
/// have fitted.
bool fits(Estimate& e, Sensor sensor, const Row& row, double innovation, double variance);

/// Forgets what is known of one quantity and of its ties to the others.
void renew(Estimate& e, state::Index i, double value, double variance);

/// Of the position: the variance along the ellipse's long axis.
double largest_variance(const Estimate& e);

}  // namespace lujing::core
