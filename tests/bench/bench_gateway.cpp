// The gateway with real TLS over loopback into a real ledger. The vehicles are another process, so
// that their cost is theirs: the gateway's process is measured alone.
#include "platform/gateway/gateway.h"
#include "platform/pki/certificate.h"
#include "platform/pki/pki.h"
#include "protocol/wire.pb.h"
#include "tests/support/gateway_rig.h"

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <openssl/obj_mac.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace lujing {
namespace {

using tests::GatewayRig;
using tests::MemoryOutbox;
using tests::TlsClient;

/// One-byte and number signals between the two processes.
class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_) != 0) throw std::runtime_error("no pipe");
  }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void tell(std::uint16_t value) const {
    if (::write(ends_[1], &value, sizeof value) != sizeof value) ::_exit(1);
  }
  std::uint16_t hear() const {
    std::uint16_t value = 0;
    if (::read(ends_[0], &value, sizeof value) != sizeof value) ::_exit(1);
    return value;
  }

 private:
  int ends_[2] = {-1, -1};
};

std::string name_of(std::size_t vehicle) {
  return "T-" + std::to_string(vehicle);
}

/// Certificates for many vehicles of one key; written plainly, since 2,000 synced ones take long.
void make_certificates(const std::string& ca, const std::string& folder, std::size_t count) {
  auto authority = pki::read_certificate(ca + "/ca.crt");
  auto authority_key = pki::read_key(ca + "/ca.key");
  auto key = pki::make_key();
  if (!authority || !authority_key || !key) throw std::runtime_error("no authority");
  std::ofstream(folder + "/terminal.key") << *pki::to_pem(key->get());
  for (std::size_t i = 0; i < count; ++i) {
    const pki::Request request{
        name_of(i),
        30,
        {{NID_key_usage, "critical,digitalSignature"}, {NID_ext_key_usage, "clientAuth"}}};
    auto made = pki::make_certificate(request, key->get(), authority->get(), authority_key->get());
    if (!made) throw std::runtime_error(made.error().what());
    std::ofstream(folder + "/" + name_of(i) + ".crt") << *pki::to_pem(made->get());
  }
}

struct Terminal {
  std::unique_ptr<TlsClient> client;
  std::uint64_t epoch = 0;
  std::vector<std::string> batches;  ///< framed
  std::size_t sent = 0;
  std::size_t acknowledged = 0;
};

constexpr std::uint64_t records_a_batch = 60;

/// Packs before the clock starts: what a vehicle spends on it is measured elsewhere.
Terminal make_terminal(std::size_t number, std::size_t batches) {
  Terminal terminal;
  terminal.epoch = 1000 + number;
  MemoryOutbox outbox(terminal.epoch);
  outbox.append(tests::drive(0, batches * records_a_batch));
  for (std::uint64_t i = 0; i < batches; ++i) {
    wire::Frame frame;
    frame.mutable_batch()->set_packed(
        protocol::encode(outbox.batch(i * records_a_batch + 1, (i + 1) * records_a_batch)));
    terminal.batches.push_back(std::move(*frame.mutable_batch()->mutable_packed()));
  }
  return terminal;
}

void connect(Terminal& terminal, std::size_t number, std::uint16_t port, const std::string& folder,
             const std::string& ca) {
  terminal.client = std::make_unique<TlsClient>(
      port, tests::ClientCertificate{ca + "/ca.crt", folder + "/" + name_of(number) + ".crt",
                                     folder + "/terminal.key"});
  wire::Frame hello;
  hello.mutable_hello()->set_protocol(1);
  hello.mutable_hello()->set_terminal_id(name_of(number));
  hello.mutable_hello()->set_epoch(terminal.epoch);
  hello.mutable_hello()->set_next_seq(1 + terminal.batches.size() * records_a_batch);
  hello.mutable_hello()->set_oldest_seq(1);
  const bool welcome = terminal.client->connect() && terminal.client->send(hello) &&
                       terminal.client->receive().has_value();
  if (!welcome) ::_exit(2);
}

void send_next(Terminal& terminal) {
  wire::Frame frame;
  frame.mutable_batch()->set_packed(terminal.batches[terminal.sent]);
  if (!terminal.client->send(frame)) ::_exit(3);
  terminal.sent += 1;
}

