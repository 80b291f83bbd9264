// A district's day recomputed from its records: 300 vehicles, 8 hours at 1 Hz, 8,000 links; its
// month, and one vehicle's shift. Counters say how large a day's coverage is.
#include "platform/ledger/ledger.h"
#include "platform/report/books.h"
#include "platform/report/month.h"
#include "platform/report/rates.h"
#include "platform/roads/build.h"
#include "protocol/batch.h"
#include "tests/support/temp_dir.h"

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <random>

namespace lujing {
namespace {

constexpr int side = 64;  ///< streets each way: 2 * 64 * 63 = 8,064 links
constexpr double block_m = 120;
constexpr int variants = 6;  ///< drives that differ; the vehicles take them in turn
constexpr int shift_s = 8 * 3600;
constexpr std::int64_t start_ms = 1'777'600'000'000;
constexpr std::int64_t day_ms = 86'400'000;
constexpr int utc_offset_min = 480;

std::int64_t node_id(int column, int row) {
  return std::int64_t{row} * side + column + 1;
}

const std::vector<std::byte>& road_file() {
  static const std::vector<std::byte> bytes = [] {
    roads::RawNetwork raw;
    raw.name = "grid";
    const GeoPoint corner = GeoPoint::from_degrees(30.3, 114.8);
    for (int row = 0; row < side; ++row) {
      for (int column = 0; column < side; ++column) {
        raw.nodes.push_back(
            {node_id(column, row), moved(corner, {column * block_m, row * block_m})});
      }
    }
    for (int i = 0; i < 2 * side; ++i) {
      roads::RawWay way;
      way.id = i + 1;
      for (int j = 0; j < side; ++j) {
        way.nodes.push_back(i < side ? node_id(j, i) : node_id(i - side, j));
      }
      way.highway = i % 8 == 0 ? roads::Highway::primary : roads::Highway::residential;
      way.flags = core::link_flag::forward | core::link_flag::backward |
                  core::link_flag::sweepable | core::link_flag::left_kerb |
                  core::link_flag::right_kerb;
      way.road_class = static_cast<std::uint8_t>(i % 8 == 0 ? core::RoadClass::arterial
                                                            : core::RoadClass::branch);
      way.width_dm = 90;
      way.name = "street " + std::to_string(i);
      way.district = "district " + std::to_string(i % 5);
      raw.ways.push_back(way);
    }
    auto built = roads::build(raw);
    if (!built) std::abort();
    return std::move(built->bytes);
  }();
  return bytes;
}

/// A shift, so many days on: a start, a track point a second, a coverage record a link (two where
/// the brush was lifted), a work record a minute.
std::vector<protocol::Record> shift(int variant, int day = 0) {
  const auto roads = core::RoadNetwork::open(road_file());
  std::mt19937_64 random(static_cast<std::uint64_t>(variant));
  std::vector<protocol::Record> records;
  const auto add = [&](std::int64_t s, protocol::Payload payload) {
    protocol::Record record;
    record.stamp = {static_cast<std::uint64_t>(7 + day), s * 1000,
                    start_ms + day * day_ms + s * 1000};
    record.payload = std::move(payload);
    records.push_back(std::move(record));
  };
  core::LinkId link = static_cast<core::LinkId>(random() % roads->link_count());
  std::int64_t entered = 0;
  protocol::BootRecord boot;
  boot.rule_set = "city@1";
  add(0, boot);
  for (std::int64_t s = 0; s < shift_s; ++s) {
    protocol::TrackPoint point;
    point.position = roads->place(link, static_cast<double>(s - entered) * 2.0);
    point.position.lat_e7 += static_cast<std::int32_t>(random() % 200);
    point.speed_cmps = 200 + static_cast<std::int32_t>(random() % 40);
    point.course_cdeg = static_cast<std::int32_t>(random() % 200) + 9000;
    point.accuracy_dm = 20 + static_cast<std::int32_t>(random() % 5);
    point.odometer_m = s * 2;
    add(s, point);
    if (s % 60 == 59) {
      protocol::WorkRecord work;
      work.side = protocol::WorkSide::right;
      work.begin_boot_ms = (s - 59) * 1000;
      work.driven_dm = 1200;
      add(s, work);
    }
    const std::int64_t length_cm = roads->link(link).length_cm;
    if ((s - entered) * 200 < length_cm) continue;
    const bool lifted = random() % 10 == 0;
    for (int part = 0; part < (lifted ? 2 : 1); ++part) {
      protocol::CoverageRecord covered;
      covered.roads = roads->version();
      covered.link = link;
      covered.kerbs = random() % 2 == 0 ? 1 : 2;
      covered.backward = covered.kerbs == 1;
      covered.from_cm = part == 0 ? 0 : static_cast<std::int32_t>(length_cm / 2 + 700);
      covered.to_cm = static_cast<std::int32_t>(lifted && part == 0 ? length_cm / 2 : length_cm);
      covered.begin_boot_ms = entered * 1000;
      covered.end_boot_ms = s * 1000;
      covered.sure_permille = 990;
      add(s, covered);
    }
    entered = s;
    link = static_cast<core::LinkId>((link + 1 + random() % 3) % roads->link_count());
  }
  return records;
}

struct Packed {
  std::vector<std::string> bytes;
  std::vector<protocol::Batch> batches;
  std::size_t coverage_bytes = 0;  ///< of batches of coverage alone
};

const Packed& packed(int variant) {
  static std::vector<Packed> all = [] {
    std::vector<Packed> made(variants);
    for (int i = 0; i < variants; ++i) {
      const auto records = shift(i);
      std::vector<protocol::Record> coverage;
      protocol::Hash hash{};
      for (std::size_t at = 0; at < records.size(); at += 600) {
        const std::size_t count = std::min<std::size_t>(600, records.size() - at);
        const auto batch = protocol::seal(1, at + 1, hash, {records.data() + at, count});
        hash = batch.chain_after;
        made[static_cast<std::size_t>(i)].bytes.push_back(protocol::encode(batch));
        made[static_cast<std::size_t>(i)].batches.push_back(batch);
      }
      for (const auto& record : records) {
        if (std::holds_alternative<protocol::CoverageRecord>(record.payload)) {
          coverage.push_back(record);
        }
      }
      for (std::size_t at = 0; at < coverage.size(); at += 60) {
        const std::size_t count = std::min<std::size_t>(60, coverage.size() - at);
        made[static_cast<std::size_t>(i)].coverage_bytes +=
            protocol::encode(protocol::seal(1, at + 1, {}, {coverage.data() + at, count})).size();
      }
    }
    return made;
  }();
  return all[static_cast<std::size_t>(variant)];
}

class Books {
 public:
  explicit Books(int vehicles) {
    auto ledger = ledger::Ledger::open(path());
    if (!ledger) std::abort();
    for (int i = 0; i < vehicles; ++i) {
      const std::string id = "S-" + std::to_string(1000 + i);
      if (!(*ledger)->hello(id, "sweeper", id, "bench")) std::abort();
      const Packed& drive = packed(i % variants);
      for (std::size_t n = 0; n < drive.bytes.size(); ++n) {
        if (!(*ledger)->take(id, drive.batches[n], drive.bytes[n], start_ms)) std::abort();
      }
      if (!(*ledger)->commit()) std::abort();
    }
  }
  std::string path() { return folder_.path("ledger.db"); }

