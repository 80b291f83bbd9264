#include "platform/dispatch/alarm_overlay.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace lujing::dispatch {

namespace {

constexpr const char* raised_state = "raised";

bool is_open(const ledger::StoredAlarm& alarm) {
  return alarm.state == raised_state;
}

bool looks_the_same(const ledger::StoredAlarm& a, const ledger::StoredAlarm& b) {
  return a.state == b.state && a.late == b.late && a.cleared_utc_ms == b.cleared_utc_ms;
}

}  // namespace

AlarmKey key_of(const ledger::StoredAlarm& alarm) {
  return {alarm.terminal_id, alarm.epoch, alarm.seq};
}

void AlarmOverlay::seed(const std::vector<ledger::StoredAlarm>& booked) {
  for (const auto& alarm : booked) {
    reported_.insert_or_assign(key_of(alarm), alarm);
  }
  recount();
}

bool AlarmOverlay::live(const std::string& terminal_id, std::uint64_t epoch,
                        const protocol::Numbered& numbered, std::int64_t received_utc_ms) {
  bool changed = false;
  if (std::holds_alternative<protocol::BootRecord>(numbered.record.payload)) {
    changed = end_open_of(terminal_id, epoch, numbered.seq, numbered.record.stamp.boot_id);
  } else if (const auto* alarm = std::get_if<protocol::AlarmRecord>(&numbered.record.payload)) {
    if (alarm->state == protocol::AlarmState::raised) {
      changed = raise(terminal_id, epoch, numbered, received_utc_ms);
    } else if (alarm->state == protocol::AlarmState::cleared) {
      changed = clear(terminal_id, epoch, numbered);
    }
  }
  if (changed) {
    recount();
  }
  return changed;
}

bool AlarmOverlay::raise(const std::string& terminal_id, std::uint64_t epoch,
                         const protocol::Numbered& numbered, std::int64_t received_utc_ms) {
  AlarmKey key{terminal_id, epoch, numbered.seq};
  if (reported_.contains(key) || ahead_.contains(key) || ahead_.size() >= max_ahead) {
    return false;
  }
  const auto& record = std::get<protocol::AlarmRecord>(numbered.record.payload);
  const auto& stamp = numbered.record.stamp;
  Ahead ahead;
  ahead.boot_id = stamp.boot_id;
  ahead.since_boot_ms = record.since_boot_ms;
  ahead.alarm.terminal_id = terminal_id;
  ahead.alarm.epoch = epoch;
  ahead.alarm.seq = numbered.seq;
  ahead.alarm.rule = record.rule;
  ahead.alarm.state = raised_state;
  ahead.alarm.raised_utc_ms = stamp.utc_ms;
  ahead.alarm.position = record.position;
  ahead.alarm.speed_cmps = record.speed_cmps;
  ahead.alarm.rule_set = record.rule_set;
  ahead.alarm.detail = record.detail;
  // Even the newest of a terminal may be old: it was out of reach when it happened. One whose time
  // is not known cannot be called live; the ledger sees it the same way.
  ahead.alarm.late = !stamp.utc_ms || received_utc_ms - *stamp.utc_ms > live_s_ * 1000;
  if (!ahead.alarm.late) {
    if (seen_live_.size() >= max_seen_live) {
      seen_live_.erase(seen_live_.begin());
    }
    seen_live_.insert(key);
  }
  change(key, ahead);
  return true;
}

bool AlarmOverlay::clear(const std::string& terminal_id, std::uint64_t epoch,
                         const protocol::Numbered& numbered) {
  const auto& record = std::get<protocol::AlarmRecord>(numbered.record.payload);
  const auto& stamp = numbered.record.stamp;
  for (auto& [key, ahead] : ahead_) {
    if (key.terminal_id == terminal_id && is_open(ahead.alarm) && ahead.boot_id == stamp.boot_id &&
        ahead.alarm.rule == record.rule && ahead.since_boot_ms == record.since_boot_ms) {
      ahead.alarm.state = "cleared";
      ahead.alarm.cleared_utc_ms = stamp.utc_ms;
      changed_.insert(key);
      return true;
    }
  }
  // Raised in the books, cleared ahead of them. The books do not tell the boot, but a rule has at
  // most one open alarm a vehicle.
  for (const auto& [key, alarm] : reported_) {
    if (key.terminal_id == terminal_id && key.epoch == epoch && key.seq < numbered.seq &&
        is_open(alarm) && alarm.rule == record.rule && !ahead_.contains(key) &&
        ahead_.size() < max_ahead) {
      Ahead ahead{alarm, stamp.boot_id, record.since_boot_ms};
      ahead.alarm.state = "cleared";
      ahead.alarm.cleared_utc_ms = stamp.utc_ms;
      change(key, ahead);
      return true;
    }
  }
  return false;
}

