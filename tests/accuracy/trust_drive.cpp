#include "tests/accuracy/trust_drive.h"

#include "tests/support/observations.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lujing::accuracy {
namespace {

using hal::SwitchState;

constexpr hal::InputId cover_input = 0;
constexpr hal::InputId load_input = 1;
constexpr hal::InputId hoist_input = 2;
constexpr hal::InputId antenna_input = 20;
constexpr hal::InputId bracket_input = 21;
constexpr hal::SignalId wheels_signal = 0;
constexpr hal::SignalId yaw_signal = 9;

/// Something that begins now and then, and lasts.
class Spell {
 public:
  Spell(double every_s, double least_s, double most_s)
      : every_s_(every_s), least_s_(least_s), most_s_(most_s) {}
  bool step(test::Drive& dice, double step_s = 0.1) {
    if (left_s_ > 0) {
      left_s_ -= step_s;
    } else if (dice.uniform() < step_s / every_s_) {
      left_s_ = least_s_ + (most_s_ - least_s_) * dice.uniform();
    }
    return left_s_ > 0;
  }

 private:
  double every_s_;
  double least_s_;
  double most_s_;
  double left_s_ = 0;
};

class Day {
 public:
  Day(const TrustDay& day, const std::function<void(const protocol::AlarmRecord&, double)>& raised)
      : day_(day), raised_(raised), core_(config(day)), drive_(day.seed), driver_(day.seed) {
    drive_.sky = day.sky;
    drive_.wheel_scale = 0.01 * drive_.normal();
    drive_.gyro_bias = 0.005 * drive_.normal();
    tell_at({100 * ns_per_s}, hal::Boot{day.seed});
  }

  void run() {
    for (step_ = 1; step_ <= static_cast<int>(day_.seconds * 10); ++step_) {
      const auto wish = driver_.next(0.1);
      drive_.step(0.1, wish.speed_mps, wish.turn_rad_s);
      bus();
      body();
      supply();
      links();
      if (step_ % 10 == 0) receiver();
      if (step_ % 10 == 0) tell(hal::ClockTick{});
      hand_over();
    }
  }

 private:
  static core::CoreConfig config(const TrustDay& day) {
    core::CoreConfig config = test::muck_truck();
    config.antenna_fault = antenna_input;
    config.unit_removed = bracket_input;
    if (day.gyro) config.yaw_rate = yaw_signal;
    return config;
  }
  bool on(Trick trick) const { return day_.trick == trick && drive_.at_s() > day_.trick_at_s; }
  void tell_at(BootTime at, const hal::What& what) { core_.take({at, what}, records_); }
  void tell(const hal::What& what) { tell_at(drive_.at(), what); }
  void tell_if_new(hal::InputId input, SwitchState state, SwitchState& told) {
    if (state == told && step_ % 100 != 0) return;
    told = state;
    tell(hal::Switch{input, state});
  }

  void bus() {
    const bool hiccup = bus_hiccup_.step(dice_);
    if (hiccup || on(Trick::bus_cut)) return;
    const double share = on(Trick::wheels_off) ? 0.5 : 1;
    const double kmh = drive_.wheels_mps() * 3.6 * share;
    tell(hal::CanSignal{wheels_signal, hal::SignalState::ok, kmh});
    if (day_.gyro) tell(hal::CanSignal{yaw_signal, hal::SignalState::ok, drive_.yaw_rad_s()});
  }

  /// Loads under an open cover, drives covered, tips: a round in about twelve minutes.
  void body() {
    const double round_s =
        std::fmod(drive_.at_s() + 100.0 * static_cast<double>(day_.seed % 7), 720);
    const bool loads = round_s < 120;
    const bool tips = round_s >= 420 && round_s < 460;
    const double full = 0.9;
    const double share = loads ? full * round_s / 120 : round_s < 440 ? full : 0.02;
    const bool closed = on(Trick::cover_stuck) || (!loads && !tips);
    const bool dead = on(Trick::module_dead);
    const SwitchState fault = SwitchState::fault;
    const auto level = [&](bool is) {
      return dead ? fault : is ? SwitchState::on : SwitchState::off;
    };
    tell_if_new(cover_input, on(Trick::cover_line_cut) ? fault : level(closed), cover_);
    tell_if_new(hoist_input, level(tips), hoist_);
    tell_if_new(antenna_input, level(on(Trick::antenna_cut) || antenna_shakes_.step(dice_)),
                antenna_);
    tell_if_new(bracket_input, level(on(Trick::unit_removed) || bracket_shakes_.step(dice_)),
                bracket_);
    if (step_ % 5 != 0) return;
    const double value = std::clamp(share + 0.02 * dice_.normal(), 0.0, 1.4);
    tell(hal::Analog{load_input, dead ? fault : SwitchState::on, dead ? 0 : value});
  }

