// What a ledger holds of one terminal, read back for comparison, and what is wrong with it.
#pragma once

#include "protocol/batch.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::testing {

struct Books {
  std::vector<std::uint64_t> epochs;        ///< in order of appearance
  std::vector<protocol::Numbered> records;  ///< of all epochs, in order
  std::string last_chain;                   ///< hex; of the last epoch's last record

  template <class Payload>
  std::vector<Payload> all_of() const {
    std::vector<Payload> found;
    for (const auto& numbered : records) {
      if (const auto* payload = std::get_if<Payload>(&numbered.record.payload)) {
        found.push_back(*payload);
      }
    }
    return found;
  }
};

/// Opens the ledger file (its platform must not run), verifies every chain, checks that each
/// epoch's numbers go 1, 2, 3 ... without a gap, and gives the records. Each thing wrong is a test
/// failure.
Books read_books(const std::string& ledger_path, const std::string& terminal_id);

}  // namespace lujing::testing
