#include "terminal/core/fusion/linear.h"

#include "terminal/core/fusion/noise.h"

#include <cmath>

namespace lujing::core {
namespace {

constexpr double least_variance = 1e-12;

using Column = std::array<double, state::size>;

/// P times the row, transposed.
Column spread(const Estimate& e, const Row& row) {
  Column u{};
  for (std::size_t k = 0; k < row.size; ++k) {
    const auto& p = e.p[row.terms[k].of];  // P is symmetric: its row is its column
    const double by = row.terms[k].by;
    for (std::size_t i = 0; i < state::size; ++i) u[i] += p[i] * by;
  }
  return u;
}

double along(const Column& u, const Row& row) {
  double sum = 0;
  for (std::size_t k = 0; k < row.size; ++k) sum += u[row.terms[k].of] * row.terms[k].by;
  return sum;
}

void apply(Estimate& e, const Column& u, double innovation, double total) {
  const double inverse = 1.0 / total;
  const double step = innovation * inverse;
  for (std::size_t i = 0; i < state::size; ++i) e.x[i] += u[i] * step;
  Column v{};
  const double root = std::sqrt(inverse);
  for (std::size_t i = 0; i < state::size; ++i) v[i] = u[i] * root;
  for (std::size_t i = 0; i < state::size; ++i) {
    for (std::size_t j = 0; j < state::size; ++j) e.p[i][j] -= v[i] * v[j];
  }
  for (std::size_t i = 0; i < state::size; ++i) {
    if (!(e.p[i][i] > least_variance)) e.p[i][i] = least_variance;
  }
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
