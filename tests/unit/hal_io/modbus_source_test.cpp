// The Modbus driver against libmodbus' own server, over a real serial line (pseudo-terminals).
#include "hal/io/io.h"
#include "hal/io/modbus_port.h"
#include "protocol/health.h"
#include "tests/support/heard.h"
#include "tests/support/modbus_module.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace lujing::hal {
namespace {

using test_support::contains;
using test_support::eventually;
using test_support::Heard;
using test_support::ModbusModule;
using test_support::ModbusTcpModule;

static_assert(counter_io_reads == static_cast<CounterId>(protocol::Health::io_reads));
static_assert(counter_io_faults == static_cast<CounterId>(protocol::Health::io_faults));

InputConfig input(InputId id, InputKind kind, std::uint32_t number) {
  InputConfig config;
  config.id = id;
  config.name = "input" + std::to_string(id);
  config.kind = kind;
  config.number = number;
  config.debounce_ms = 60;
  return config;
}

InputConfig analog(InputId id, InputKind kind, std::uint32_t number) {
  InputConfig config = input(id, kind, number);
  config.analog = true;
  config.scale = 0.001;
  config.max = 1.5;
  config.deadband = 0.02;
  return config;
}

IoConfig on_line(const std::string& device, std::vector<InputConfig> inputs) {
  IoConfig config;
  config.modbus = ModbusConfig{.device = device, .poll_ms = 20};
  config.inputs = std::move(inputs);
  return config;
}

std::unique_ptr<Source> only_source(const IoConfig& config) {
  auto sources = open_io(config);
  EXPECT_TRUE(sources) << sources.error().what();
  EXPECT_EQ(sources->size(), 1U);
  return std::move(sources->front());
}

bool told(Heard& heard, InputId id, SwitchState state) {
  return heard.wait<Switch>([&](const std::vector<Switch>& all) {
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
      if (it->id == id) return it->state == state;
    }
    return false;
  });
}

TEST(ModbusSource, ReadsAllFourKinds) {
  ModbusModule module;
  module.set_discrete(1, true);
  module.set_coil(2, true);
  module.set_input(0, 750);
  module.set_holding(7, 1200);
  Heard heard;
  const auto source = only_source(
      on_line(module.device(),
              {input(0, InputKind::modbus_discrete, 0), input(1, InputKind::modbus_discrete, 1),
               input(2, InputKind::modbus_coil, 2), analog(3, InputKind::modbus_input, 0),
               analog(4, InputKind::modbus_holding, 7)}));
  source->start(heard.sink());
  EXPECT_TRUE(told(heard, 0, SwitchState::off));
  EXPECT_TRUE(told(heard, 1, SwitchState::on));
  EXPECT_TRUE(told(heard, 2, SwitchState::on));
  EXPECT_TRUE(heard.wait_count<Analog>(2));
  module.set_discrete(0, true);
  module.set_coil(2, false);
  module.set_input(0, 800);
  EXPECT_TRUE(told(heard, 0, SwitchState::on));
  EXPECT_TRUE(told(heard, 2, SwitchState::off));
  EXPECT_TRUE(heard.wait_last(Analog{3, SwitchState::on, 800 * 0.001}));
  EXPECT_EQ(source->health_line(), "Modbus unit 1 on " + module.device() + " at 9600 8N1: ok");
  source->stop();

  const auto analogs = heard.of<Analog>();
  EXPECT_EQ(analogs[0], (Analog{3, SwitchState::on, 750 * 0.001}));
  EXPECT_EQ(analogs[1], (Analog{4, SwitchState::on, 1200 * 0.001}));
  EXPECT_EQ(heard.of<LinkState>(), (std::vector<LinkState>{{Link::io, true, 0}}));
}

TEST(ModbusSource, ASilentModuleIsAFaultUntilItSpeaksAgain) {
  ModbusModule module;
  module.set_discrete(0, true);
  Heard heard;
  const auto source =
      only_source(on_line(module.device(), {input(0, InputKind::modbus_discrete, 0),
                                            analog(1, InputKind::modbus_input, 3)}));
  source->start(heard.sink());
  ASSERT_TRUE(told(heard, 0, SwitchState::on));
  module.set_silent(true);
  EXPECT_TRUE(told(heard, 0, SwitchState::fault));
  EXPECT_TRUE(heard.wait_last(Analog{1, SwitchState::fault, 0}));
  EXPECT_TRUE(eventually([&] { return contains(source->health_line(), "does not answer"); }));
  module.set_silent(false);
  module.set_discrete(0, false);
  EXPECT_TRUE(told(heard, 0, SwitchState::off));
  source->stop();
  const std::vector<LinkState> expected = {
      {Link::io, true, 0}, {Link::io, false, 0}, {Link::io, true, 0}};
  EXPECT_EQ(heard.of<LinkState>(), expected);
}

