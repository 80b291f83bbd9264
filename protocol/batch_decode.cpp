#include "protocol/batch.h"
#include "protocol/batch_format.h"
#include "protocol/bytes.h"
#include "protocol/crc32c.h"
#include "protocol/schema.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string_view>

namespace lujing::protocol {
namespace {

using Values = std::vector<std::int64_t>;

Error bad(const std::string& what) {
  return Error("batch: " + what);
}

bool take_hash(ByteReader& in, Hash& hash) {
  std::string_view raw;
  if (!in.take(hash.size(), raw)) return false;
  std::memcpy(hash.data(), raw.data(), hash.size());
  return true;
}

Result<BatchHeader> take_header(ByteReader& in) {
  BatchHeader header;
  std::uint64_t format = 0;
  std::uint64_t span = 0;
  if (!in.le(1, format)) return bad("empty");
  if (format != batch_format)
    return bad("format " + std::to_string(format) + " is not known; a newer version wrote it");
  if (!in.le(8, header.epoch) || !in.varint(header.first_seq) || !in.varint(span) ||
      !take_hash(in, header.chain_before) || !take_hash(in, header.chain_after))
    return bad("ends inside its header");
  if (header.first_seq == 0 || span > UINT64_MAX - header.first_seq)
    return bad("sequence numbers out of range");
  header.last_seq = header.first_seq + span;
  return header;
}

/// Unpacks the texts, never into more than they say nor more than is allowed.
Result<std::string> take_texts(ByteReader& in) {
  std::uint64_t size = 0;
  std::uint64_t packed_size = 0;
  std::string_view raw;
  if (!in.varint(size)) return bad("ends before its texts");
  if (size == 0) return std::string();
  if (size > max_batch_unpacked_bytes) return bad("texts are over the limit");
  if (!in.varint(packed_size) || !in.take(packed_size == 0 ? size : packed_size, raw))
    return bad("ends inside its texts");
  if (packed_size == 0) return std::string(raw);
  if (ZSTD_getFrameContentSize(raw.data(), raw.size()) != size)
    return bad("compressed texts do not say the size that the batch says");
  std::string texts(size, '\0');
  if (ZSTD_decompress(texts.data(), texts.size(), raw.data(), raw.size()) != size)
    return bad("compressed texts are damaged");
  return texts;
}

class Decoder {
 public:
  Decoder(std::string_view numbers, std::string_view texts) : coder_(numbers), texts_(texts) {}

  Result<void> into(Batch& batch) {
    if (auto done = holes(batch); !done) return done;
    if (auto done = kinds(batch); !done) return done;
    std::vector<Record*> all;
    for (Numbered& numbered : batch.records) all.push_back(&numbered.record);
    if (auto done = group(all, true); !done) return done;
    for (const auto& [kind, members] : members_) {
      std::vector<Record*> records;
      for (const std::uint32_t index : members) records.push_back(all[index]);
      set_times(members);
      if (auto done = group(records, false); !done) return done.error().in(kind_text(kind));
    }
    if (coder_.overrun()) return bad("ends inside its columns");
    if (texts_.left() != 0) return bad("texts are left over");
    return {};
  }

 private:
  static std::string kind_text(std::uint8_t kind) { return "kind " + std::to_string(kind); }

  Result<void> holes(Batch& batch) {
    const std::uint64_t count = places_.hole_count.code(coder_, 0);
    if (count > max_batch_holes) return bad("too many holes");
    std::uint64_t left = batch.last_seq - batch.first_seq;  // one less than the numbers left
    std::uint64_t next = batch.first_seq;
    std::uint64_t records = 0;
    bool ended = false;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t gap = places_.hole_gap.code(coder_, 0);
      const std::uint64_t length = places_.hole_length.code(coder_, 0);
      if (ended || gap > left || length > left - gap || gap > max_batch_records)
        return bad("a hole is outside of the batch");
      Hole hole{next + gap, next + gap + length, {}};
      for (std::uint8_t& byte : hole.chain_after) byte = static_cast<std::uint8_t>(coder_.raw(8));
      if (!number_records(batch, next, gap, records)) return bad("too many records");
      batch.holes.push_back(hole);
      ended = hole.last_seq == batch.last_seq;
      if (!ended) {
        left -= gap + length + 1;
        next = hole.last_seq + 1;
      }
    }
    if (!ended && (left >= max_batch_records || !number_records(batch, next, left + 1, records)))
      return bad("too many records");
    return {};
  }

