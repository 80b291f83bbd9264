#include "tests/unit/dispatch/scene.h"

#include <cmath>
#include <stdexcept>

namespace lujing::dispatch::testing {

namespace {

void must(const Result<void>& result) {
  if (!result) {
    throw std::runtime_error(result.error().what());
  }
}

}  // namespace

FakeTerminal::FakeTerminal(ledger::Ledger& books, std::string terminal_id, std::string vehicle_type,
                           std::string its_plate, std::uint64_t its_epoch)
    : id(std::move(terminal_id)),
      type(std::move(vehicle_type)),
      plate(std::move(its_plate)),
      epoch(its_epoch),
      books_(books) {}

void FakeTerminal::hello() {
  must(books_.hello(id, type, plate, "0.1.0"));
  must(books_.commit());
}

std::vector<protocol::Numbered> FakeTerminal::book(const std::vector<protocol::Record>& records,
                                                   std::int64_t received_utc_ms) {
  std::vector<protocol::Numbered> out;
  for (std::size_t from = 0; from < records.size(); from += 500) {
    const auto count = std::min<std::size_t>(500, records.size() - from);
    const auto batch =
        protocol::seal(epoch, next_seq_, chain_, std::span(records).subspan(from, count));
    const auto taken = books_.take(id, batch, protocol::encode(batch), received_utc_ms);
    if (!taken || *taken != ledger::Taken::stored) {
      throw std::runtime_error(taken ? "not taken" : taken.error().what());
    }
    next_seq_ = batch.last_seq + 1;
    chain_ = batch.chain_after;
    out.insert(out.end(), batch.records.begin(), batch.records.end());
  }
  must(books_.commit());
  return out;
}

std::vector<protocol::Numbered> FakeTerminal::ahead(
    const std::vector<protocol::Record>& records) const {
  return protocol::seal(epoch, next_seq_, chain_, records).records;
}

protocol::Stamp stamp(std::int64_t utc_ms) {
  return {boot_id, utc_ms - 1'700'000'000'000, utc_ms};
}

protocol::Record point(std::int64_t utc_ms, GeoPoint at, double speed_kmh, double course_deg) {
  protocol::TrackPoint p;
  p.position = at;
  p.speed_cmps = static_cast<std::int32_t>(std::lround(speed_kmh / 0.036));
  p.course_cdeg = static_cast<std::int32_t>(std::lround(course_deg * 100)) % 36000;
  p.accuracy_dm = 32;
  p.source = protocol::PositionSource::gnss;
  return {stamp(utc_ms), p, {}};
}

protocol::Record state(std::int64_t utc_ms, const protocol::VehicleState& now) {
  return {stamp(utc_ms), now, {}};
}

protocol::Record alarm(std::int64_t utc_ms, protocol::AlarmState change, std::int64_t since_boot_ms,
                       GeoPoint at, const std::string& detail) {
  protocol::AlarmRecord a;
  a.rule = "MT-01";
  a.state = change;
  a.since_boot_ms = since_boot_ms;
  a.rule_set = "default@1";
  a.position = at;
  a.speed_cmps = 650;
  a.detail = detail;
  return {stamp(utc_ms), a, {}};
}

protocol::Record boot(std::int64_t utc_ms) {
  auto at = stamp(utc_ms);
  at.boot_id = boot_id + 1;
  return {at, protocol::BootRecord{"0.1.0", "default@1"}, {}};
}

protocol::Record health(std::int64_t utc_ms,
                        std::vector<std::pair<std::uint16_t, std::int64_t>> counters) {
  return {stamp(utc_ms), protocol::HealthRecord{std::move(counters)}, {}};
}

}  // namespace lujing::dispatch::testing
