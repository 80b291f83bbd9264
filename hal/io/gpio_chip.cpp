#include "hal/io/gpio_chip.h"

#include "hal/io/gpio_outputs.h"

#include <gpiod.h>

#include <cerrno>
#include <cstring>
#include <ctime>

namespace lujing::hal::io {
namespace {

class KernelGpioChip final : public GpioChip {
 public:
  explicit KernelGpioChip(std::string name) : name_(std::move(name)) {}
  KernelGpioChip(const KernelGpioChip&) = delete;
  KernelGpioChip& operator=(const KernelGpioChip&) = delete;
  ~KernelGpioChip() override { shut(); }

  Result<void> open(const std::vector<std::uint32_t>& lines) override;
  void close() override { shut(); }
  Result<std::vector<GpioEdge>> wait(int timeout_ms) override;
  Result<std::vector<bool>> levels() override;

 private:
  void shut() {
    if (chip_ != nullptr) gpiod_chip_close(chip_);  // releases its lines
    chip_ = nullptr;
    lines_.clear();
  }
  Result<void> read_events(std::size_t line, std::vector<GpioEdge>& edges);

  const std::string name_;
  gpiod_chip* chip_ = nullptr;
  std::vector<gpiod_line*> lines_;
};

Result<void> KernelGpioChip::open(const std::vector<std::uint32_t>& lines) {
  shut();
  if (lines.size() > GPIOD_LINE_BULK_MAX_LINES) return Error("at most 64 lines of one chip");
  chip_ = gpiod_chip_open_lookup(name_.c_str());
  if (chip_ == nullptr) return Error(std::strerror(errno));
  for (const std::uint32_t number : lines) {
    gpiod_line* line = gpiod_chip_get_line(chip_, number);
    const bool taken = line != nullptr && gpiod_line_request_both_edges_events(line, "lujing") == 0;
    if (!taken) {
      const Error why("line " + std::to_string(number) + ": " + std::strerror(errno));
      shut();
      return why;
    }
    lines_.push_back(line);
  }
  return {};
}

Result<void> KernelGpioChip::read_events(std::size_t line, std::vector<GpioEdge>& edges) {
  gpiod_line_event event{};
  if (gpiod_line_event_read(lines_[line], &event) != 0) return Error(std::strerror(errno));
  edges.push_back({line, event.event_type == GPIOD_LINE_EVENT_RISING_EDGE});
  return {};
}

Result<std::vector<GpioEdge>> KernelGpioChip::wait(int timeout_ms) {
  gpiod_line_bulk all;
  gpiod_line_bulk_init(&all);
  for (gpiod_line* line : lines_) gpiod_line_bulk_add(&all, line);
  gpiod_line_bulk ready;
  gpiod_line_bulk_init(&ready);
  const timespec time{timeout_ms / 1000, (timeout_ms % 1000) * 1'000'000L};
  std::vector<GpioEdge> edges;
  const int got = gpiod_line_event_wait_bulk(&all, &time, &ready);
  if (got < 0 && errno != EINTR) return Error(std::strerror(errno));
  if (got <= 0) return edges;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    for (unsigned r = 0; r < gpiod_line_bulk_num_lines(&ready); ++r) {
      if (gpiod_line_bulk_get_line(&ready, r) != lines_[i]) continue;
      if (auto read = read_events(i, edges); !read) return read.error();
    }
  }
  return edges;
}

Result<std::vector<bool>> KernelGpioChip::levels() {
  std::vector<bool> all;
  for (gpiod_line* line : lines_) {
    const int level = gpiod_line_get_value(line);
    if (level < 0) return Error(std::strerror(errno));
    all.push_back(level != 0);
  }
  return all;
}

class KernelGpioLines final : public GpioLines {
 public:
  explicit KernelGpioLines(std::string name) : name_(std::move(name)) {}
  KernelGpioLines(const KernelGpioLines&) = delete;
  KernelGpioLines& operator=(const KernelGpioLines&) = delete;
  ~KernelGpioLines() override { shut(); }

  Result<void> open(const std::vector<std::uint32_t>& lines,
                    const std::vector<bool>& high) override;
  void close() override { shut(); }
  Result<void> set(std::size_t line, bool high) override {
    if (line >= lines_.size()) return Error("there is no such line");
    if (gpiod_line_set_value(lines_[line], high ? 1 : 0) == 0) return {};
    return Error(std::strerror(errno));
  }

 private:
  void shut() {
    if (chip_ != nullptr) gpiod_chip_close(chip_);  // releases its lines
    chip_ = nullptr;
    lines_.clear();
  }

  const std::string name_;
  gpiod_chip* chip_ = nullptr;
  std::vector<gpiod_line*> lines_;
};

Result<void> KernelGpioLines::open(const std::vector<std::uint32_t>& lines,
                                   const std::vector<bool>& high) {
  shut();
  chip_ = gpiod_chip_open_lookup(name_.c_str());
  if (chip_ == nullptr) return Error(std::strerror(errno));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    gpiod_line* line = gpiod_chip_get_line(chip_, lines[i]);
    const bool taken =
        line != nullptr && gpiod_line_request_output(line, "lujing", high[i] ? 1 : 0) == 0;
    if (!taken) {
      const Error why("line " + std::to_string(lines[i]) + ": " + std::strerror(errno));
      shut();
      return why;
    }
    lines_.push_back(line);
  }
  return {};
}

}  // namespace

std::unique_ptr<GpioLines> kernel_gpio_lines(const std::string& name) {
  return std::make_unique<KernelGpioLines>(name);
}

std::unique_ptr<GpioChip> kernel_gpio_chip(const std::string& name) {
  return std::make_unique<KernelGpioChip>(name);
}

}  // namespace lujing::hal::io
