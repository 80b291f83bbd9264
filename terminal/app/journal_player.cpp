#include "terminal/app/journal_player.h"

#include <optional>
#include <utility>

namespace lujing::app {

Result<std::unique_ptr<JournalPlayer>> JournalPlayer::open(const std::string& path, double speed) {
  auto journal = journal::Journal::open(path);
  if (!journal) return journal.error();
  return std::unique_ptr<JournalPlayer>(new JournalPlayer(std::move(*journal), speed));
}

JournalPlayer::JournalPlayer(journal::Journal journal, double speed)
    : journal_(std::move(journal)),
      core_config_(journal_.header().core_config),
      source_(
          [this]() -> std::optional<hal::Observation> {
            hal::Observation observation;
            if (!journal_.next(observation)) return std::nullopt;
            return observation;
          },
          std::nullopt, {.speed = speed}) {}

void JournalPlayer::start(ObservationQueue& queue) {
  source_.start([&queue](const hal::Observation& observation) {
    (void)queue.push_waiting(observation);  // refused only by a closed queue: stop() follows
  });
}

}  // namespace lujing::app
