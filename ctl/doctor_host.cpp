#include "ctl/doctor_checks.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

namespace lujing::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t year_2020_ms = 1'577'836'800'000;
constexpr std::int64_t clock_slack_ms = 2'000;  // gpsd says a fix up to a second after its epoch
constexpr std::uint64_t mib = 1 << 20;

std::string seconds(std::int64_t ms) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000.0);
  return text;
}

/// Writes, syncs and removes a small file. An errno, or 0.
int try_to_write(const fs::path& folder) {
  std::string name = (folder / ".doctor-XXXXXX").string();
  const int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return errno;
  const char byte = 'x';
  int problem = write(fd, &byte, 1) == 1 && fsync(fd) == 0 ? 0 : errno;
  close(fd);
  unlink(name.c_str());
  return problem;
}

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code problem;
  for (fs::recursive_directory_iterator it(folder, problem), end; it != end && !problem;
       it.increment(problem)) {
    std::error_code vanished;
    const auto size = it->is_regular_file(vanished) ? it->file_size(vanished) : 0;
    if (!vanished) bytes += size;
  }
  return bytes;
}

}  // namespace

Finding check_disk(const config::TerminalConfig& config) {
  const std::string& folder = config.terminal.data_dir;
  Finding finding{"disk", Verdict::problem, folder + ": "};
  if (const int problem = try_to_write(folder); problem != 0) {
    const char* remedy = problem == ENOENT   ? "; install -d -o lujing -g lujing "
                         : problem == ENOSPC ? "; make room: du -sh "
                                             : "; run as the terminal's user, or chown it: ";
    finding.text += "cannot be written: " + std::string(std::strerror(problem)) + remedy + folder;
    return finding;
  }
  struct statvfs disk {};
  if (statvfs(folder.c_str(), &disk) != 0) {
    finding.text += std::strerror(errno);
    return finding;
  }
  const std::uint64_t free_mib = disk.f_bavail * disk.f_frsize / mib;
  const std::uint64_t used_mib = bytes_in(folder) / mib;
  const std::uint64_t allowed_mib =
      std::uint64_t{config.journal.max_mib} + config.outbox.max_mib + config.outbox.reserve_mib;
  finding.text += std::to_string(free_mib) + " MiB free";
  if (free_mib + used_mib < allowed_mib) {
    finding.text += ", but journal and outbox may grow by " +
                    std::to_string(allowed_mib - used_mib) +
                    " MiB: make room, or lower journal.max_mib or outbox.max_mib";
    return finding;
  }
  finding.verdict = Verdict::ok;
  return finding;
}

Finding judge_clock(const ClockFacts& facts) {
  const std::string now = to_iso8601(facts.now);
  if (facts.now.ms < year_2020_ms) {
    return {"clock", Verdict::problem,
            now +
                ": was never set, TLS refuses every certificate: timedatectl set-ntp true, or "
                "let chrony take gpsd's time; is the clock's battery empty?"};
  }
  if (facts.gnss) {
    const std::int64_t ahead_ms = facts.gnss->system.ms - facts.gnss->gnss.ms;
    const std::string by = seconds(std::abs(ahead_ms));
    if (std::abs(ahead_ms) > clock_slack_ms) {
      return {"clock", Verdict::problem,
              now + ": " + by + (ahead_ms > 0 ? " ahead of" : " behind") +
                  " GNSS: timedatectl set-ntp true, or let chrony take gpsd's time"};
    }
    return {"clock", Verdict::ok, now + ", agrees with GNSS within " + by};
  }
  if (!facts.disciplined) {
    return {"clock", Verdict::problem,
            now + ": set, but neither NTP nor GNSS confirms it: timedatectl set-ntp true"};
  }
  return {"clock", Verdict::ok, now + ", disciplined by NTP"};
}

Finding check_clock(std::optional<TimePair> gnss) {
  timex state{};
  const int answer = adjtimex(&state);
  const bool disciplined = answer >= 0 && answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
  return judge_clock({utc_now(), disciplined, gnss});
}

}  // namespace lujing::ctl
