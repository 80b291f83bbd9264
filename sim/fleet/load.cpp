#include "sim/fleet/load.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr GeoPoint centre{303'950'000, 1'148'900'000};  // the fleet starts about here
constexpr std::uint32_t spread_e7 = 1'000'000;          // 0.1 degree
constexpr int fastest_cmps = 1500;

std::uint64_t mixed(std::uint64_t value) {
  // SplitMix64's finalizer (Steele, Lea, Flood 2014): neighbouring seeds give unlike streams.
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

}  // namespace

Load::Load(std::uint64_t seed, std::uint32_t number, std::int64_t start_utc_ms)
    : random_(mixed(seed) ^ mixed(number)),
      epoch_(mixed(random_ ^ static_cast<std::uint64_t>(start_utc_ms))),
      boot_id_(mixed(epoch_)),
      utc_ms_(start_utc_ms) {
  point_.position.lat_e7 = centre.lat_e7 + static_cast<std::int32_t>(draw(spread_e7));
  point_.position.lon_e7 = centre.lon_e7 + static_cast<std::int32_t>(draw(spread_e7));
  point_.speed_cmps = static_cast<std::int32_t>(draw(fastest_cmps));
  point_.course_cdeg = static_cast<std::int32_t>(draw(36'000));
  point_.accuracy_dm = 30;
  point_.source = protocol::PositionSource::gnss;
}

std::uint32_t Load::draw(std::uint32_t below) {
  random_ = mixed(random_);
  return static_cast<std::uint32_t>((random_ >> 32) * below >> 32);
}

std::string Load::next_batch(std::uint32_t count) {
  records_.clear();
  for (std::uint32_t n = 0; n < count; ++n) {
    utc_ms_ += 1000;
    boot_ms_ += 1000;
    point_.speed_cmps =
        std::clamp(point_.speed_cmps + static_cast<std::int32_t>(draw(101)) - 50, 0, fastest_cmps);
    point_.course_cdeg =
        (point_.course_cdeg + static_cast<std::int32_t>(draw(401)) + 35'800) % 36'000;
    const double metres = point_.speed_cmps * 0.01;
    const double rad = point_.course_cdeg * (pi / 18'000);
    point_.position = moved(point_.position, {metres * std::sin(rad), metres * std::cos(rad)});
    point_.odometer_m += std::lround(metres);
    records_.push_back({{boot_id_, boot_ms_, utc_ms_}, point_, {}});
  }
  const protocol::Batch batch = protocol::seal(epoch_, next_seq_, chain_, records_);
  next_seq_ = batch.last_seq + 1;
  chain_ = batch.chain_after;
  return protocol::encode(batch);
}

}  // namespace lujing::sim
