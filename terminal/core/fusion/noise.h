// How noisy the world is: every number of the filter that is not a vehicle's own. Why each is what
// it is: FUSION.md, "Numbers". One sigma, SI units.
#pragma once

namespace lujing::core::noise {

// Gates: 99.9 % of the chi-squared distribution.
inline constexpr double gate_1 = 10.83;        ///< one degree of freedom
inline constexpr double gate_2 = 13.82;        ///< two
inline constexpr double turn_likelier = 9.21;  ///< 99 % of two: a turn that nobody saw explains it

// How the vehicle moves.
inline constexpr double jerky_mps = 0.8;         ///< speed, per square root of a second
inline constexpr double unseen_jerky_mps = 1.2;  ///< without wheels
inline constexpr double unseen_way_m = 0.3;      ///< place, the same: speed between two fixes
inline constexpr double turn_seen = 0.5;         ///< rad/s, with a sensor that sees turns
inline constexpr double full_turn_mps = 4;   ///< slower ones turn less: nobody turns on the spot
inline constexpr double turn_seen_s = 1.0;   ///< for so long a turn lasts
inline constexpr double turn_unseen = 0.06;  ///< without one: mostly straight
inline constexpr double turn_unseen_s = 3.0;
inline constexpr double turn_unseen_most = 0.12;
inline constexpr double side_mps2 = 0.4;  ///< what it turns by, times its speed: fast is straight
inline constexpr double heading_share = 0.01;  ///< of an angle turned: the gyro's own scale
inline constexpr double scale_walk = 2e-5;     ///< per square root of a second: tyres warm up
inline constexpr double gyro_walk = 2e-5;      ///< rad/s per square root of a second
inline constexpr double curve_walk = 1e-6;
inline constexpr double side_share = 0.005;  ///< of the distance: slip, camber, the antenna

// What is known at first.
inline constexpr double scale_first = 0.03;
inline constexpr double gyro_first = 0.02;
inline constexpr double curve_first = 0.003;

// GNSS. gpsd's figures are 95 %.
inline constexpr double radius_95 = 2.4477;  ///< of a plane error, in sigmas
inline constexpr double line_95 = 1.96;
inline constexpr double position_unsaid_m = 10;  ///< 95 %, where the receiver says nothing
inline constexpr double position_best_m = 0.1;   ///< 95 %
inline constexpr double position_worst_m = 300;
inline constexpr double drift_first_s = 60;  ///< an error lasts so long while driving, at first
inline constexpr double drift_standing_first_s = 300;  ///< and standing: the sky moves slowly
inline constexpr double drift_shortest_s = 20;
inline constexpr double drift_longest_s = 1000;
inline constexpr double drift_gain = 0.02;
inline constexpr double scale_least = 0.85;  ///< of what is reported: hardly ever less
inline constexpr double scale_most = 4;
inline constexpr double scale_gain = 0.004;
inline constexpr double share_first = 0.2;
inline constexpr double share_least = 0.01;
inline constexpr double share_most = 6.0;
inline constexpr double share_gain = 0.04;
inline constexpr double speed_unsaid_mps = 0.3;
inline constexpr double speed_best_mps = 0.1;
inline constexpr double speed_worst_mps = 1.0;
inline constexpr double course_best = 0.01;
inline constexpr double course_slowest_mps = 1.5;

// Wheels, turn sensors.
inline constexpr double wheel_mps = 0.05;
inline constexpr double wheel_share = 0.003;
inline constexpr double gyro = 0.01;
inline constexpr double pair_mps = 0.05;  ///< of the difference of two wheels
inline constexpr double steering = 0.02;
inline constexpr double turn_share = 0.05;  ///< of the turn itself: slip, geometry

// Standing.
inline constexpr double wheels_stand_mps = 0.1;
inline constexpr double wheels_stand_s = 0.5;
inline constexpr double drives_off_mps = 1.0;  ///< by the receiver alone
inline constexpr int drives_off_fixes = 3;

// Freshness.
inline constexpr double wheel_fresh_s = 2.0;
inline constexpr double turn_fresh_s = 1.0;
inline constexpr double gnss_fresh_s = 2.5;
inline constexpr double road_fresh_s = 2.5;
inline constexpr double blind_s = 5.0;  ///< neither wheels nor receiver: lost

// Believing a receiver again.
inline constexpr int sky_changed_fixes = 5;  ///< refused in a row: its lasting error has leapt
inline constexpr int wheels_doubted_fixes = 30;
inline constexpr double heading_lost = 1.0;   ///< sigma, rad: from then on it is not known
inline constexpr double heading_vague = 0.5;  ///< sigma, rad: too vague to be corrected by a place

}  // namespace lujing::core::noise
