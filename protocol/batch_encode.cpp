#include "protocol/batch.h"
#include "protocol/batch_format.h"
#include "protocol/bytes.h"
#include "protocol/crc32c.h"
#include "protocol/schema.h"

#include <zstd.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace lujing::protocol {
namespace {

using Values = std::vector<std::int64_t>;

/// One field of a group of records: the rows that have it, in order.
struct Column {
  bool text = false;
  std::vector<std::uint32_t> rows;
  Values numbers;
  std::vector<std::string_view> texts;
};
using Columns = std::map<std::uint16_t, Column>;

void check(bool good, const char* what) {
  if (!good) throw std::invalid_argument(std::string("batch: ") + what);
}

/// The numbered things of a batch must follow each other without a gap.
void check_cover(const Batch& batch) {
  check(batch.first_seq >= 1 && batch.last_seq >= batch.first_seq, "first_seq..last_seq is empty");
  check(batch.records.size() <= max_batch_records, "too many records");
  check(batch.holes.size() <= max_batch_holes, "too many holes");
  std::uint64_t next = batch.first_seq;
  auto hole = batch.holes.begin();
  auto record = batch.records.begin();
  bool ended = false;
  while (!ended) {
    std::uint64_t last = next;
    if (hole != batch.holes.end() && hole->first_seq == next) {
      check(hole->last_seq >= next && hole->last_seq <= batch.last_seq, "a hole has no end");
      last = hole++->last_seq;
    } else {
      check(record != batch.records.end() && record->seq == next, "records and holes leave a gap");
      ++record;
    }
    ended = last == batch.last_seq;
    next = last + 1;
  }
  check(hole == batch.holes.end() && record == batch.records.end(), "last_seq comes too early");
}

class Encoder {
 public:
  std::string body(const Batch& batch) {
    holes(batch);
    kinds(batch);
    gather(batch);
    Columns& common = groups_[0];
    context(common, batch.records.size());
    write(common, batch.records.size(), stamps_);
    for (const auto& [kind, members] : members_) {
      Columns& columns = groups_[kind];
      write(columns, members.size(), motion_of(members, columns));
    }
    return coder_.finish();
  }
  const std::string& texts() const { return texts_; }

 private:
  void holes(const Batch& batch) {
    places_.hole_count.code(coder_, batch.holes.size());
    std::uint64_t next = batch.first_seq;
    for (const Hole& hole : batch.holes) {
      places_.hole_gap.code(coder_, hole.first_seq - next);
      places_.hole_length.code(coder_, hole.last_seq - hole.first_seq);
      for (const std::uint8_t byte : hole.chain_after) coder_.raw(8, byte);
      next = hole.last_seq + 1;
    }
  }

  void kinds(const Batch& batch) {
    const auto& records = batch.records;
    for (std::size_t i = 0; i < records.size();) {
      const std::uint8_t kind = kind_number(records[i].record.payload);
      std::size_t run = 1;
      while (i + run < records.size() && kind_number(records[i + run].record.payload) == kind)
        ++run;
      coder_.raw(8, kind);
      places_.kind_run.code(coder_, run);
      i += run;
    }
  }

  void gather(const Batch& batch) {
    groups_[0];
    std::vector<Cell> cells;
    std::uint32_t index = 0;
    for (const Numbered& numbered : batch.records) {
      const std::uint8_t kind = kind_number(numbered.record.payload);
      auto& members = members_[kind];
      to_cells(numbered.record, cells);
      for (const Cell& cell : cells) {
        const bool common = cell.id < first_kind_field;
        Column& column = groups_[common ? 0 : kind][cell.id];
        const auto* number = std::get_if<std::int64_t>(&cell.value);
        check(column.rows.empty() || column.text == (number == nullptr),
              "a field is a number here and a text there");
        column.rows.push_back(common ? index : static_cast<std::uint32_t>(members.size()));
        if (number != nullptr) {
          column.numbers.push_back(*number);
        } else {
          column.text = true;
          column.texts.push_back(*std::get_if<std::string_view>(&cell.value));
          text_bytes_ += column.texts.back().size();
          check(text_bytes_ <= max_batch_unpacked_bytes, "too much text");
        }
      }
      members.push_back(index++);
    }
  }

  void context(Columns& common, std::size_t rows) {
    const auto full = [&](std::uint16_t id) -> std::span<const std::int64_t> {
      const auto found = common.find(id);
      if (found == common.end() || found->second.numbers.size() != rows) return {};
      return found->second.numbers;
    };
    stamps_.utc_ms = full(utc_ms_column);
    times_ = stamps_.utc_ms.empty() ? full(boot_ms_column) : stamps_.utc_ms;
  }

  /// What the columns of a kind may be predicted from.
  Motion motion_of(const std::vector<std::uint32_t>& members, const Columns& columns) {
    const auto full = [&](std::uint16_t id) -> std::span<const std::int64_t> {
      const auto found = columns.find(id);
      if (found == columns.end() || found->second.numbers.size() != members.size()) return {};
      return found->second.numbers;
    };
    group_times_.clear();
    if (!times_.empty())
      for (const std::uint32_t index : members) group_times_.push_back(times_[index]);
    return {{}, group_times_, full(speed_column), full(course_column), full(lat_column)};
  }

