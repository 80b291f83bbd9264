// A ride written down as a vehicle would: a journal file with the core's configuration in it.
#pragma once

#include "protocol/journal_file.h"
#include "terminal/config/core_config.h"
#include "terminal/journal/observation_codec.h"
#include "tests/support/observations.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace lujing::test {

inline protocol::JournalHeader header_for(const core::CoreConfig& config,
                                          std::uint64_t boot_id = 0xb007) {
  protocol::JournalHeader header;
  header.terminal_id = "M-001";
  header.boot_id = boot_id;
  header.software = config.software;
  header.signals = {"wheel_speed|km/h", "brush_rpm|1/min"};
  header.inputs = {"cover_closed|", "load|of full", "hoist_raised|", "suction_down|",
                   "water_pump|"};
  header.core_config = config::to_toml(config);
  return header;
}

inline void write_journal(const std::string& path, const core::CoreConfig& config,
                          const std::vector<hal::Observation>& told) {
  auto writer = protocol::JournalWriter::create(path, header_for(config));
  if (!writer) throw std::runtime_error(writer.error().what());
  journal::ObservationEncoder encoder;
  for (const hal::Observation& observation : told) {
    encoder.add(observation);
    if (!encoder.full()) continue;
    writer->append(encoder.bytes());
    encoder.clear();
  }
  if (!encoder.empty()) writer->append(encoder.bytes());
  if (auto done = writer->flush(false); !done) throw std::runtime_error(done.error().what());
}

}  // namespace lujing::test
