// What the journal's writer and reader share. The format itself is in JOURNAL.md. Internal.
#pragma once

#include "protocol/journal_file.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace lujing::protocol {

inline constexpr std::string_view journal_magic = "LUJING-J";
inline constexpr std::uint64_t journal_version = 1;
/// magic, version u16, reserved u16, body length u32, crc u32
inline constexpr std::size_t journal_head_bytes = 8 + 2 + 2 + 4 + 4;
inline constexpr std::size_t max_journal_header_bytes = 1 << 20;

/// Not found in text, nor twice in itself.
inline constexpr std::string_view block_magic = "\xD7LJ\xB2";
/// magic, stored length u32, unpacked length u32, crc u32
inline constexpr std::size_t block_head_bytes = 4 + 4 + 4 + 4;
inline constexpr std::size_t max_block_bytes = std::size_t{256} * 1024;  ///< unpacked

std::string journal_header_body(const JournalHeader& header);
/// Takes what journal_header_body() gives; passes over fields that it does not know.
bool parse_journal_header_body(std::string_view body, JournalHeader& header);

}  // namespace lujing::protocol