  void write(Columns& columns, std::size_t rows, const Motion& motion) {
    std::uint16_t before = 0;
    for (auto& [id, column] : columns) {
      cells_ += rows + 1;
      check(cells_ <= max_batch_cells, "too many cells");
      coder_.bit(places_.more_columns, true);
      places_.id_step.code(coder_, static_cast<std::uint64_t>(id - before));
      before = id;
      coder_.bit(places_.is_text, column.text);
      presence(column, rows);
      if (column.text) index_texts(column);
      Motion usable_motion = motion;
      if (column.rows.size() != rows || id < first_kind_field) {
        usable_motion = {};
        if (id == boot_ms_column && column.rows.size() == rows)
          usable_motion.utc_ms = motion.utc_ms;
      }
      // A column may look only at columns before it.
      if (id <= speed_column) usable_motion.speed_cmps = {};
      if (id <= course_column) usable_motion.course_cdeg = {};
      if (id <= lat_column) usable_motion.lat_e7 = {};
      numbers(column.numbers, usable_motion);
      if (column.text) new_texts(column);
    }
    coder_.bit(places_.more_columns, false);
  }

  void presence(const Column& column, std::size_t rows) {
    const bool gaps = column.rows.size() != rows;
    coder_.bit(places_.has_gaps, gaps);
    if (!gaps) return;
    std::vector<bool> has(rows, false);
    for (const std::uint32_t row : column.rows) has[row] = true;
    bool value = false;
    for (std::size_t row = 0; row < rows;) {
      std::size_t run = 0;
      while (row + run < rows && has[row + run] == value) ++run;
      places_.gap_run.code(coder_, run);
      row += run;
      value = !value;
    }
  }

  /// Texts become numbers: which of the column's different texts, in order of appearance.
  static void index_texts(Column& column) {
    std::unordered_map<std::string_view, std::int64_t> seen;
    for (const std::string_view text : column.texts)
      column.numbers.push_back(
          seen.emplace(text, static_cast<std::int64_t>(seen.size())).first->second);
  }

  void new_texts(const Column& column) {
    std::int64_t known = 0;
    for (std::size_t i = 0; i < column.numbers.size(); ++i) {
      if (column.numbers[i] != known) continue;
      ++known;
      places_.text_length.code(coder_, column.texts[i].size());
      texts_.append(column.texts[i]);
    }
  }

  void numbers(Values& values, const Motion& motion) {
    const Shape shape = cheapest_shape(motion, values);
    code_shape(coder_, places_, shape);
    code_column(coder_, shape, motion, values);
  }

  RangeEncoder coder_;
  Places places_;
  std::string texts_;
  std::size_t text_bytes_ = 0;
  std::size_t cells_ = 0;
  std::map<std::uint8_t, Columns> groups_;  ///< by kind; 0: the common fields
  std::map<std::uint8_t, std::vector<std::uint32_t>> members_;
  Motion stamps_;
  std::span<const std::int64_t> times_;
  Values group_times_;
};

void append_texts(const std::string& texts, std::string& out) {
  append_varint(texts.size(), out);
  if (texts.empty()) return;
  std::string packed(ZSTD_compressBound(texts.size()), '\0');
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), texts.data(), texts.size(), 9);
  const bool smaller = ZSTD_isError(size) == 0 && size < texts.size();
  append_varint(smaller ? size : 0, out);
  out.append(smaller ? std::string_view(packed).substr(0, size) : std::string_view(texts));
}

}  // namespace

std::string encode(const Batch& batch) {
  check_cover(batch);
  Encoder encoder;
  const std::string body = encoder.body(batch);
  std::string out;
  out.push_back(static_cast<char>(batch_format));
  append_le(batch.epoch, 8, out);
  append_varint(batch.first_seq, out);
  append_varint(batch.last_seq - batch.first_seq, out);
  out.append(reinterpret_cast<const char*>(batch.chain_before.data()), batch.chain_before.size());
  out.append(reinterpret_cast<const char*>(batch.chain_after.data()), batch.chain_after.size());
  append_texts(encoder.texts(), out);
  out.append(body);
  append_le(crc32c(out), crc_bytes, out);
  check(out.size() <= max_batch_bytes, "too large when packed");
  return out;
}

Batch seal(std::uint64_t epoch, std::uint64_t first_seq, const Hash& before,
           std::span<const Record> records) {
  check(!records.empty(), "nothing to seal");
  Batch batch;
  batch.epoch = epoch;
  batch.first_seq = first_seq;
  batch.last_seq = first_seq + records.size() - 1;
  batch.chain_before = before;
  batch.chain_after = before;
  batch.records.reserve(records.size());
  for (const Record& record : records) {
    batch.records.push_back({first_seq + batch.records.size(), record});
    batch.chain_after = chain_next(batch.chain_after, digest(record));
  }
  return batch;
}

}  // namespace lujing::protocol
