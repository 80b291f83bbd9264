#include "protocol/health.h"

#include "protocol/schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace lujing::protocol {
namespace {

/// "id name unit" of each row of the page's table.
std::vector<std::string> rows_of_page() {
  std::ifstream in(std::string(LUJING_SOURCE_DIR) + "/protocol/HEALTH.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("| ", 0) != 0 || line.find('`') == std::string::npos) continue;
    std::vector<std::string> cells;
    for (std::size_t at = 2; at < line.size();) {
      const std::size_t end = line.find(" | ", at);
      cells.push_back(line.substr(at, end == std::string::npos ? end : end - at));
      at = end == std::string::npos ? line.size() : end + 3;
    }
    EXPECT_EQ(cells.size(), 5U) << line;
    rows.push_back(cells[0] + ' ' + cells[1].substr(1, cells[1].size() - 2) + ' ' + cells[2]);
  }
  return rows;
}

TEST(Health, ThePageHasEachCounterOfTheTable) {
  std::vector<std::string> expected;
  for (const HealthRow& row : health_table())
    expected.push_back(std::to_string(static_cast<int>(row.id)) + ' ' + row.name + ' ' +
                       (*row.unit == '\0' ? "-" : row.unit));
  EXPECT_EQ(rows_of_page(), expected);
}

TEST(Health, IdsAscendAndNamesAreUnique) {
  std::set<std::string> names;
  int before = 0;
  for (const HealthRow& row : health_table()) {
    EXPECT_GT(static_cast<int>(row.id), before);
    before = static_cast<int>(row.id);
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_EQ(find_health(static_cast<std::uint16_t>(row.id)), &row);
  }
  EXPECT_LE(before, max_counter_id);
  EXPECT_EQ(find_health(0), nullptr);
  EXPECT_EQ(find_health(10), nullptr);
  EXPECT_EQ(find_health(0xFFFF), nullptr);
}

}  // namespace
}  // namespace lujing::protocol