  static bool number_records(Batch& batch, std::uint64_t next, std::uint64_t count,
                             std::uint64_t& records) {
    records += count;
    if (records > max_batch_records) return false;
    for (std::uint64_t i = 0; i < count; ++i) batch.records.push_back({next + i, {}});
    return true;
  }

  Result<void> kinds(Batch& batch) {
    const std::size_t count = batch.records.size();
    for (std::size_t i = 0; i < count;) {
      const auto kind = static_cast<std::uint8_t>(coder_.raw(8));
      const std::uint64_t run = places_.kind_run.code(coder_, 0);
      if (kind == 0 || run == 0 || run > count - i) return bad("kinds do not fit the records");
      for (std::uint64_t k = 0; k < run; ++k, ++i) {
        batch.records[i].record = make_record(kind);
        members_[kind].push_back(static_cast<std::uint32_t>(i));
      }
    }
    return {};
  }

  void set_times(const std::vector<std::uint32_t>& members) {
    group_times_.clear();
    const Values& times = utc_ms_.empty() ? boot_ms_ : utc_ms_;
    if (!times.empty())
      for (const std::uint32_t index : members) group_times_.push_back(times[index]);
    speed_.clear();
    course_.clear();
    lat_.clear();
  }

  Result<void> group(const std::vector<Record*>& records, bool common) {
    std::uint64_t id = 0;
    while (coder_.bit(places_.more_columns)) {
      const std::uint64_t step = places_.id_step.code(coder_, 0);
      if (step == 0 || step > UINT16_MAX - id) return bad("field ids are out of order");
      id += step;
      if (common != (id < first_kind_field)) return bad("a field is in the wrong group");
      if (auto done = column(records, static_cast<std::uint16_t>(id)); !done)
        return done.error().in("field " + std::to_string(id));
      if (coder_.overrun()) return bad("ends inside its columns");
    }
    return {};
  }

  Result<void> column(const std::vector<Record*>& records, std::uint16_t id) {
    // A row of presence bits costs time too, so that absent cells count like others.
    cells_ += records.size() + 1;
    if (cells_ > max_batch_cells) return bad("more cells than allowed");
    const bool text = coder_.bit(places_.is_text);
    std::vector<Record*> present;
    if (!presence(records, present)) return bad("presence does not fit the records");
    if (present.empty()) return bad("no record has it");
    const bool full = present.size() == records.size();
    const Shape shape = code_shape(coder_, places_, {});
    if (shape.grid.step == 0 || shape.grid.parts == 0) return bad("has an impossible grid");
    Motion motion;
    if (full && id >= first_kind_field) motion = {{}, group_times_, speed_, course_, lat_};
    if (full && id == boot_ms_column) motion.utc_ms = utc_ms_;
    if (!usable(shape.predictor, motion, present.size()))
      return bad("cannot be predicted like that");
    Values values(present.size());
    code_column(coder_, shape, motion, values);
    if (text) return put_texts(present, id, values);
    for (std::size_t i = 0; i < present.size(); ++i)
      if (!put_field(*present[i], id, values[i]))
        return bad("value " + std::to_string(values[i]) + " does not fit");
    if (full) keep(id, std::move(values));
    return {};
  }

