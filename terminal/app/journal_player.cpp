#include "terminal/app/journal_player.h"

#include <chrono>
#include <optional>
#include <utility>

namespace lujing::app {

Result<std::unique_ptr<JournalPlayer>> JournalPlayer::open(const std::string& path, double speed) {
  auto journal = journal::Journal::open(path);
  if (!journal) return journal.error();
  return std::unique_ptr<JournalPlayer>(new JournalPlayer(std::move(*journal), speed));
}

JournalPlayer::JournalPlayer(journal::Journal journal, double speed)
    : journal_(std::move(journal)), core_config_(journal_.header().core_config), speed_(speed) {}

JournalPlayer::~JournalPlayer() {
  stop();
}

void JournalPlayer::start(ObservationQueue& queue) {
  thread_ = std::thread([this, &queue] { play(queue); });
}

void JournalPlayer::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void JournalPlayer::play(ObservationQueue& queue) {
  hal::Observation observation;
  std::optional<BootTime> first;
  const BootTime began = boot_now();
  while (!stopping_ && journal_.next(observation)) {
    if (!first) first = observation.at;
    const double due_ns =
        speed_ > 0 ? static_cast<double>(observation.at.ns - first->ns) / speed_ : 0;
    while (!stopping_ && static_cast<double>(boot_now().ns - began.ns) < due_ns) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    if (!queue.push_waiting(observation)) return;
  }
  finished_ = !stopping_;
}

}  // namespace lujing::app
