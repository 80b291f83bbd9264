#include "protocol/evidence.h"

#include "protocol/bytes.h"
#include "protocol/directive.h"

#include <array>
#include <charconv>
#include <map>
#include <stdexcept>

namespace lujing::protocol {
namespace {

constexpr std::string_view magic = "LUJING-E";
constexpr std::uint64_t version = 1;
constexpr std::string_view evidence_first_line = "lujing evidence 1\n";
constexpr std::size_t max_lines = 640;

constexpr std::array part_words{"certificate", "journal", "records", "body", "head", "checkpoint"};

std::string hex16(std::uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[15 - i] = digits[(value >> (4 * i)) & 15];
  return text;
}

/// Nothing in a line may end it.
std::string on_one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

template <class Number>
bool read_number(std::string_view text, Number& out, int base = 10) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return problem == std::errc() && end == text.data() + text.size() && !text.empty();
}

std::string_view next_word(std::string_view& rest) {
  const std::size_t end = rest.find(' ');
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return word;
}

bool read_hash(std::string_view text, Hash& out) {
  const auto read = sha256_from_hex(text);
  if (read) out = *read;
  return read.has_value();
}

bool read_directive(std::string_view rest, std::vector<EvidenceDirective>& out) {
  EvidenceDirective directive;
  directive.name = std::string(next_word(rest));
  const bool good = directive_kind(directive.name) &&
                    read_number(next_word(rest), directive.version) &&
                    read_hash(next_word(rest), directive.sha256) && rest.empty();
  if (good) out.push_back(std::move(directive));
  return good;
}

bool read_part(std::string_view rest, std::vector<EvidencePartFacts>& out) {
  EvidencePartFacts facts;
  const std::string_view word = next_word(rest);
  std::size_t kind = 0;
  while (kind < part_words.size() && part_words[kind] != word) ++kind;
  if (kind == part_words.size() || out.size() >= max_evidence_parts) return false;
  facts.part = static_cast<EvidencePart>(kind);
  const bool good = read_number(next_word(rest), facts.bytes) &&
                    facts.bytes <= max_evidence_bytes && read_hash(next_word(rest), facts.sha256);
  facts.name = std::string(next_word(rest));
  const bool named = facts.part == EvidencePart::body || facts.part == EvidencePart::head;
  if (!good || !rest.empty()) return false;
  if (named != directive_kind(facts.name).has_value() || (!named && !facts.name.empty()))
    return false;
  out.push_back(std::move(facts));
  return true;
}

/// The lines that stand once each.
struct Lines {
  std::map<std::string_view, std::string_view> once;

  bool text(std::string_view key, std::string& out) const {
    const auto at = once.find(key);
    if (at != once.end()) out = std::string(at->second);
    return at != once.end();
  }
  template <class Number>
  bool number(std::string_view key, Number& out, int base = 10) const {
    const auto at = once.find(key);
    return at != once.end() && read_number(at->second, out, base);
  }
  bool hash(std::string_view key, Hash& out) const {
    const auto at = once.find(key);
    return at != once.end() && read_hash(at->second, out);
  }
};

/// Empty: good. Else the line that is missing or does not read.
const char* read_lines(const Lines& in, EvidenceManifest& m) {
  if (!in.text("terminal", m.terminal)) return "terminal";
  if (!in.text("software", m.software)) return "software";
  if (!in.text("rule", m.rule)) return "rule";
  if (!in.text("rule_set", m.rule_set)) return "rule_set";
  if (!in.number("boot_id", m.boot_id, 16)) return "boot_id";
  if (!in.number("since_boot_ms", m.since_boot_ms)) return "since_boot_ms";
  if (!in.number("raised_boot_ms", m.raised_boot_ms)) return "raised_boot_ms";
  std::string utc;
  if (!in.text("raised_utc_ms", utc)) return "raised_utc_ms";
  if (utc != "unknown" && !read_number(std::string_view(utc), m.raised_utc_ms.emplace()))
    return "raised_utc_ms";
  // Bundles made before 2026-11-22 have no such line.
  std::string cleared = "no";
  (void)in.text("cleared_boot_ms", cleared);
  if (cleared != "no" && !read_number(std::string_view(cleared), m.cleared_boot_ms.emplace()))
    return "cleared_boot_ms";
  if (!in.number("from_boot_ms", m.from_boot_ms)) return "from_boot_ms";
  if (!in.number("to_boot_ms", m.to_boot_ms)) return "to_boot_ms";
  if (!in.number("begin_boot_ms", m.begin_boot_ms)) return "begin_boot_ms";
  int whole = 0;
  if (!in.number("whole_run", whole) || whole < 0 || whole > 1) return "whole_run";
  m.whole_run = whole == 1;
  if (!in.number("observations", m.observations)) return "observations";
  if (!in.number("epoch", m.epoch, 16)) return "epoch";
  if (!in.number("first_seq", m.first_seq)) return "first_seq";
  if (!in.number("alarm_seq", m.alarm_seq)) return "alarm_seq";
  if (!in.number("last_seq", m.last_seq)) return "last_seq";
  if (!in.hash("chain_before", m.chain_before)) return "chain_before";
  if (!in.hash("chain_after", m.chain_after)) return "chain_after";
  if (!in.number("made_utc_ms", m.made_utc_ms)) return "made_utc_ms";
  return "";
}

Error bad_bundle(const std::string& what) {
  return Error("this is no evidence bundle, or a damaged one: " + what);
}

}  // namespace

