#include "bench_wire_jt808.h"

#include "base/time.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace lujing::bench {
namespace {

using protocol::Record;
using protocol::TrackPoint;

constexpr std::size_t max_body_bytes = 1023;  // ten bits of the header

void append_be(std::uint64_t value, std::size_t width, std::string& out) {
  for (std::size_t i = width; i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i)));
}

void append_bcd(const std::string& digits, std::string& out) {
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<char>((digits[i] - '0') * 16 + (digits[i + 1] - '0')));
}

/// Location body: 28 bytes, and the mileage item, since a track point has an odometer too.
std::string location_body(const Record& record) {
  const TrackPoint& point = *std::get_if<TrackPoint>(&record.payload);
  std::string out;
  append_be(0, 4, out);  // alarms
  append_be(3, 4, out);  // ignition on, positioned
  append_be(static_cast<std::uint64_t>(std::max(0, point.position.lat_e7) / 10), 4, out);
  append_be(static_cast<std::uint64_t>(std::max(0, point.position.lon_e7) / 10), 4, out);
  append_be(0, 2, out);                                                        // altitude
  append_be(static_cast<std::uint64_t>(point.speed_cmps) * 36 / 100, 2, out);  // 0.1 km/h
  append_be(static_cast<std::uint64_t>(point.course_cdeg) / 100, 2, out);
  const std::string iso =
      to_iso8601({record.stamp.utc_ms.value_or(0) + std::int64_t{8} * 3'600'000});
  append_bcd(iso.substr(2, 2) + iso.substr(5, 2) + iso.substr(8, 2) + iso.substr(11, 2) +
                 iso.substr(14, 2) + iso.substr(17, 2),
             out);
  out += "\x01\x04";
  append_be(static_cast<std::uint64_t>(point.odometer_m / 100), 4, out);
  return out;
}

/// Header, body and checksum between two marks, with both marks' bytes escaped inside.
std::size_t message_bytes(std::uint16_t id, std::uint16_t serial, const std::string& body) {
  std::string message;
  append_be(id, 2, message);
  append_be(body.size(), 2, message);
  append_bcd("013912345678", message);
  append_be(serial, 2, message);
  message += body;
  char check = 0;
  for (const char c : message) check = static_cast<char>(check ^ c);
  message.push_back(check);
  const auto escaped =
      std::count_if(message.begin(), message.end(), [](char c) { return c == 0x7e || c == 0x7d; });
  return message.size() + static_cast<std::size_t>(escaped) + 2;
}

}  // namespace

std::size_t jt808_single_bytes(std::span<const Record> points) {
  std::size_t bytes = 0;
  std::uint16_t serial = 0;
  for (const Record& record : points)
    bytes += message_bytes(0x0200, serial++, location_body(record));
  return bytes;
}

std::size_t jt808_batch_bytes(std::span<const Record> points) {
  std::size_t bytes = 0;
  std::uint16_t serial = 0;
  std::string items;
  std::size_t count = 0;
  const auto send = [&] {
    std::string body;
    append_be(count, 2, body);
    append_be(0, 1, body);
    bytes += message_bytes(0x0704, serial++, body + items);
    items.clear();
    count = 0;
  };
  for (const Record& record : points) {
    const std::string location = location_body(record);
    if (3 + items.size() + 2 + location.size() > max_body_bytes) send();
    append_be(location.size(), 2, items);
    items += location;
    ++count;
  }
  if (count > 0) send();
  return bytes;
}

}  // namespace lujing::bench
