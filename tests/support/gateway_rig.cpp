#include "tests/support/gateway_rig.h"

#include "platform/pki/pki.h"
#include "protocol/wire.pb.h"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace lujing::tests {

namespace {

constexpr std::chrono::seconds patience{20};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().what());
  return std::move(*result);
}

}  // namespace

void RecordingEvents::add(Told told) {
  const std::lock_guard lock(mutex_);
  told_.push_back(std::move(told));
  changed_.notify_all();
}

void RecordingEvents::on_session(const std::string& terminal_id, bool online) {
  add({online ? "online" : "offline", terminal_id, {}, false, {}});
}

void RecordingEvents::on_committed(const gateway::Arrival& arrival) {
  if (!keeps_) return;
  add({"committed",
       arrival.terminal_id,
       {arrival.records.begin(), arrival.records.end()},
       arrival.late,
       {}});
}

void RecordingEvents::on_live(const gateway::Arrival& arrival) {
  add({"live",
       arrival.terminal_id,
       {arrival.records.begin(), arrival.records.end()},
       arrival.late,
       {}});
}

void RecordingEvents::on_directive_result(const std::string& terminal_id, const std::string& name,
                                          std::uint64_t version, bool applied,
                                          const std::string& reason) {
  add({"result",
       terminal_id,
       {},
       false,
       name + " " + std::to_string(version) + (applied ? " applied " : " refused ") + reason});
}

std::vector<RecordingEvents::Told> RecordingEvents::all() const {
  const std::lock_guard lock(mutex_);
  return told_;
}

std::size_t RecordingEvents::count(const std::string& kind) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(
      told_.begin(), told_.end(), [&](const Told& told) { return told.kind == kind; }));
}

bool RecordingEvents::wait_for(const std::string& kind, std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] {
    return static_cast<std::size_t>(std::count_if(
               told_.begin(), told_.end(), [&](const Told& told) { return told.kind == kind; })) >=
           count;
  });
}

GatewayRig::GatewayRig(const std::function<void(gateway::GatewayConfig&)>& adjust)
    : GatewayRig(std::string(), adjust) {}

GatewayRig::GatewayRig(const std::string& ca_folder,
                       const std::function<void(gateway::GatewayConfig&)>& adjust)
    : ca_(ca_folder.empty() ? dir_.path("ca") : ca_folder) {
  must(pki::create_authority(ca_));
  const auto own = must(pki::issue_gateway(ca_, {"127.0.0.1"}, dir_.path("gateway")));
  config_.host = "127.0.0.1";
  config_.port = 0;
  config_.limits.max_sessions = 4000;
  config_.timeouts.drain = std::chrono::milliseconds(300);
  config_.authority = own.authority;
  config_.certificate = own.certificate;
  config_.key = own.key;
  if (adjust) adjust(config_);
  start();
}

GatewayRig::~GatewayRig() {
  stop_gateway();
}

void GatewayRig::start() {
  ledger_ = must(ledger::Ledger::open(dir_.path("ledger.db")));
  gateway_ = must(gateway::Gateway::start(config_, *ledger_, events_));
}

void GatewayRig::stop_gateway() {
  if (gateway_) gateway_->stop();
}

void GatewayRig::restart() {
  gateway_.reset();
  ledger_.reset();
  start();
}

ClientCertificate GatewayRig::certificate(const std::string& terminal_id) {
  const auto made = must(pki::issue_terminal(ca_, terminal_id, dir_.path(terminal_id)));
  return {made.authority, made.certificate, made.key};
}

ClientCertificate GatewayRig::expired_certificate(const std::string& terminal_id) {
  const auto made = must(pki::issue_terminal(dir_.path("ca"), terminal_id,
                                             dir_.path(terminal_id + "-expired"), false, {-1}));
  return {made.authority, made.certificate, made.key};
}

ClientCertificate GatewayRig::foreign_certificate(const std::string& terminal_id) {
  must(pki::create_authority(dir_.path("foreign-ca")));
  const auto made = must(pki::issue_terminal(dir_.path("foreign-ca"), terminal_id,
                                             dir_.path(terminal_id + "-foreign")));
  return {config_.authority, made.certificate, made.key};
}

bool GatewayRig::wait_until(const std::function<bool(const gateway::Stats&)>& holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds(gateway_->stats())) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

bool GatewayRig::wait_ended(gateway::Ended why, std::uint64_t count) {
  return wait_until([&](const gateway::Stats& stats) { return stats.ended_by(why) >= count; });
}

Vehicle::Vehicle(GatewayRig& rig, const std::string& terminal_id, std::uint64_t epoch)
    : rig_(rig), id_(terminal_id), outbox_(epoch) {}

bool Vehicle::send_hello(const std::string& claimed_id, std::uint64_t oldest_seq) {
  wire::Frame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_protocol(1);
  hello.set_terminal_id(claimed_id);
  hello.set_epoch(outbox_.epoch());
  hello.set_oldest_seq(oldest_seq);
  hello.set_next_seq(outbox_.next_seq());
  hello.set_software("0.1.0");
  hello.set_vehicle_type("muck");
  hello.set_plate("鄂G12345");
  return client_->send(frame);
}

std::optional<std::uint64_t> Vehicle::connect(bool resume) {
  auto earlier = std::move(client_);
  client_ = std::make_unique<TlsClient>(rig_.port(), rig_.certificate(id_));
  if (!client_->connect(resume ? earlier.get() : nullptr) || !send_hello(id_)) return std::nullopt;
  const auto frame = client_->receive();
  if (!frame || !frame->has_welcome()) return std::nullopt;
  return frame->welcome().durable_seq();
}

bool Vehicle::send_packed(const std::string& packed) {
  wire::Frame frame;
  frame.mutable_batch()->set_packed(packed);
  return client_->send(frame);
}

bool Vehicle::send_batch(std::uint64_t first_seq, std::uint64_t last_seq) {
  return send_packed(protocol::encode(outbox_.batch(first_seq, last_seq)));
}

bool Vehicle::send_live(std::uint64_t first_seq, std::uint64_t last_seq) {
  wire::Frame frame;
  frame.mutable_live()->set_packed(protocol::encode(outbox_.batch(first_seq, last_seq)));
  return client_->send(frame);
}

bool Vehicle::wait_acknowledged(std::uint64_t seq) {
  while (const auto frame = client_->receive()) {
    if (frame->has_ack() && frame->ack().epoch() == outbox_.epoch() &&
        frame->ack().durable_seq() >= seq)
      return true;
  }
  return false;
}

bool Vehicle::deliver(std::uint64_t first_seq, std::uint64_t last_seq) {
  return send_batch(first_seq, last_seq) && wait_acknowledged(last_seq);
}

Vehicle::Told Vehicle::wait_error() {
  while (const auto frame = client_->receive())
    if (frame->has_error()) return {frame->error().code(), frame->error().reason()};
  return {};
}

}  // namespace lujing::tests
