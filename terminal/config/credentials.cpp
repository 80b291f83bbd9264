#include "terminal/config/credentials.h"

#include "base/credentials.h"

namespace lujing::config {
namespace {

constexpr std::int64_t seconds_a_day = 86'400;
constexpr std::int64_t renew_days = 30;

std::string days_of(std::int64_t seconds) {
  return std::to_string(seconds / seconds_a_day) + " days";
}

}  // namespace

Result<std::string> check_credentials(const std::string& terminal_id,
                                      const PlatformConfig& platform) {
  const auto found = read_credentials(
      {platform.authority, platform.certificate, platform.key}, TlsSide::terminal,
      {"[platform] authority ", "[platform] certificate ", "[platform] key ", "lujing-ctl enroll"});
  if (!found) return found.error();
  if (found->key_open_to_others) {
    return Error("[platform] key " + platform.key + ": can be read by others: chmod 600 " +
                 platform.key);
  }
  const std::string item = "[platform] certificate " + platform.certificate + ": ";
  if (found->common_name != terminal_id) {
    return Error(item + "is for \"" + found->common_name + "\", but terminal.id is \"" +
                 terminal_id + "\": wrong file, or enroll this terminal");
  }
  if (found->valid_from_s > 0) {
    return Error(item + "is not valid yet: is the machine's clock set?");
  }
  if (found->valid_for_s < 0) {
    return Error(item + "expired " + days_of(-found->valid_for_s) + " ago: enroll again");
  }
  if (!found->not_signed.empty()) {
    return Error(item + "not signed by " + platform.authority + " (" + found->not_signed +
                 "): take the ca.crt that enroll wrote beside it, or enroll again");
  }
  if (found->valid_for_s < renew_days * seconds_a_day) {
    return Error(item + "ends in " + days_of(found->valid_for_s) + ": enroll again");
  }
  return terminal_id + ", " + days_of(found->valid_for_s) + " left";
}

}  // namespace lujing::config