 private:
  tests::TempDir folder_;
};

/// Of all threads, so that other work on the machine does not show in it.
double processor_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void recompute(benchmark::State& state) {
  const auto vehicles = static_cast<int>(state.range(0));
  Books books(vehicles);
  const auto roads = core::RoadNetwork::open(road_file());
  double rate = 0;
  std::uint64_t records = 0;
  double reading_s = 0;
  double rating_s = 0;
  for (auto _ : state) {
    const double begin_s = processor_s();
    const auto read = report::read_books(books.path(), roads->version(), {}, 2);
    if (!read) std::abort();
    const double read_s = processor_s();
    reading_s += read_s - begin_s;
    const auto ledger = report::ledger_of(*read);
    const auto report = report::make_report(*roads, ledger, *read, {});
    rating_s += processor_s() - read_s;
    records = report.records;
    rate = report.rows.front().length.rate().value_or(-1);
  }
  using benchmark::Counter;
  state.counters["processor_s_reading"] = Counter(reading_s, Counter::kAvgIterations);
  state.counters["processor_s_rating"] = Counter(rating_s, Counter::kAvgIterations);
  state.counters["records"] = static_cast<double>(records);
  state.counters["links"] = roads->link_count();
  state.counters["rate"] = rate;
  state.counters["coverage_bytes_a_vehicle_day"] = static_cast<double>(packed(0).coverage_bytes);
}
BENCHMARK(recompute)
    ->Name("coverage/shift_from_records")
    ->Arg(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(recompute)
    ->Name("coverage/district_day_from_records")
    ->Arg(300)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// Thirty days of a district in one file, each on its own date: what `lujing-ctl audit --month`
/// reads. It takes 1.8 GB of disk.
class MonthBooks {
 public:
  MonthBooks(int vehicles, int days) {
    auto ledger = ledger::Ledger::open(path());
    if (!ledger) std::abort();
    std::vector<protocol::Hash> chains(variants);
    std::vector<std::uint64_t> next(variants, 1);
    for (int day = 0; day < days; ++day) {
      for (int variant = 0; variant < variants; ++variant) {
        take_day(**ledger, vehicles, variant, day, chains, next);
      }
    }
  }
  std::string path() { return folder_.path("ledger.db"); }

 private:
  /// Vehicles that take the same drive say the same on a day.
  static void take_day(ledger::Ledger& ledger, int vehicles, int variant, int day,
                       std::vector<protocol::Hash>& chains, std::vector<std::uint64_t>& next) {
    const auto at_variant = static_cast<std::size_t>(variant);
    const auto records = shift(variant, day);
    std::vector<protocol::Batch> batches;
    std::vector<std::string> bytes;
    for (std::size_t at = 0; at < records.size(); at += 600) {
      const std::size_t count = std::min<std::size_t>(600, records.size() - at);
      batches.push_back(
          protocol::seal(1, next[at_variant], chains[at_variant], {records.data() + at, count}));
      bytes.push_back(protocol::encode(batches.back()));
      chains[at_variant] = batches.back().chain_after;
      next[at_variant] += count;
    }
    for (int i = variant; i < vehicles; i += variants) {
      const std::string id = "S-" + std::to_string(1000 + i);
      if (day == 0 && !ledger.hello(id, "sweeper", id, "bench")) std::abort();
      for (std::size_t n = 0; n < bytes.size(); ++n) {
        if (!ledger.take(id, batches[n], bytes[n], start_ms + (day + 1) * day_ms)) std::abort();
      }
    }
    if (!ledger.commit()) std::abort();
  }

  tests::TempDir folder_;
};

void month(benchmark::State& state) {
  const auto vehicles = static_cast<int>(state.range(0));
  const auto days = static_cast<int>(state.range(1));
  MonthBooks books(vehicles, days);
  const auto roads = core::RoadNetwork::open(road_file());
  report::MonthAsked asked;
  asked.ledger_path = books.path();
  asked.first_day = (start_ms + utc_offset_min * 60'000) / day_ms;
  asked.days = days;
  asked.utc_offset_min = utc_offset_min;
  asked.threads = 2;
  asked.now_ms = INT64_MAX;
  double used_s = 0;
  for (auto _ : state) {
    const double begin_s = processor_s();
    const auto made = report::make_month(*roads, asked);
    if (!made || made->days.size() != static_cast<std::size_t>(days)) std::abort();
    used_s += processor_s() - begin_s;
    state.counters["records"] = static_cast<double>(made->report.records);
    state.counters["rate"] = made->report.rows.front().length.rate().value_or(-1);
  }
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  state.counters["processor_s"] = benchmark::Counter(used_s, benchmark::Counter::kAvgIterations);
  state.counters["resident_MiB"] = static_cast<double>(used.ru_maxrss) / 1024;
  state.counters["ledger_MiB"] =
      static_cast<double>(std::filesystem::file_size(books.path())) / (1 << 20);
}
BENCHMARK(month)
    ->Name("coverage/district_month_from_records")
    ->Args({300, 30})
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// The rates alone, once the coverage is in memory.
void rates_only(benchmark::State& state) {
  const auto roads = core::RoadNetwork::open(road_file());
  std::vector<report::Collected> vehicles;
  for (std::uint32_t i = 0; i < 300; ++i) {
    report::Collector collector(i, roads->version(), {});
    std::uint64_t seq = 0;
    static std::vector<std::vector<protocol::Record>> shifts(variants);
    auto& records = shifts[i % variants];
    if (records.empty()) records = shift(static_cast<int>(i % variants));
    for (const auto& record : records) {
      if (std::holds_alternative<protocol::TrackPoint>(record.payload)) continue;
      collector.take(1, {++seq, record});
    }
    vehicles.push_back(collector.finish());
  }
  for (auto _ : state) {
    const auto ledger = report::ledger_of(vehicles);
    benchmark::DoNotOptimize(report::make_report(*roads, ledger, vehicles, {}));
  }
}
BENCHMARK(rates_only)
    ->Name("coverage/district_day_rates")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lujing