const char* to_string(EvidencePart v) {
  const auto i = static_cast<std::size_t>(v);
  return i < part_words.size() ? part_words[i] : "unknown";
}

std::string to_text(const EvidenceManifest& m) {
  std::string text(evidence_first_line);
  const auto line = [&](std::string_view key, const std::string& value) {
    text.append(key).append(" ").append(on_one_line(value)).append("\n");
  };
  line("terminal", m.terminal);
  line("software", m.software);
  line("rule", m.rule);
  line("rule_set", m.rule_set);
  line("boot_id", hex16(m.boot_id));
  line("since_boot_ms", std::to_string(m.since_boot_ms));
  line("raised_boot_ms", std::to_string(m.raised_boot_ms));
  line("raised_utc_ms", m.raised_utc_ms ? std::to_string(*m.raised_utc_ms) : "unknown");
  line("cleared_boot_ms", m.cleared_boot_ms ? std::to_string(*m.cleared_boot_ms) : "no");
  line("from_boot_ms", std::to_string(m.from_boot_ms));
  line("to_boot_ms", std::to_string(m.to_boot_ms));
  line("begin_boot_ms", std::to_string(m.begin_boot_ms));
  line("whole_run", m.whole_run ? "1" : "0");
  line("observations", std::to_string(m.observations));
  line("epoch", hex16(m.epoch));
  line("first_seq", std::to_string(m.first_seq));
  line("alarm_seq", std::to_string(m.alarm_seq));
  line("last_seq", std::to_string(m.last_seq));
  line("chain_before", to_hex(m.chain_before));
  line("chain_after", to_hex(m.chain_after));
  line("made_utc_ms", std::to_string(m.made_utc_ms));
  for (const EvidenceDirective& d : m.directives)
    line("directive", d.name + " " + std::to_string(d.version) + " " + to_hex(d.sha256));
  for (const EvidencePartFacts& p : m.parts)
    line("part", std::string(to_string(p.part)) + " " + std::to_string(p.bytes) + " " +
                     to_hex(p.sha256) + (p.name.empty() ? "" : " " + p.name));
  return text;
}