/// All terminals with full windows until everything is acknowledged.
void run_fleet(std::vector<Terminal>& fleet, std::size_t window) {
  bool busy = true;
  while (busy) {
    busy = false;
    for (auto& terminal : fleet) {
      while (terminal.sent < terminal.batches.size() &&
             terminal.sent - terminal.acknowledged < window)
        send_next(terminal);
    }
    for (auto& terminal : fleet) {
      if (terminal.acknowledged == terminal.batches.size()) continue;
      busy = true;
      const auto frame = terminal.client->receive();
      if (!frame || !frame->has_ack()) ::_exit(4);
      terminal.acknowledged = frame->ack().durable_seq() / records_a_batch;
    }
  }
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void finish(benchmark::State& state, pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) state.SkipWithError("a vehicle failed");
}

/// Records from eight vehicles through one gateway, each acknowledged when it is durable.
/// records_per_cpu_s is what one core does: both threads of the gateway, kernel included.
void GatewayIntoLedger(benchmark::State& state) {
  spdlog::set_level(spdlog::level::err);
  const std::size_t vehicles = 8;
  const std::size_t batches = 400;
  const double records = static_cast<double>(vehicles * batches * records_a_batch);
  double cpu = 0;
  double wall = 0;
  for (auto _ : state) {
    const tests::TempDir folder;
    const Pipe go;
    const Pipe done;
    const Pipe port;
    auto authority = pki::create_authority(folder.path("ca"));
    make_certificates(folder.path("ca"), folder.path(), vehicles);
    const pid_t child = ::fork();
    if (child == 0) {
      std::vector<Terminal> fleet;
      for (std::size_t i = 0; i < vehicles; ++i) fleet.push_back(make_terminal(i, batches));
      const auto where = port.hear();
      for (std::size_t i = 0; i < vehicles; ++i)
        connect(fleet[i], i, where, folder.path(), folder.path("ca"));
      done.tell(1);
      go.hear();
      run_fleet(fleet, 8);
      done.tell(1);
      go.hear();
      ::_exit(0);
    }
    {
      GatewayRig rig(folder.path("ca"));
      rig.events().keep_nothing();
      port.tell(rig.port());
      done.hear();
      const double cpu_before = cpu_seconds();
      const auto begun = std::chrono::steady_clock::now();
      go.tell(1);
      done.hear();
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
      cpu += cpu_seconds() - cpu_before;
      wall += took.count();
      state.SetIterationTime(took.count());
      state.counters["batches_per_commit"] = static_cast<double>(rig.gateway().stats().batches) /
                                             static_cast<double>(rig.gateway().stats().commits);
      go.tell(1);
      finish(state, child);
    }
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["records_per_s"] = records * runs / wall;
  state.counters["records_per_cpu_s"] = records * runs / cpu;
}
BENCHMARK(GatewayIntoLedger)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Memory of the gateway's process for each terminal that is connected over TLS, has sent a batch,
/// and is now silent.
void GatewayIdleTerminal(benchmark::State& state) {
  spdlog::set_level(spdlog::level::err);
  const auto vehicles = static_cast<std::size_t>(state.range(0));
  double bytes = 0;
  for (auto _ : state) {
    const tests::TempDir folder;
    const Pipe go;
    const Pipe done;
    const Pipe port;
    auto authority = pki::create_authority(folder.path("ca"));
    make_certificates(folder.path("ca"), folder.path(), vehicles + 1);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto where = port.hear();
      std::vector<Terminal> fleet;
      for (std::size_t i = 0; i <= vehicles; ++i) {
        fleet.push_back(make_terminal(i, 1));
        connect(fleet[i], i, where, folder.path(), folder.path("ca"));
        send_next(fleet[i]);
        fleet[i].client->receive();
        if (i > 0) continue;
        done.tell(1);  // the first one warms the gateway up
        go.hear();
      }
      done.tell(1);
      go.hear();
      ::_exit(0);
    }
    {
      GatewayRig rig(folder.path("ca"), [](gateway::GatewayConfig& config) {
        config.timeouts.silence = std::chrono::minutes(10);  // on a busy machine they come slowly
      });
      rig.events().keep_nothing();
      port.tell(rig.port());
      done.hear();
      ::malloc_trim(0);
      const double before = resident_bytes();
      go.tell(1);
      done.hear();
      bytes += resident_bytes() - before;
      if (rig.gateway().stats().sessions != vehicles + 1) state.SkipWithError("sessions were lost");
      go.tell(1);
      finish(state, child);
    }
  }
  state.counters["bytes_a_terminal"] =
      bytes / static_cast<double>(state.iterations()) / static_cast<double>(vehicles);
}
BENCHMARK(GatewayIdleTerminal)->Arg(2000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lujing