bool AlarmOverlay::end_open_of(const std::string& terminal_id, std::uint64_t epoch,
                               std::uint64_t before_seq, std::uint64_t boot_id) {
  bool changed = false;
  for (auto& [key, ahead] : ahead_) {
    const bool earlier = key.epoch != epoch || key.seq < before_seq;
    if (key.terminal_id == terminal_id && earlier && ahead.boot_id != boot_id &&
        is_open(ahead.alarm)) {
      ahead.alarm.state = "ended";
      changed_.insert(key);
      changed = true;
    }
  }
  return changed;
}

void AlarmOverlay::change(const AlarmKey& key, const Ahead& ahead) {
  ahead_.insert_or_assign(key, ahead);
  changed_.insert(key);
}

ledger::StoredAlarm AlarmOverlay::corrected(ledger::StoredAlarm booked) const {
  const auto key = key_of(booked);
  if (seen_live_.contains(key)) {
    booked.late = false;  // it was shown in time; only its way into the books was slow
  }
  const auto ahead = ahead_.find(key);
  if (ahead != ahead_.end() && is_open(booked)) {
    booked.state = ahead->second.alarm.state;
    booked.cleared_utc_ms = ahead->second.alarm.cleared_utc_ms;
  }
  return booked;
}

std::vector<ledger::StoredAlarm> AlarmOverlay::booked(const std::vector<ledger::StoredAlarm>& now) {
  std::vector<ledger::StoredAlarm> news;
  std::map<AlarmKey, ledger::StoredAlarm> next;
  for (const auto& stored : now) {
    const auto key = key_of(stored);
    if (next.contains(key)) {
      continue;
    }
    const auto alarm = corrected(stored);
    const auto before = reported_.find(key);
    const auto ahead = ahead_.find(key);
    const bool known = before != reported_.end() || ahead != ahead_.end();
    const auto& last = ahead != ahead_.end() ? ahead->second.alarm
                       : known               ? before->second
                                             : stored;
    if (!known || !looks_the_same(last, alarm)) {
      news.push_back(alarm);
    }
    if (ahead != ahead_.end() && (!is_open(stored) || is_open(ahead->second.alarm))) {
      ahead_.erase(ahead);  // the books know as much
    }
    next.emplace(key, alarm);
  }
  reported_ = std::move(next);
  recount();
  return news;
}

bool AlarmOverlay::misses_open(const std::vector<ledger::StoredAlarm>& now) const {
  std::set<AlarmKey> mentioned;
  for (const auto& alarm : now) {
    mentioned.insert(key_of(alarm));
  }
  return std::any_of(reported_.begin(), reported_.end(), [&mentioned](const auto& entry) {
    return is_open(entry.second) && !mentioned.contains(entry.first);
  });
}

std::vector<ledger::StoredAlarm> AlarmOverlay::take_live_changes() {
  std::vector<ledger::StoredAlarm> out;
  for (const auto& key : std::exchange(changed_, {})) {
    const auto found = ahead_.find(key);
    if (found != ahead_.end()) {
      out.push_back(found->second.alarm);
    }
  }
  return out;
}

std::vector<ledger::StoredAlarm> AlarmOverlay::merged(std::vector<ledger::StoredAlarm> booked,
                                                      bool open_only) const {
  std::set<AlarmKey> mentioned;
  for (auto& alarm : booked) {
    mentioned.insert(key_of(alarm));
    alarm = corrected(std::move(alarm));
  }
  for (const auto& [key, ahead] : ahead_) {
    if (!mentioned.contains(key) && !reported_.contains(key)) {
      booked.push_back(ahead.alarm);
    }
  }
  if (open_only) {
    std::erase_if(booked, [](const auto& alarm) { return !is_open(alarm); });
  }
  std::stable_sort(booked.begin(), booked.end(), [](const auto& a, const auto& b) {
    return a.raised_utc_ms.value_or(INT64_MAX) > b.raised_utc_ms.value_or(INT64_MAX);
  });
  return booked;
}

void AlarmOverlay::recount() {
  open_counts_.clear();
  for (const auto& [key, alarm] : reported_) {
    const auto ahead = ahead_.find(key);
    if (is_open(ahead != ahead_.end() ? ahead->second.alarm : alarm)) {
      ++open_counts_[key.terminal_id];
    }
  }
  for (const auto& [key, ahead] : ahead_) {
    if (!reported_.contains(key) && is_open(ahead.alarm)) {
      ++open_counts_[key.terminal_id];
    }
  }
}

}  // namespace lujing::dispatch
