// One batch of each kind, by hand, with the bytes that it must always have.
#pragma once

#include "protocol/batch.h"

#include <string>
#include <vector>

namespace lujing::protocol::testing {

struct Golden {
  std::string name;
  std::vector<Record> records;
};

inline Record record_at(std::int64_t boot_ms, Payload payload) {
  Record record;
  record.stamp = {0x0123456789ABCDEFU, boot_ms, 1'763'700'000'000 + boot_ms};
  record.payload = std::move(payload);
  return record;
}

inline std::vector<Record> track_points() {
  std::vector<Record> points;
  points.reserve(5);
  for (int i = 0; i < 5; ++i)
    points.push_back(record_at(60'000 + 1000 * i + i * i,
                               TrackPoint{{282'282'000 + 450 * i, 1'129'388'000 + 3 * i * i},
                                          500 + 10 * i,
                                          (35'995 + 3 * i) % 36'000,
                                          35,
                                          1'000'000 + 5 * i,
                                          PositionSource::gnss,
                                          i == 0 ? TrackReason::first : TrackReason::time}));
  return points;
}

inline std::vector<Golden> golden_batches() {
  std::vector<Golden> all;
  all.push_back({"boot", {record_at(100, BootRecord{"0.1.0", "changsha@7"})}});
  all.push_back({"track_point", track_points()});
  all.push_back(
      {"vehicle_state",
       {record_at(200,
                  VehicleState{
                      true, Cover::open, Hoist::flat, Load::full, 5, {282'282'000, 1'129'388'000}}),
        record_at(300, VehicleState{})}});
  all.push_back(
      {"alarm",
       {record_at(400, AlarmRecord{"MT-01",
                                   AlarmState::raised,
                                   390,
                                   "changsha@7",
                                   {282'282'000, 1'129'388'000},
                                   833,
                                   "cover=open load=full"}),
        record_at(
            500,
            AlarmRecord{"MT-01", AlarmState::cleared, 390, "changsha@7", {}, 0, "cover=closed"})}});
  all.push_back({"health",
                 {record_at(600, HealthRecord{{{1, 0}, {20, 123'456}, {123, -1}}}),
                  record_at(700, HealthRecord{{{20, 123'999}, {61'439, INT64_MIN}}})}});
  all.push_back({"thinned", {record_at(800, ThinnedRecord{5, UINT64_MAX, 3})}});
  Record unknown = record_at(900, UnknownRecord{77});
  for (const std::uint16_t id : {std::uint16_t{16}, std::uint16_t{40}}) {
    RawField& field = unknown.unknown_fields.emplace_back();
    field.id = id;
    if (id == 16) field.value = std::int64_t{-5};
    if (id == 40) field.value = std::string("later");
  }
  all.push_back({"unknown", {unknown}});
  all.push_back({"directive",
                 {record_at(1000, DirectiveRecord{"rule_set", 7, DirectiveOutcome::applied,
                                                  std::string(64, 'a'), ""}),
                  record_at(1100, DirectiveRecord{"plan", UINT64_MAX, DirectiveOutcome::refused,
                                                  std::string(64, '0'), "route 3: no link 9"})}});
  return all;
}

inline Batch sealed(const std::vector<Record>& records, std::uint64_t first_seq = 1) {
  return seal(0xFEDCBA9876543210U, first_seq, Hash{}, records);
}

/// All of them in one batch, with holes before, between and behind.
inline Batch batch_with_holes() {
  std::vector<Record> records;
  for (const Golden& golden : golden_batches()) {
    records.insert(records.end(), golden.records.begin(), golden.records.end());
    if (golden.name == "unknown") break;  // kinds that came later: its bytes stay what they are
  }
  Batch batch;
  batch.epoch = 42;
  batch.first_seq = 1000;
  batch.chain_before.fill(0x11);
  Hash hash = batch.chain_before;
  std::uint64_t seq = batch.first_seq;
  const auto add_hole = [&](std::uint64_t length) {
    hash.fill(static_cast<std::uint8_t>(0xA0 + batch.holes.size()));
    batch.holes.push_back({seq, seq + length - 1, hash});
    seq += length;
  };
  add_hole(3'000'000);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i == 4) add_hole(1);
    batch.records.push_back({seq++, records[i]});
    hash = chain_next(hash, digest(records[i]));
  }
  add_hole(2);
  batch.last_seq = seq - 1;
  batch.chain_after = hash;
  return batch;
}

}  // namespace lujing::protocol::testing
