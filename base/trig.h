// Sine, cosine and the angle of a vector, from additions, multiplications, divisions and square
// roots only: the same bits on every IEEE-754 machine, which the library's own do not promise.
// Radians. An argument that is not finite gives a result that is not finite.
#pragma once

namespace lujing {

struct SinCos {
  double sin = 0;
  double cos = 1;
};

/// Right to 1e-15 for |rad| <= 1e4.
SinCos sin_cos(double rad);
double sine(double rad);
double cosine(double rad);
/// |rad| well below pi/2.
double tangent(double rad);

/// The angle of the vector (x, y), counted from x towards y, in (-pi, pi]; 0 for the zero vector.
/// Right to 2e-15. As a bearing: arc_tangent(east, north).
double arc_tangent(double y, double x);

/// e to the power of `x`, right to 1e-15 of it; 0 below -700, limited above 700.
double exponential(double x);
/// Natural logarithm of `x` > 0, right to 1e-15.
double logarithm(double x);

}  // namespace lujing
