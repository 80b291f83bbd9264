// The recorded truck drive: every row that the oracle decoded from it.
#include "hal/can/candump.h"
#include "hal/can/decoder.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace lujing::hal::can {
namespace {

struct Row {
  std::string time, message, source, signal, value;
};

std::vector<Row> rows_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);  // head
  std::vector<Row> rows;
  while (std::getline(stream, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::istringstream fields(line);
    Row row;
    std::getline(fields, row.time, ',');
    std::getline(fields, row.message, ',');
    std::getline(fields, row.source, ',');
    std::getline(fields, row.signal, ',');
    std::getline(fields, row.value);
    rows.push_back(row);
  }
  return rows;
}

TEST(TruckDrive, EverySignalIsThatOfTheOracle) {
  const auto data = test_support::shared_data();
  if (!data) GTEST_SKIP() << "the shared recordings are not here (LUJING_SHARED_DATA)";
  const auto database = load_dbc(*data / "can/dbc/j1939_subset.dbc");
  ASSERT_TRUE(database.ok()) << database.error().what();
  auto decoder = Decoder::compile_all(*database);
  ASSERT_TRUE(decoder.ok());
  std::vector<std::pair<std::string, std::string>> names;
  for (const Message& m : database->messages) {
    for (const Signal& s : m.signals) names.emplace_back(m.name, s.name);
  }
  const std::vector<Row> rows = rows_of(*data / "can/candump/truck-drive-a.signals.csv");
  std::ifstream log(*data / "can/candump/truck-drive-a.log");
  std::string line;
  std::size_t row = 0;
  std::size_t frames = 0;
  std::size_t without_value = 0;
  while (std::getline(log, line)) {
    const auto read = parse_candump_line(line);
    ASSERT_TRUE(read.ok() && read->has_frame) << line;
    ++frames;
    EXPECT_EQ(to_candump_line(read->frame, read->channel), line);
    for (const Decoded& d : decoder->decode(read->frame)) {
      ASSERT_LT(row, rows.size());
      const Row& wanted = rows[row++];
      SCOPED_TRACE("row " + std::to_string(row + 1));
      ASSERT_EQ(names[d.wish].first, wanted.message);
      ASSERT_EQ(names[d.wish].second, wanted.signal);
      ASSERT_EQ(std::to_string(j1939_source(read->frame.id)), wanted.source);
      ASSERT_NEAR(read->frame.at.seconds(), std::stod(wanted.time), 1e-9);
      ASSERT_EQ(d.state == SignalState::ok, !wanted.value.empty());
      if (wanted.value.empty()) {
        ++without_value;
      } else {
        // The table is rounded to some decimals; ours are the full products.
        const double value = std::stod(wanted.value);
        ASSERT_NEAR(d.value, value, 1e-6 + 1e-9 * std::abs(value));
      }
    }
  }
  EXPECT_EQ(frames, 19'957U);
  EXPECT_EQ(row, rows.size()) << "rows of the table that were not decoded";
  EXPECT_EQ(rows.size(), 10'380U);
  EXPECT_EQ(decoder->short_frames(), 0U);
  RecordProperty("rows_not_available", static_cast<int>(without_value));
}

}  // namespace
}  // namespace lujing::hal::can