  bool presence(const std::vector<Record*>& records, std::vector<Record*>& present) {
    if (!coder_.bit(places_.has_gaps)) {
      present = records;
      return true;
    }
    bool value = false;
    for (std::size_t row = 0; row < records.size();) {
      const std::uint64_t run = places_.gap_run.code(coder_, 0);
      if (run > records.size() - row || (run == 0 && row > 0)) return false;
      const auto from = records.begin() + static_cast<std::ptrdiff_t>(row);
      if (value) present.insert(present.end(), from, from + static_cast<std::ptrdiff_t>(run));
      row += run;
      value = !value;
    }
    return true;
  }

  Result<void> put_texts(const std::vector<Record*>& present, std::uint16_t id,
                         const Values& values) {
    std::vector<std::string_view> known;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] < 0 || static_cast<std::uint64_t>(values[i]) > known.size())
        return bad("names a text that is not there");
      const auto index = static_cast<std::size_t>(values[i]);
      if (index == known.size()) {
        std::string_view text;
        if (!texts_.take(places_.text_length.code(coder_, 0), text))
          return bad("its texts are missing");
        known.push_back(text);
      }
      text_bytes_ += known[index].size();
      if (text_bytes_ > max_batch_unpacked_bytes) return bad("more text than allowed");
      if (!put_field(*present[i], id, std::string(known[index]))) return bad("must not be a text");
    }
    return {};
  }

  /// Keeps what later columns may be predicted from.
  void keep(std::uint16_t id, Values&& values) {
    if (id == boot_ms_column)
      boot_ms_ = std::move(values);
    else if (id == utc_ms_column)
      utc_ms_ = std::move(values);
    else if (id == speed_column)
      speed_ = std::move(values);
    else if (id == course_column)
      course_ = std::move(values);
    else if (id == lat_column)
      lat_ = std::move(values);
  }

  RangeDecoder coder_;
  ByteReader texts_;
  Places places_;
  std::size_t cells_ = 0;
  std::size_t text_bytes_ = 0;
  std::map<std::uint8_t, std::vector<std::uint32_t>> members_;
  Values boot_ms_, utc_ms_, speed_, course_, lat_;
  Values group_times_;
};

Result<void> check_chain(const Batch& batch) {
  Hash hash = batch.chain_before;
  auto hole = batch.holes.begin();
  const auto pass_holes = [&](std::uint64_t before_seq) {
    for (; hole != batch.holes.end() && hole->first_seq < before_seq; ++hole)
      hash = hole->chain_after;
  };
  for (const Numbered& numbered : batch.records) {
    pass_holes(numbered.seq);
    hash = chain_next(hash, digest(numbered.record));
  }
  pass_holes(UINT64_MAX);
  if (hole != batch.holes.end()) hash = hole->chain_after;
  if (hash != batch.chain_after)
    return bad("the hash chain does not come out at record " + std::to_string(batch.last_seq));
  return {};
}

}  // namespace

Result<BatchHeader> peek(std::string_view bytes) {
  ByteReader in(bytes);
  return take_header(in);
}

Result<Batch> decode(std::string_view bytes) {
  if (bytes.size() > max_batch_bytes) return bad("over the limit of packed bytes");
  if (bytes.size() < crc_bytes) return bad("too short");
  const std::string_view content = bytes.substr(0, bytes.size() - crc_bytes);
  std::uint64_t crc = 0;
  ByteReader(bytes.substr(content.size())).le(crc_bytes, crc);
  if (crc32c(content) != crc) return bad("the checksum is wrong");
  ByteReader in(content);
  const auto header = take_header(in);
  if (!header) return header.error();
  const auto texts = take_texts(in);
  if (!texts) return texts.error();
  Batch batch;
  batch.epoch = header->epoch;
  batch.first_seq = header->first_seq;
  batch.last_seq = header->last_seq;
  batch.chain_before = header->chain_before;
  batch.chain_after = header->chain_after;
  if (auto done = Decoder(in.rest(), *texts).into(batch); !done) return done.error();
  if (auto done = check_chain(batch); !done) return done.error();
  return batch;
}

}  // namespace lujing::protocol
