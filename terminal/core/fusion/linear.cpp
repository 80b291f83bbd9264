#include "terminal/core/fusion/linear.h"

#include "terminal/core/fusion/noise.h"

#include <cmath>
#include <utility>

namespace lujing::core {
namespace {

constexpr double least_variance = 1e-12;

using Column = std::array<double, state::size>;

/// P times the row, transposed. Of P only the upper half is kept.
Column spread(const Estimate& e, const Row& row) {
  Column u{};
  for (std::size_t k = 0; k < row.size; ++k) {
    const std::size_t of = row.terms[k].of;
    const double by = row.terms[k].by;
    for (std::size_t i = 0; i < of; ++i) u[i] += e.p[i][of] * by;
    for (std::size_t i = of; i < state::size; ++i) u[i] += e.p[of][i] * by;
  }
  return u;
}

double along(const Column& u, const Row& row) {
  double sum = 0;
  for (std::size_t k = 0; k < row.size; ++k) sum += u[row.terms[k].of] * row.terms[k].by;
  return sum;
}

/// Row `i` of P -= v v', from the diagonal on. Each length is known to the compiler.
template <std::size_t i>
void lessen_row(Covariances& p, const Column& v) {
  constexpr std::size_t even = i + i % 2;
  const double by = v[i];
  if constexpr (even > i) p[i][i] -= by * by;
  for (std::size_t j = even; j < state::size; ++j) p[i][j] -= by * v[j];
  if (!(p[i][i] > least_variance)) p[i][i] = least_variance;
}

template <std::size_t... rows>
void lessen(Covariances& p, const Column& v, std::index_sequence<rows...>) {
  (lessen_row<rows>(p, v), ...);
}

void apply(Estimate& e, const Column& u, double innovation, double total) {
  const double inverse = 1.0 / total;
  const double step = innovation * inverse;
  for (std::size_t i = 0; i < state::size; ++i) e.x[i] += u[i] * step;
  Column v;
  const double root = std::sqrt(inverse);
  for (std::size_t i = 0; i < state::size; ++i) v[i] = u[i] * root;
  lessen(e.p, v, std::make_index_sequence<state::size>{});
}

}  // namespace

double projected(const Estimate& e, const Row& row) {
  return along(spread(e, row), row);
}

double projected(const Estimate& e, const Row& a, const Row& b) {
  return along(spread(e, a), b);
}

void correct(Estimate& e, const Row& row, double innovation, double variance) {
  const Column u = spread(e, row);
  apply(e, u, innovation, along(u, row) + variance);
}

bool correct_gated(Estimate& e, Sensor sensor, const Row& row, double innovation, double variance) {
  const Column u = spread(e, row);
  const double total = along(u, row) + variance;
  SensorCount& count = e.count(sensor);
  count.innovation = innovation;
  count.innovation_var = total;
  if (!(innovation * innovation <= noise::gate_1 * total)) {
    ++count.refused;
    return false;
  }
  ++count.accepted;
  apply(e, u, innovation, total);
  return true;
}

bool fits(Estimate& e, Sensor sensor, const Row& row, double innovation, double variance) {
  const double total = projected(e, row) + variance;
  SensorCount& count = e.count(sensor);
  count.innovation = innovation;
  count.innovation_var = total;
  ++count.refused;
  return innovation * innovation <= noise::gate_1 * total;
}

void renew(Estimate& e, state::Index i, double value, double variance) {
  for (std::size_t j = 0; j < state::size; ++j) {
    e.p[i][j] = 0;
    e.p[j][i] = 0;
  }
  e.x[i] = value;
  e.p[i][i] = variance;
}

double largest_variance(const Estimate& e) {
  const double a = e.p[state::east][state::east];
  const double b = e.p[state::north][state::north];
  const double c = e.p[state::east][state::north];
  const double half = 0.5 * (a - b);
  return 0.5 * (a + b) + std::sqrt(half * half + c * c);
}

}  // namespace lujing::core
