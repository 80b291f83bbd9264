#include "platform/app/config.h"

#include "platform/app/config_table.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lujing::platform {

namespace {

void endpoint(ConfigTable& table, const toml::table& root, const char* name, Endpoint& out,
              Mistakes& mistakes) {
  std::string text;
  table.text("listen", text);
  if (text.empty()) {
    return;
  }
  if (auto parsed = parse_endpoint(text)) {
    out = *parsed;
  } else {
    mistakes.add(root[name]["listen"].node()->source(),
                 std::string(name) + ".listen: " + parsed.error().what());
  }
}

void unknown_tables(const toml::table& root, Mistakes& mistakes) {
  const std::vector<std::string> known = {"platform", "gateway", "dispatch"};
  for (const auto& [key, node] : root) {
    const std::string word(key.str());
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      const auto near = nearest(word, known);
      mistakes.add(key.source(), word +
                                     " is not known; there are [platform], [gateway] and "
                                     "[dispatch]" +
                                     (near.empty() ? "" : "; did you mean " + near + "?"));
    }
  }
}

Config read_tables(const toml::table& root, const std::string& folder, Mistakes& mistakes) {
  Config config;
  std::int64_t max_sessions = config.max_sessions;
  std::int64_t window = config.window;

  ConfigTable platform(root, "platform", mistakes);
  platform.path("data_dir", folder, config.data_dir);
  platform.required("data_dir", config.data_dir);
  platform.number("live_s", 1, 86'400, config.live_s);
  platform.finish();

  ConfigTable gateway(root, "gateway", mistakes);
  endpoint(gateway, root, "gateway", config.gateway_listen, mistakes);
  gateway.path("authority", folder, config.authority);
  gateway.path("certificate", folder, config.certificate);
  gateway.path("key", folder, config.key);
  gateway.required("authority", config.authority);
  gateway.required("certificate", config.certificate);
  gateway.required("key", config.key);
  gateway.number("max_sessions", 1, 1'000'000, max_sessions);
  gateway.number("window", 1, 64, window);
  gateway.finish();

  ConfigTable dispatch(root, "dispatch", mistakes);
  endpoint(dispatch, root, "dispatch", config.dispatch_listen, mistakes);
  dispatch.path("web_root", folder, config.web_root);
  dispatch.path("basemap", folder, config.basemap);
  dispatch.finish();

  unknown_tables(root, mistakes);
  config.max_sessions = static_cast<std::uint32_t>(max_sessions);
  config.window = static_cast<std::uint32_t>(window);
  return config;
}

}  // namespace

Result<Endpoint> parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  const Error wrong("'" + text + "' is no address and port, such as 127.0.0.1:8080 or [::]:8080");
  if (colon == std::string::npos) {
    return wrong;
  }
  Endpoint out;
  out.address = text.substr(0, colon);
  const bool bracketed =
      out.address.size() > 2 && out.address.front() == '[' && out.address.back() == ']';
  if (bracketed) {
    out.address = out.address.substr(1, out.address.size() - 2);
  }
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  const int family = bracketed ? AF_INET6 : AF_INET;
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data() + colon + 1, end, out.port);
  const bool port_read = failed == std::errc() && stop == end && colon + 1 < text.size();
  if (!port_read || inet_pton(family, out.address.c_str(), ignored.data()) != 1) {
    return wrong;
  }
  return out;
}

Result<Config> parse_config(const std::string& name, const std::string& text) {
  toml::table root;
  try {
    root = toml::parse(text, name);
  } catch (const toml::parse_error& failed) {
    return Error(name + ":" + std::to_string(failed.source().begin.line) + ": " +
                 std::string(failed.description()));
  }
  Mistakes mistakes{name, {}};
  auto config = read_tables(root, std::filesystem::path(name).parent_path().string(), mistakes);
  if (mistakes.lines.empty()) {
    return config;
  }
  std::string all;
  for (const auto& line : mistakes.lines) {
    all += (all.empty() ? "" : "\n") + line;
  }
  return Error(all);
}

Result<Config> read_config(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) {
    return Error(path +
                 ": cannot be read; give the file with --config (deploy/examples/"
                 "platform.toml is one)");
  }
  return parse_config(path, text);
}

}  // namespace lujing::platform
