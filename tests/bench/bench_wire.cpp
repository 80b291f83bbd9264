// What a track point costs on the wire, in batches of 60, beside the same points in JT/T 808.
// Counted: the packed batch with both chain hashes and its checksum, the protobuf frame, the frame
// length and one TLS 1.3 record (22 bytes) for each batch. Not counted, on either side: TCP/IP, and
// the acknowledgements that come back. Rows: bytes for each point; speeds are for one core.
#include "bench_wire_drives.h"
#include "bench_wire_jt808.h"
#include "protocol/batch.h"
#include "protocol/framing.h"
#include "protocol/wire.pb.h"

#include <benchmark/benchmark.h>

#include <span>
#include <string>
#include <vector>

namespace lujing::bench {
namespace {

constexpr std::size_t points_of_batch = 60;
constexpr std::size_t tls_record_bytes = 5 + 1 + 16;  // header, inner type, tag

std::vector<std::span<const protocol::Record>> batches_of(const Drive& drive) {
  std::vector<std::span<const protocol::Record>> all;
  const std::span<const protocol::Record> points(drive.points);
  for (std::size_t at = 0; at + points_of_batch <= points.size(); at += points_of_batch)
    all.push_back(points.subspan(at, points_of_batch));
  return all;
}

std::vector<protocol::Batch> sealed_batches(const Drive& drive) {
  std::vector<protocol::Batch> sealed;
  protocol::Hash hash{};
  std::uint64_t seq = 1'000'000;
  for (const auto& points : batches_of(drive)) {
    sealed.push_back(protocol::seal(0x5DEECE66D1234567U, seq, hash, points));
    seq += points.size();
    hash = sealed.back().chain_after;
  }
  return sealed;
}

std::size_t wire_bytes(const std::string& packed) {
  wire::Frame frame;
  frame.mutable_batch()->set_packed(packed);
  std::string out;
  protocol::append_frame(frame.SerializeAsString(), out);
  return out.size() + tls_record_bytes;
}

void encode_drive(benchmark::State& state, const Drive& drive) {
  const auto sealed = sealed_batches(drive);
  std::size_t points = 0;
  while (state.KeepRunning()) {
    for (const auto& batch : sealed) benchmark::DoNotOptimize(protocol::encode(batch));
    points += sealed.size() * points_of_batch;
  }
  double wire = 0;
  double packed = 0;
  double single = 0;
  double grouped = 0;
  const auto all = batches_of(drive);
  const auto count = static_cast<double>(all.size() * points_of_batch);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string bytes = protocol::encode(sealed[i]);
    packed += static_cast<double>(bytes.size());
    wire += static_cast<double>(wire_bytes(bytes));
    single += static_cast<double>(jt808_single_bytes(all[i]));
    grouped += static_cast<double>(jt808_batch_bytes(all[i]));
  }
  state.counters["points"] = count;
  state.counters["wire_B"] = wire / count;
  state.counters["packed_B"] = packed / count;
  state.counters["jt808_0200_B"] = single / count;
  state.counters["jt808_0704_B"] = grouped / count;
  state.counters["points_per_s"] =
      benchmark::Counter(static_cast<double>(points), benchmark::Counter::kIsRate);
}

void decode_drive(benchmark::State& state, const Drive& drive) {
  std::vector<std::string> packed;
  for (const auto& batch : sealed_batches(drive)) packed.push_back(protocol::encode(batch));
  std::size_t points = 0;
  while (state.KeepRunning()) {
    for (const std::string& bytes : packed) {
      const auto batch = protocol::decode(bytes);
      if (!batch) state.SkipWithError(batch.error().what().c_str());
      points += points_of_batch;
    }
  }
  state.counters["points_per_s"] =
      benchmark::Counter(static_cast<double>(points), benchmark::Counter::kIsRate);
}

const bool registered = [] {
  for (const Drive& drive : drives()) {
    benchmark::RegisterBenchmark(("wire/encode/" + drive.name).c_str(), [&drive](
                                                                            benchmark::State& s) {
      encode_drive(s, drive);
    })->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("wire/decode_and_verify/" + drive.name).c_str(),
                                 [&drive](benchmark::State& s) { decode_drive(s, drive); })
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
}  // namespace lujing::bench
