// protocol/RECORDS.md is a contract: its tables and the program's are the same.
#include "protocol/schema.h"

#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <string>
#include <vector>

namespace lujing::protocol {
namespace {

std::string row_text(const Field& field) {
  return std::to_string(field.id) + ' ' + field.name + ' ' +
         (field.type == FieldType::text ? "text empty"
          : field.zero_if_absent        ? "number 0"
                                        : "number not known");
}

/// Cells of "| a | b |" without the marks around names.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t at = 2; at < line.size();) {
    const std::size_t end = line.find(" |", at);
    if (end == std::string::npos) break;
    std::string cell = line.substr(at, end - at);
    std::erase(cell, '`');
    cells.push_back(cell);
    at = end + 3;
  }
  return cells;
}

TEST(RecordsPage, HasEachKindAndFieldOfTheTables) {
  std::vector<std::string> expected;
  for (const Field& field : common_fields()) expected.push_back(row_text(field));
  for (const Kind& kind : kinds()) {
    expected.push_back(std::to_string(kind.number) + ' ' + kind.name);
    for (const Field& field : kind.fields) expected.push_back(row_text(field));
  }
  std::vector<std::string> page;
  std::ifstream in(std::string(LUJING_SOURCE_DIR) + "/protocol/RECORDS.md");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("### ", 0) == 0) {
      const std::size_t name = line.find('`');
      page.push_back(line.substr(4, name - 4) +
                     line.substr(name + 1, line.find('`', name + 1) - name - 1));
    } else if (line.rfind("| ", 0) == 0 && line.size() > 2 && std::isdigit(line[2]) != 0) {
      const auto cells = cells_of(line);
      ASSERT_GE(cells.size(), 5U) << line;
      page.push_back(cells[0] + ' ' + cells[1] + ' ' + cells[2] + ' ' + cells[3]);
    }
  }
  ASSERT_EQ(page.size(), expected.size());
  for (std::size_t i = 0; i < page.size(); ++i) EXPECT_EQ(page[i], expected[i]);
}

}  // namespace
}  // namespace lujing::protocol