Result<EvidenceManifest> parse_evidence_manifest(std::string_view text) {
  if (text.size() > max_evidence_manifest_bytes) return bad_bundle("its manifest is too long");
  for (const char c : text) {
    if (c != '\n' && static_cast<unsigned char>(c) < 0x20)
      return bad_bundle("its manifest is no text");
  }
  if (!text.starts_with(evidence_first_line)) return bad_bundle("its manifest has another version");
  text.remove_prefix(evidence_first_line.size());
  EvidenceManifest manifest;
  Lines lines;
  for (std::size_t n = 0; !text.empty(); ++n) {
    const std::size_t end = text.find('\n');
    if (n == max_lines || end == std::string_view::npos)
      return bad_bundle("its manifest does not end");
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::string_view key = next_word(rest);
    bool good = true;
    if (key == "directive") {
      good = read_directive(rest, manifest.directives);
    } else if (key == "part") {
      good = read_part(rest, manifest.parts);
    } else {
      good = lines.once.emplace(key, rest).second;
    }
    if (!good) return bad_bundle("the manifest's line \"" + std::string(key.substr(0, 40)) + "\"");
  }
  if (const std::string_view missing = read_lines(lines, manifest); !missing.empty())
    return bad_bundle("the manifest's line \"" + std::string(missing) + "\"");
  return manifest;
}

std::optional<std::string_view> EvidenceView::part(EvidencePart kind, std::string_view name) const {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (manifest.parts[i].part == kind && manifest.parts[i].name == name) return parts[i];
  }
  return std::nullopt;
}

namespace {

/// Up to the parts; `in` stands at the first of them.
Result<void> read_begin(ByteReader& in, EvidenceView& view) {
  std::string_view word;
  std::uint64_t number = 0;
  std::uint64_t reserved = 0;
  std::uint64_t manifest_bytes = 0;
  std::uint64_t signature_bytes = 0;
  if (!in.take(magic.size(), word) || word != magic)
    return bad_bundle("it does not start with LUJING-E");
  if (!in.le(2, number) || !in.le(2, reserved) || !in.le(4, manifest_bytes) ||
      !in.le(4, signature_bytes))
    return bad_bundle("it ends inside its header");
  if (number != version) return bad_bundle("it has format version " + std::to_string(number));
  if (reserved != 0) return bad_bundle("its header");
  if (manifest_bytes > max_evidence_manifest_bytes ||
      signature_bytes > max_evidence_signature_bytes)
    return bad_bundle("the sizes in its header");
  if (!in.take(manifest_bytes, view.manifest_text) || !in.take(signature_bytes, view.signature))
    return bad_bundle("it ends inside its manifest");
  auto manifest = parse_evidence_manifest(view.manifest_text);
  if (!manifest) return manifest.error();
  view.manifest = std::move(*manifest);
  return {};
}

}  // namespace

Result<EvidenceView> read_evidence(std::string_view bytes) {
  if (bytes.size() > max_evidence_bytes) return bad_bundle("it is larger than any bundle");
  ByteReader in(bytes);
  EvidenceView view;
  if (auto begun = read_begin(in, view); !begun) return begun.error();
  for (const EvidencePartFacts& facts : view.manifest.parts) {
    std::string_view part;
    if (!in.take(facts.bytes, part))
      return bad_bundle(std::string("it ends inside its ") + to_string(facts.part));
    view.parts.push_back(part);
  }
  if (in.left() != 0) return bad_bundle(std::to_string(in.left()) + " bytes too many at its end");
  return view;
}

Result<EvidenceManifest> read_evidence_begin(std::string_view begin, std::uint64_t file_bytes) {
  ByteReader in(begin);
  EvidenceView view;
  if (auto begun = read_begin(in, view); !begun) return begun.error();
  std::uint64_t wanted = begin.size() - in.left();
  for (const EvidencePartFacts& facts : view.manifest.parts) wanted += facts.bytes;
  if (wanted != file_bytes) return bad_bundle("its parts and its size do not come out");
  return std::move(view.manifest);
}

std::string write_evidence(std::string_view manifest_text, std::string_view signature,
                           const std::vector<std::string>& parts) {
  if (manifest_text.size() > max_evidence_manifest_bytes ||
      signature.size() > max_evidence_signature_bytes)
    throw std::invalid_argument("an evidence bundle's manifest or signature is too long");
  std::string out(magic);
  append_le(version, 2, out);
  append_le(0, 2, out);
  append_le(manifest_text.size(), 4, out);
  append_le(signature.size(), 4, out);
  out.append(manifest_text).append(signature);
  for (const std::string& part : parts) out.append(part);
  return out;
}

}  // namespace lujing::protocol