  /// An engine that is started pulls its battery down.
  void supply() {
    const bool cranks = cranks_.step(dice_);
    if (step_ % 10 != 0) return;
    double volt = 27.5 + 0.3 * dice_.normal() - (cranks ? 9 : 0);
    if (on(Trick::battery_gone)) volt = 0;
    if (on(Trick::battery_low)) volt = 20 + 0.3 * dice_.normal();
    tell(hal::Power{volt, {}});
  }

  void links() {
    tell_link(hal::Link::uplink, !on(Trick::offline) && !uplink_gone_.step(dice_), uplink_);
    tell_link(hal::Link::io, !on(Trick::module_dead), io_);
    tell_link(hal::Link::can, !adapter_gone_.step(dice_), can_);
  }
  void tell_link(hal::Link link, bool up, bool& told) {
    if (up != told) tell(hal::LinkState{link, up, 0});
    told = up;
  }

  void receiver() {
    const bool covered = covered_.step(dice_, 1) || on(Trick::jammed);
    const auto used = static_cast<std::uint8_t>(covered ? 0 : 14);
    tell(hal::SkyView{20, used, {}, (covered ? 14 : 41) + 2 * dice_.normal()});
    hal::GnssFix fix = drive_.fix();
    const double since_s = drive_.at_s() - day_.trick_at_s;
    if (on(Trick::pulled_off)) fix.position = moved(fix.position, {1.5 * since_s, 0});
    if (on(Trick::frozen)) {
      const auto utc = fix.utc;
      fix = frozen_;
      fix.utc = utc;
    }
    if (on(Trick::jump)) fix.position = moved(fix.position, {5000, 0});
    if (on(Trick::clock)) fix.utc->ms += 3'600'000;
    if (day_.trick == Trick::frozen && !on(Trick::frozen)) frozen_ = fix;
    if (covered) fix = {};
    tell(fix);
  }

  void hand_over() {
    for (const auto& record : records_) {
      const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload);
      if (alarm == nullptr || alarm->state != protocol::AlarmState::raised) continue;
      if (alarm->rule.rfind("AC-", 0) == 0) raised_(*alarm, drive_.at_s());
    }
    records_.clear();
  }

  const TrustDay& day_;
  const std::function<void(const protocol::AlarmRecord&, double)>& raised_;
  core::Core core_;
  std::vector<protocol::Record> records_;
  test::Drive drive_;
  test::CityDriver driver_;
  test::Drive dice_{day_.seed + 77'000'000};  ///< for what happens beside the way
  int step_ = 0;
  hal::GnssFix frozen_;
  SwitchState cover_ = SwitchState::invalid;
  SwitchState hoist_ = SwitchState::invalid;
  SwitchState antenna_ = SwitchState::invalid;
  SwitchState bracket_ = SwitchState::invalid;
  bool uplink_ = true;
  bool io_ = true;
  bool can_ = true;
  Spell bus_hiccup_{600, 0.2, 3};
  Spell antenna_shakes_{900, 0.1, 0.5};
  Spell bracket_shakes_{900, 0.1, 0.5};
  Spell cranks_{1200, 0.5, 4};
  Spell uplink_gone_{7200, 20, 1500};
  Spell adapter_gone_{3600, 2, 25};
  Spell covered_{600, 2, 45};  ///< under a bridge, in a short tunnel
};

}  // namespace

void drive_day(const TrustDay& day,
               const std::function<void(const protocol::AlarmRecord&, double)>& raised) {
  Day(day, raised).run();
}

}  // namespace lujing::accuracy