TEST(ModbusSource, AnInputThatTheModuleDoesNotHaveIsAFaultOfItsOwn) {
  ModbusModule module(1, 8);
  Heard heard;
  const auto source =
      only_source(on_line(module.device(), {input(0, InputKind::modbus_discrete, 0),
                                            input(1, InputKind::modbus_discrete, 500)}));
  source->start(heard.sink());
  EXPECT_TRUE(told(heard, 0, SwitchState::off));
  EXPECT_TRUE(told(heard, 1, SwitchState::fault));
  EXPECT_TRUE(eventually([&] {
    return contains(source->health_line(), "input1 (modbus:discrete:500)");
  })) << source->health_line();
  source->stop();
  EXPECT_EQ(heard.of<LinkState>(), (std::vector<LinkState>{{Link::io, true, 0}}));
}

TEST(ModbusSource, GarbageOnTheWireMakesNoWrongReadings) {
  ModbusModule module;
  module.set_discrete(0, true);
  Heard heard;
  const auto source =
      only_source(on_line(module.device(), {input(0, InputKind::modbus_discrete, 0)}));
  source->start(heard.sink());
  ASSERT_TRUE(told(heard, 0, SwitchState::on));
  std::mt19937_64 dice(11);
  for (int burst = 0; burst < 100; ++burst) {
    std::string noise(dice() % 300, '\0');
    for (char& c : noise) c = static_cast<char>(dice());
    module.noise(noise);
    const int asked = module.requests();
    if (burst % 10 == 0) {
      ASSERT_TRUE(eventually([&] { return module.requests() > asked; }));
    }
  }
  const std::size_t before = heard.of<Switch>().size();
  module.set_discrete(0, false);
  EXPECT_TRUE(told(heard, 0, SwitchState::off));
  source->stop();
  const auto switches = heard.of<Switch>();
  for (std::size_t i = 0; i < before; ++i) {
    EXPECT_NE(switches[i].state, SwitchState::off) << "the switch was on all the time";
  }
}

TEST(ModbusSource, AnAdapterThatIsPulledOutIsAFaultAndIsTriedAgain) {
  ModbusModule module;
  Heard heard;
  const auto source =
      only_source(on_line(module.device(), {input(0, InputKind::modbus_discrete, 0)}));
  source->start(heard.sink());
  ASSERT_TRUE(told(heard, 0, SwitchState::off));
  module.unplug();
  EXPECT_TRUE(told(heard, 0, SwitchState::fault));
  EXPECT_TRUE(eventually([&] { return contains(source->health_line(), "cannot be opened"); }))
      << source->health_line();
  source->stop();
}

TEST(ModbusSource, AMissingDeviceIsSaidClearly) {
  Heard heard;
  const auto source =
      only_source(on_line("/dev/no-such-serial", {input(0, InputKind::modbus_discrete, 0)}));
  source->start(heard.sink());
  EXPECT_TRUE(told(heard, 0, SwitchState::fault));
  EXPECT_TRUE(eventually([&] { return contains(source->health_line(), "/dev/serial/by-id"); }));
  EXPECT_TRUE(contains(source->health_line(), "/dev/no-such-serial")) << source->health_line();
  source->stop();
}

TEST(OpenIo, RefusesWhatCannotBeMeant) {
  IoConfig config;
  EXPECT_TRUE(open_io(config)->empty()) << "a vehicle without inputs";
  config.inputs = {input(0, InputKind::modbus_discrete, 0)};
  ASSERT_FALSE(open_io(config));
  EXPECT_TRUE(contains(open_io(config).error().what(), "modbus:discrete:0"));
  config.inputs = {analog(0, InputKind::gpio, 5)};
  EXPECT_FALSE(open_io(config));
  for (const char* device : {"tcp:", "tcp:host", "tcp:host:", "tcp::502", "tcp:host:0",
                             "tcp:host:65536", "tcp:host:5o2", "tcp:host:999999999999"}) {
    config = on_line(device, {input(0, InputKind::modbus_discrete, 0)});
    EXPECT_FALSE(open_io(config)) << device;
  }
  config = on_line("tcp:10.0.0.7:502", {input(0, InputKind::modbus_discrete, 0)});
  EXPECT_TRUE(open_io(config));
}

