#include "tests/e2e/main/books.h"

#include "platform/ledger/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace lujing::testing {

Books read_books(const std::string& ledger_path, const std::string& terminal_id) {
  Books books;
  auto ledger = ledger::Ledger::open(ledger_path);
  if (!ledger) {
    ADD_FAILURE() << ledger.error().what();
    return books;
  }
  const auto wrong = (*ledger)->verify();
  if (!wrong) {
    ADD_FAILURE() << wrong.error().what();
    return books;
  }
  for (const auto& line : *wrong) ADD_FAILURE() << "the ledger says of itself: " << line;
  std::map<std::uint64_t, std::uint64_t> last_seq;
  std::map<std::uint64_t, protocol::Hash> chain;
  const auto read = (*ledger)->for_each(
      terminal_id, [&](std::uint64_t epoch, const protocol::Numbered& numbered) {
        if (std::find(books.epochs.begin(), books.epochs.end(), epoch) == books.epochs.end()) {
          books.epochs.push_back(epoch);
        }
        EXPECT_EQ(numbered.seq, last_seq[epoch] + 1) << "epoch " << epoch;
        last_seq[epoch] = numbered.seq;
        chain[epoch] = protocol::chain_next(chain[epoch], protocol::digest(numbered.record));
        books.records.push_back(numbered);
      });
  if (!read) ADD_FAILURE() << read.error().what();
  if (!books.epochs.empty()) books.last_chain = protocol::to_hex(chain[books.epochs.back()]);
  return books;
}

}  // namespace lujing::testing
