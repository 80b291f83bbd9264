// A real gpsd with one receiver that the test plays.
//
// Measured with gpsd 3.22, worth knowing before you write a test:
// - Over TCP nothing is lost at any pace: a 31-minute drive written at once gives the same reports
//   as one epoch every 100 ms, bit for bit. So there is no pacing here; say() returns when the line
//   has taken the bytes.
// - A pseudo-terminal holds about 4 KiB and is a serial line to gpsd, which hunts for a speed until
//   it knows the receiver: say an epoch, wait for its report, say the next.
// - gpsd sends a client only what came after its WATCH, and on a busy machine a program may be
//   connected a good while before it asks. Start the client, wait_for_clients() with what shows
//   that it has asked, then feed.
// - A client that is slow to read is dropped by gpsd once its socket's buffer is full.
// - The first epochs come out two or three times, or without a place: gpsd has to learn which
//   sentence ends a cycle, and needs RMC for the year. Compare with what GpsdWatch heard, not with
//   the file.
// - Years are gpsd's guess: a drive of 2009 is reported as 2028 (1024 weeks later).
// - gpsd gives up root after start: a pseudo-terminal must be readable by others.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::test_support {

enum class ReceiverLine { tcp, pty };

/// Whether a source's health line, or a status with it, says that gpsd was asked for reports.
bool has_asked_gpsd(std::string_view health);

class GpsdProcess {
 public:
  /// Makes the line and starts gpsd on a free port. Throws std::runtime_error when gpsd is missing
  /// or does not come up.
  explicit GpsdProcess(ReceiverLine line = ReceiverLine::tcp);
  ~GpsdProcess();
  GpsdProcess(const GpsdProcess&) = delete;
  GpsdProcess& operator=(const GpsdProcess&) = delete;

  std::uint16_t port() const;
  /// The receiver's name in gpsd's reports.
  const std::string& device() const;

  /// Blocks while the line is full. False: gpsd does not read it any more.
  bool say(std::string_view bytes);
  /// Until so many programs are connected to gpsd (GpsdWatch counts too), `has_asked` says that the
  /// one under test has sent its WATCH, and gpsd has looked at all of them. False: not within 10 s.
  bool wait_for_clients(int count, const std::function<bool()>& has_asked) const;

  /// Ends gpsd as a crash would.
  void kill();
  /// Starts it again, on the same port and line.
  void start();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// An independent client of gpsd that keeps its lines as they came: the truth to compare with.
class GpsdWatch {
 public:
  /// Connected and listening when it returns; throws std::runtime_error when gpsd does not answer.
  explicit GpsdWatch(std::uint16_t port);
  ~GpsdWatch();
  GpsdWatch(const GpsdWatch&) = delete;
  GpsdWatch& operator=(const GpsdWatch&) = delete;

  /// Reads until gpsd has said nothing for `quiet`, twice, and answers when asked; or hung up.
  void read_until_quiet(std::chrono::milliseconds quiet = std::chrono::milliseconds(500));
  /// Reads until `count` reports of that class are there. False: not within 20 s.
  bool read_until(std::string_view report_class, std::size_t count);
  /// The JSON lines of one class so far, "TPV" or "SKY".
  std::vector<std::string> reports(std::string_view report_class) const;

 private:
  bool read_some(std::chrono::milliseconds patience);
  int fd_ = -1;
  std::string rest_;
  std::vector<std::string> lines_;
};

/// What a receiver sent: a recording without its leading '#' lines; ".xz" is unpacked. Throws when
/// the file cannot be read.
std::string read_receiver_log(const std::filesystem::path& path);
/// Cuts NMEA into epochs, each ending with the sentence (as "GPGGA") that ends the receiver's
/// cycle.
std::vector<std::string> nmea_epochs(std::string_view nmea, std::string_view last_sentence);

/// One epoch (RMC, then GGA) of a receiver with a good fix, checksums included.
struct NmeaFix {
  std::int64_t utc_s = 0;  ///< since 1970
  double lat_deg = 0;
  double lon_deg = 0;
  double speed_mps = 0;
  double course_deg = 0;
};
std::string nmea_epoch(const NmeaFix& fix);
/// `seconds` epochs of a vehicle that drives straight on from `start`.
std::vector<std::string> nmea_drive(NmeaFix start, int seconds);

}  // namespace lujing::test_support
