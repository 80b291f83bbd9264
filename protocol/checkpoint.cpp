#include "protocol/checkpoint.h"

#include "protocol/directive.h"
#include "protocol/evidence.h"

#include <charconv>

namespace lujing::protocol {
namespace {

constexpr std::string_view checkpoint_first_line = "lujing checkpoint 1\n";
constexpr std::string_view signature_key = "signature ";

std::string hex_of(std::uint64_t value) {
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) {
    text[15 - i] = "0123456789abcdef"[value >> (4 * i) & 15];
  }
  return text;
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

/// The line's value, if it is this key's; the line is taken from the front of `rest`.
std::optional<std::string_view> next_line(std::string_view& rest, std::string_view key) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos || !rest.starts_with(key)) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  if (line.size() <= key.size() || line[key.size()] != ' ') return std::nullopt;
  rest.remove_prefix(end + 1);
  return line.substr(key.size() + 1);
}

template <class Number>
bool number_line(std::string_view& rest, std::string_view key, Number& out, int base = 10) {
  const auto text = next_line(rest, key);
  if (!text) return false;
  const auto [at, bad] = std::from_chars(text->data(), text->data() + text->size(), out, base);
  return bad == std::errc() && at == text->data() + text->size();
}

bool bytes_of(std::string_view hex, std::string& out) {
  if (hex.size() % 2 != 0 || hex.size() > 2 * max_evidence_signature_bytes) return false;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned byte = 0;
    const auto [at, bad] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    if (bad != std::errc() || at != hex.data() + i + 2) return false;
    out += static_cast<char>(byte);
  }
  return true;
}

bool read_lines(std::string_view& rest, Checkpoint& out) {
  const auto terminal = next_line(rest, "terminal");
  if (!terminal) return false;
  out.terminal = std::string(*terminal);
  if (!number_line(rest, "epoch", out.epoch, 16) || !number_line(rest, "seq", out.seq))
    return false;
  const auto chain = next_line(rest, "chain");
  const auto hash = chain ? sha256_from_hex(*chain) : std::nullopt;
  if (!hash) return false;
  out.chain = *hash;
  if (!number_line(rest, "boot_id", out.boot_id, 16) || !number_line(rest, "boot_ms", out.boot_ms))
    return false;
  constexpr std::string_view unknown = "utc_ms unknown\n";
  if (rest.starts_with(unknown)) {
    rest.remove_prefix(unknown.size());
  } else if (!number_line(rest, "utc_ms", out.utc_ms.emplace())) {
    return false;
  }
  return number_line(rest, "made_utc_ms", out.made_utc_ms);
}

}  // namespace

std::string to_text(const Checkpoint& c) {
  std::string text(checkpoint_first_line);
  const auto line = [&](std::string_view key, const std::string& value) {
    text.append(key).append(" ").append(value).append("\n");
  };
  line("terminal", c.terminal);
  line("epoch", hex_of(c.epoch));
  line("seq", std::to_string(c.seq));
  line("chain", to_hex(c.chain));
  line("boot_id", hex_of(c.boot_id));
  line("boot_ms", std::to_string(c.boot_ms));
  line("utc_ms", c.utc_ms ? std::to_string(*c.utc_ms) : "unknown");
  line("made_utc_ms", std::to_string(c.made_utc_ms));
  return text;
}

Result<std::string> sign_checkpoint(std::string_view key_pem, const Checkpoint& checkpoint) {
  std::string text = to_text(checkpoint);
  auto signature = sign_evidence(key_pem, text);
  if (!signature) return signature.error();
  return text.append(signature_key).append(hex_of(*signature)).append("\n");
}

bool CheckpointView::signed_by(std::string_view certificate_pem) const {
  return evidence_signed_by(certificate_pem, text, signature);
}

Result<CheckpointView> read_checkpoint(std::string_view file) {
  const Error bad("this is no checkpoint, or a damaged one");
  if (file.size() > max_checkpoint_bytes || !file.starts_with(checkpoint_first_line)) return bad;
  CheckpointView view;
  std::string_view rest = file.substr(checkpoint_first_line.size());
  if (!read_lines(rest, view.checkpoint)) return bad;
  view.text = file.substr(0, file.size() - rest.size());
  const auto signature = next_line(rest, "signature");
  if (!signature || !bytes_of(*signature, view.signature) || !rest.empty()) return bad;
  // One form only: what reads is what is written.
  if (to_text(view.checkpoint) != view.text || hex_of(view.signature) != *signature) return bad;
  return view;
}

}  // namespace lujing::protocol