TEST(OpenIo, MakesOneSourceForTheModuleAndOneForEachChip) {
  IoConfig config =
      on_line("/dev/ttyS9", {input(0, InputKind::modbus_discrete, 0), input(1, InputKind::gpio, 4),
                             input(2, InputKind::gpio, 5), input(3, InputKind::gpio, 4)});
  config.inputs[1].chip = config.inputs[2].chip = "gpiochip0";
  config.inputs[3].chip = "gpiochip1";
  const auto sources = open_io(config);
  ASSERT_TRUE(sources);
  EXPECT_EQ(sources->size(), 3U);
}

TEST(ModbusSource, SpeaksTcpAndFindsTheModuleAgain) {
  auto module = std::make_unique<ModbusTcpModule>();
  const int port = module->port();
  module->set_discrete(1, true);
  module->set_input(0, 750);
  Heard heard;
  const auto source =
      only_source(on_line(module->device(), {input(0, InputKind::modbus_discrete, 1),
                                             analog(1, InputKind::modbus_input, 0)}));
  source->start(heard.sink());
  EXPECT_TRUE(told(heard, 0, SwitchState::on));
  EXPECT_TRUE(heard.wait<Analog>([](const std::vector<Analog>& all) {
    return !all.empty() && all.back().state == SwitchState::on && all.back().value == 0.75;
  }));
  module->set_discrete(1, false);
  EXPECT_TRUE(told(heard, 0, SwitchState::off));
  module.reset();  // its plug is pulled
  EXPECT_TRUE(told(heard, 0, SwitchState::fault));
  module = std::make_unique<ModbusTcpModule>(port);
  module->set_discrete(1, true);
  EXPECT_TRUE(told(heard, 0, SwitchState::on)) << source->health_line();
}

TEST(ModbusSource, WritesWhatIsWantedAndAgainAfterSilence) {
  ModbusModule module;
  IoConfig config = on_line(module.device(), {input(0, InputKind::modbus_discrete, 1)});
  config.outputs = std::make_shared<OutputBoard>(
      std::vector<OutputConfig>{{"lock", OutputKind::modbus_coil, 2, false},
                                {"hoist_limit", OutputKind::modbus_coil, 3, true},
                                {"speed_limit_kmh", OutputKind::modbus_holding, 4, false}});
  module.set_coil(2, true);
  Heard heard;
  const auto source = only_source(config);
  source->start(heard.sink());
  ASSERT_TRUE(told(heard, 0, SwitchState::off));
  EXPECT_TRUE(module.coil(2)) << "nobody has said anything of it";
  config.outputs->want("lock", 0);
  config.outputs->want("hoist_limit", 1);
  config.outputs->want("speed_limit_kmh", 20);
  config.outputs->want("no such output", 1);
  EXPECT_TRUE(eventually([&] { return !module.coil(2) && module.holding(4) == 20; }));
  EXPECT_FALSE(module.coil(3)) << "inverted";
  config.outputs->want("hoist_limit", 0);
  EXPECT_TRUE(eventually([&] { return module.coil(3); }));
  module.set_silent(true);
  EXPECT_TRUE(told(heard, 0, SwitchState::fault));
  module.set_holding(4, 0);  // restarted meanwhile
  module.set_silent(false);
  EXPECT_TRUE(eventually([&] { return module.holding(4) == 20; })) << source->health_line();
}

TEST(ModbusSource, OutputsAloneAreASourceAndNeedAModule) {
  IoConfig config;
  config.outputs = std::make_shared<OutputBoard>(
      std::vector<OutputConfig>{{"lock", OutputKind::modbus_coil, 2, false}});
  EXPECT_FALSE(open_io(config));
  config.modbus = ModbusConfig{.device = "/dev/null"};
  EXPECT_EQ(open_io(config)->size(), 1U);
}

}  // namespace
}  // namespace lujing::hal
