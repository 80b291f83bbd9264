#include "protocol/schema.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace lujing::protocol {
namespace {

// ---- how a row reaches its member

template <class M>
struct MemberOf;
template <class P, class T>
struct MemberOf<T P::*> {
  using Payload = P;
  using Type = T;
};

template <auto Member>
using PayloadOf = typename MemberOf<decltype(Member)>::Payload;

template <class T>
bool fits(std::int64_t value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value == 0 || value == 1;
  } else if constexpr (std::is_enum_v<T>) {
    return fits<std::underlying_type_t<T>>(value);
  } else if constexpr (sizeof(T) == 8) {
    return true;  // unsigned 64-bit numbers travel as the signed number of the same bits
  } else {
    return value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max();
  }
}

template <class T>
std::int64_t widen(T value) {
  return static_cast<std::int64_t>(value);
}

/// A member of the payload. `Absent` is the value that is not written.
template <auto Member, std::int64_t Absent = 0>
constexpr Field number(std::uint16_t id, const char* name,
                       const char* (*word)(std::int64_t) = nullptr) {
  using P = PayloadOf<Member>;
  using T = typename MemberOf<decltype(Member)>::Type;
  return {id,
          FieldType::integer,
          true,
          name,
          [](const Record& r) -> std::optional<std::int64_t> {
            const std::int64_t value = widen(std::get<P>(r.payload).*Member);
            return value == Absent ? std::nullopt : std::optional(value);
          },
          [](Record& r, std::optional<std::int64_t> value) {
            const std::int64_t v = value.value_or(Absent);
            if (!fits<T>(v)) return false;
            std::get<P>(r.payload).*Member = static_cast<T>(v);
            return true;
          },
          nullptr,
          nullptr,
          word};
}

/// A number that may not be known; 0 is one.
template <auto Member>
constexpr Field maybe_number(std::uint16_t id, const char* name) {
  using P = PayloadOf<Member>;
  return {
      id,
      FieldType::integer,
      false,
      name,
      [](const Record& r) -> std::optional<std::int64_t> { return std::get<P>(r.payload).*Member; },
      [](Record& r, std::optional<std::int64_t> value) {
        if (value && !fits<std::int32_t>(*value)) return false;
        auto& slot = std::get<P>(r.payload).*Member;
        slot.reset();
        if (value) slot = static_cast<std::int32_t>(*value);
        return true;
      },
      nullptr,
      nullptr,
      nullptr};
}

/// A coordinate of the payload's position; "no place" is absent.
template <auto Member, auto Axis>
constexpr Field coordinate(std::uint16_t id, const char* name) {
  using P = PayloadOf<Member>;
  return {id,
          FieldType::integer,
          false,
          name,
          [](const Record& r) -> std::optional<std::int64_t> {
            const std::int32_t value = (std::get<P>(r.payload).*Member).*Axis;
            return value == INT32_MIN ? std::nullopt : std::optional<std::int64_t>(value);
          },
          [](Record& r, std::optional<std::int64_t> value) {
            const std::int64_t v = value.value_or(INT32_MIN);
            if (!fits<std::int32_t>(v)) return false;
            (std::get<P>(r.payload).*Member).*Axis = static_cast<std::int32_t>(v);
            return true;
          },
          nullptr,
          nullptr,
          nullptr};
}

template <auto Member>
constexpr Field text(std::uint16_t id, const char* name) {
  return {id,
          FieldType::text,
          false,
          name,
          nullptr,
          nullptr,
          [](const Record& r) -> const std::string& {
            return std::get<PayloadOf<Member>>(r.payload).*Member;
          },
          [](Record& r) -> std::string& { return std::get<PayloadOf<Member>>(r.payload).*Member; },
          nullptr};
}

template <class E>
const char* word(std::int64_t value) {
  return to_string(static_cast<E>(value));
}

// ---- the tables. An id, once given, is never given again.

// UTC comes before the terminal's own clock, which a batch predicts from it.
constexpr Field stamp_fields[] = {
    {1, FieldType::integer, true, "boot_id",
     [](const Record& r) -> std::optional<std::int64_t> {
       if (r.stamp.boot_id == 0) return std::nullopt;
       return std::bit_cast<std::int64_t>(r.stamp.boot_id);
     },
     [](Record& r, std::optional<std::int64_t> v) {
       r.stamp.boot_id = std::bit_cast<std::uint64_t>(v.value_or(0));
       return true;
     },
     nullptr, nullptr, nullptr},
    {2, FieldType::integer, false, "utc_ms", [](const Record& r) { return r.stamp.utc_ms; },
     [](Record& r, std::optional<std::int64_t> v) {
       r.stamp.utc_ms = v;
       return true;
     },
     nullptr, nullptr, nullptr},
    {3, FieldType::integer, true, "boot_ms",
     [](const Record& r) -> std::optional<std::int64_t> {
       if (r.stamp.boot_ms == 0) return std::nullopt;
       return r.stamp.boot_ms;
     },
     [](Record& r, std::optional<std::int64_t> v) {
       r.stamp.boot_ms = v.value_or(0);
       return true;
     },
     nullptr, nullptr, nullptr},
};

constexpr Field boot_fields[] = {
    text<&BootRecord::software>(16, "software"),
    text<&BootRecord::rule_set>(17, "rule_set"),
};

// Speed and course come before the position, so that a batch can predict the position from them.
constexpr Field track_point_fields[] = {
    number<&TrackPoint::speed_cmps>(16, "speed_cmps"),
    number<&TrackPoint::course_cdeg>(17, "course_cdeg"),
    number<&TrackPoint::accuracy_dm>(18, "accuracy_dm"),
    coordinate<&TrackPoint::position, &GeoPoint::lat_e7>(19, "lat_e7"),
    coordinate<&TrackPoint::position, &GeoPoint::lon_e7>(20, "lon_e7"),
    number<&TrackPoint::odometer_m>(21, "odometer_m"),
    number<&TrackPoint::source>(22, "source", word<PositionSource>),
    number<&TrackPoint::reason>(23, "reason", word<TrackReason>),
};

constexpr Field vehicle_state_fields[] = {
    number<&VehicleState::moving>(16, "moving"),
    number<&VehicleState::cover>(17, "cover", word<Cover>),
    number<&VehicleState::hoist>(18, "hoist", word<Hoist>),
    number<&VehicleState::load>(19, "load", word<Load>),
    number<&VehicleState::work_bits>(20, "work_bits"),
    coordinate<&VehicleState::position, &GeoPoint::lat_e7>(21, "lat_e7"),
    coordinate<&VehicleState::position, &GeoPoint::lon_e7>(22, "lon_e7"),
};

constexpr Field alarm_fields[] = {
    text<&AlarmRecord::rule>(16, "rule"),
    number<&AlarmRecord::state>(17, "state", word<AlarmState>),
    number<&AlarmRecord::since_boot_ms>(18, "since_boot_ms"),
    text<&AlarmRecord::rule_set>(19, "rule_set"),
    coordinate<&AlarmRecord::position, &GeoPoint::lat_e7>(20, "lat_e7"),
    coordinate<&AlarmRecord::position, &GeoPoint::lon_e7>(21, "lon_e7"),
    number<&AlarmRecord::speed_cmps>(22, "speed_cmps"),
    text<&AlarmRecord::detail>(23, "detail"),
};

constexpr Field thinned_fields[] = {
    number<&ThinnedRecord::first_seq>(16, "first_seq"),
    number<&ThinnedRecord::last_seq>(17, "last_seq"),
    number<&ThinnedRecord::dropped>(18, "dropped"),
};

constexpr Field directive_fields[] = {
    text<&DirectiveRecord::name>(16, "name"),
    number<&DirectiveRecord::version>(17, "version"),
    number<&DirectiveRecord::outcome>(18, "outcome", word<DirectiveOutcome>),
    text<&DirectiveRecord::sha256>(19, "sha256"),
    text<&DirectiveRecord::reason>(20, "reason"),
};

constexpr Field coverage_fields[] = {
    number<&CoverageRecord::roads>(16, "roads"),
    number<&CoverageRecord::link>(17, "link"),
    number<&CoverageRecord::kerbs>(18, "kerbs"),
    number<&CoverageRecord::backward>(19, "backward"),
    number<&CoverageRecord::work>(20, "work", word<Work>),
    number<&CoverageRecord::state>(21, "state", word<CoverageState>),
    number<&CoverageRecord::reason>(22, "reason", word<WorkReason>),
    number<&CoverageRecord::evidence>(23, "evidence", word<Evidence>),
    number<&CoverageRecord::from_cm>(24, "from_cm"),
    number<&CoverageRecord::to_cm>(25, "to_cm"),
    number<&CoverageRecord::begin_boot_ms>(26, "begin_boot_ms"),
    number<&CoverageRecord::end_boot_ms>(27, "end_boot_ms"),
    number<&CoverageRecord::sure_permille>(28, "sure_permille"),
};

constexpr Field zone_fields[] = {
    text<&ZoneRecord::fence>(16, "fence"),
    number<&ZoneRecord::zone>(17, "zone", word<FenceKind>),
    number<&ZoneRecord::event>(18, "event", word<FenceEvent>),
    number<&ZoneRecord::since_boot_ms>(19, "since_boot_ms"),
    number<&ZoneRecord::stay_ms>(20, "stay_ms"),
    number<&ZoneRecord::fences_version>(21, "fences_version"),
    coordinate<&ZoneRecord::position, &GeoPoint::lat_e7>(22, "lat_e7"),
    coordinate<&ZoneRecord::position, &GeoPoint::lon_e7>(23, "lon_e7"),
};

/// Of older records; where it is absent nobody is told of a 0.
constexpr Field no_longer_written(Field field) {
  field.zero_if_absent = false;
  return field;
}

constexpr Field trip_fields[] = {
    number<&TripRecord::begin_boot_id>(16, "begin_boot_id"),
    number<&TripRecord::begin_boot_ms>(17, "begin_boot_ms"),
    number<&TripRecord::event>(18, "event", word<TripEvent>),
    text<&TripRecord::permit>(19, "permit"),
    text<&TripRecord::site>(20, "site"),
    text<&TripRecord::second_site>(21, "second_site"),
    text<&TripRecord::tip>(22, "tip"),
    no_longer_written(number<&TripRecord::loaded_permille>(23, "loaded_permille")),
    no_longer_written(number<&TripRecord::left_permille>(24, "left_permille")),
    number<&TripRecord::washed>(25, "washed", word<Washed>),
    number<&TripRecord::driven_m>(26, "driven_m"),
    number<&TripRecord::sealed_m>(27, "sealed_m"),
    number<&TripRecord::unsealed_m>(28, "unsealed_m"),
    number<&TripRecord::on_route_m>(29, "on_route_m"),
    number<&TripRecord::no_fix_m>(30, "no_fix_m"),
    number<&TripRecord::stops>(31, "stops"),
    number<&TripRecord::stopped_s>(32, "stopped_s"),
    coordinate<&TripRecord::begin_position, &GeoPoint::lat_e7>(33, "begin_lat_e7"),
    coordinate<&TripRecord::begin_position, &GeoPoint::lon_e7>(34, "begin_lon_e7"),
    coordinate<&TripRecord::position, &GeoPoint::lat_e7>(35, "lat_e7"),
    coordinate<&TripRecord::position, &GeoPoint::lon_e7>(36, "lon_e7"),
    number<&TripRecord::unseen_s>(37, "unseen_s"),
    maybe_number<&TripRecord::load_permille>(38, "load_permille"),
    maybe_number<&TripRecord::rest_permille>(39, "rest_permille"),
    maybe_number<&TripRecord::load_kg>(40, "load_kg"),
};

constexpr Field control_fields[] = {
    number<&ControlRecord::limit>(16, "limit", word<Limit>),
    number<&ControlRecord::event>(17, "event", word<LimitEvent>),
    number<&ControlRecord::origin>(18, "origin", word<LimitOrigin>),
    number<&ControlRecord::priority>(19, "priority"),
    number<&ControlRecord::value_cmps>(20, "value_cmps"),
    text<&ControlRecord::reason>(21, "reason"),
    coordinate<&ControlRecord::position, &GeoPoint::lat_e7>(22, "lat_e7"),
    coordinate<&ControlRecord::position, &GeoPoint::lon_e7>(23, "lon_e7"),
};

constexpr Field road_fields[] = {
    number<&RoadRecord::roads>(16, "roads"),
    number<&RoadRecord::link>(17, "link"),
    number<&RoadRecord::backward>(18, "backward"),
    number<&RoadRecord::from_cm>(19, "from_cm"),
    number<&RoadRecord::to_cm>(20, "to_cm"),
    number<&RoadRecord::entered_boot_ms>(21, "entered_boot_ms"),
    number<&RoadRecord::left_boot_ms>(22, "left_boot_ms"),
    number<&RoadRecord::sure_permille>(23, "sure_permille"),
    number<&RoadRecord::joined>(24, "joined"),
    number<&RoadRecord::bridged>(25, "bridged"),
};

constexpr Field exception_fields[] = {
    number<&ExceptionRecord::roads>(16, "roads"),
    number<&ExceptionRecord::link>(17, "link"),
    number<&ExceptionRecord::kerbs>(18, "kerbs"),
    number<&ExceptionRecord::from_cm>(19, "from_cm"),
    number<&ExceptionRecord::to_cm>(20, "to_cm"),
    number<&ExceptionRecord::begin_boot_ms>(21, "begin_boot_ms"),
    number<&ExceptionRecord::reason>(22, "reason", word<ExceptionReason>),
    text<&ExceptionRecord::who>(23, "who"),
    text<&ExceptionRecord::note>(24, "note"),
    number<&ExceptionRecord::end_boot_ms>(25, "end_boot_ms"),
    number<&ExceptionRecord::marked_boot_ms>(26, "marked_boot_ms"),
    number<&ExceptionRecord::ended>(27, "ended", word<MarkEnd>),
};

constexpr Field work_fields[] = {
    number<&WorkRecord::work>(16, "work", word<Work>),
    number<&WorkRecord::side>(17, "side", word<WorkSide>),
    number<&WorkRecord::reason>(18, "reason", word<WorkReason>),
    number<&WorkRecord::evidence>(19, "evidence", word<Evidence>),
    number<&WorkRecord::begin_boot_ms>(20, "begin_boot_ms"),
    number<&WorkRecord::driven_dm>(21, "driven_dm"),
    number<&WorkRecord::water_dl>(22, "water_dl"),
};

template <class P>
Payload make() {
  return P{};
}

constexpr Kind kind_table[] = {
    {1, "boot", make<BootRecord>, boot_fields},
    {2, "track_point", make<TrackPoint>, track_point_fields},
    {3, "vehicle_state", make<VehicleState>, vehicle_state_fields},
    {4, "alarm", make<AlarmRecord>, alarm_fields},
    {5, "health", make<HealthRecord>, {}},  // its counters are its fields
    {6, "thinned", make<ThinnedRecord>, thinned_fields},
    {7, "directive", make<DirectiveRecord>, directive_fields},
    {8, "coverage", make<CoverageRecord>, coverage_fields},
    {9, "zone", make<ZoneRecord>, zone_fields},
    {10, "trip", make<TripRecord>, trip_fields},
    {11, "control", make<ControlRecord>, control_fields},
    {12, "exception", make<ExceptionRecord>, exception_fields},
    {13, "work", make<WorkRecord>, work_fields},
    {14, "road", make<RoadRecord>, road_fields},
};
static_assert(std::size(kind_table) + 1 == std::variant_size_v<Payload>);
static_assert(
    std::is_same_v<std::variant_alternative_t<std::size(kind_table), Payload>, UnknownRecord>);

const Kind* kind_of(const Record& record) {
  const std::size_t index = record.payload.index();
  return index < std::size(kind_table) ? &kind_table[index] : nullptr;
}

const Field* find_field(const Record& record, std::uint16_t id) {
  std::span<const Field> fields = stamp_fields;
  if (id >= first_kind_field) {
    const Kind* kind = kind_of(record);
    fields = kind == nullptr ? std::span<const Field>{} : kind->fields;
  }
  for (const Field& field : fields)
    if (field.id == id) return &field;
  return nullptr;
}

void add_cells(std::span<const Field> fields, const Record& record, std::vector<Cell>& cells) {
  for (const Field& field : fields) {
    if (field.type == FieldType::integer) {
      if (const auto value = field.get(record)) cells.push_back({field.id, *value});
    } else {
      const std::string_view value = field.text(record);
      if (!value.empty()) cells.push_back({field.id, value});
    }
  }
}

void add_counters(const HealthRecord& health, std::vector<Cell>& cells) {
  for (const auto& [id, value] : health.counters) {
    if (id > max_counter_id)
      throw std::invalid_argument("health counter id over " + std::to_string(max_counter_id));
    cells.push_back({static_cast<std::uint16_t>(first_counter_field + id), value});
  }
}

void check_ascending(const std::vector<Cell>& cells) {
  for (std::size_t i = 1; i < cells.size(); ++i)
    if (cells[i - 1].id >= cells[i].id)
      throw std::invalid_argument("field " + std::to_string(cells[i].id) +
                                  " of a record comes twice or out of order");
}

template <class T>
void keep_unknown(Record& record, std::uint16_t id, T&& value) {
  RawField& field = record.unknown_fields.emplace_back();
  field.id = id;
  field.value = std::forward<T>(value);
}

}  // namespace

std::span<const Kind> kinds() {
  return kind_table;
}

const Kind* find_kind(std::uint8_t number) {
  for (const Kind& kind : kind_table)
    if (kind.number == number) return &kind;
  return nullptr;
}

std::span<const Field> common_fields() {
  return stamp_fields;
}

void to_cells(const Record& record, std::vector<Cell>& cells) {
  cells.clear();
  add_cells(stamp_fields, record, cells);
  if (const Kind* kind = kind_of(record)) {
    add_cells(kind->fields, record, cells);
  } else {
    const std::uint8_t number = std::get_if<UnknownRecord>(&record.payload)->kind;
    if (number == 0 || find_kind(number) != nullptr)
      throw std::invalid_argument("an unknown record with the known kind " +
                                  std::to_string(number));
  }
  if (const auto* health = std::get_if<HealthRecord>(&record.payload)) add_counters(*health, cells);
  for (const RawField& field : record.unknown_fields) {
    if (const auto* value = std::get_if<std::int64_t>(&field.value)) {
      cells.push_back({field.id, *value});
    } else {
      cells.push_back({field.id, std::string_view(*std::get_if<std::string>(&field.value))});
    }
  }
  if (!record.unknown_fields.empty())
    std::stable_sort(cells.begin(), cells.end(),
                     [](const Cell& a, const Cell& b) { return a.id < b.id; });
  check_ascending(cells);
}

Record make_record(std::uint8_t kind) {
  Record record;
  const Kind* known = find_kind(kind);
  if (known == nullptr) {
    record.payload = UnknownRecord{kind};
    return record;
  }
  record.payload = known->make();
  for (const Field& field : known->fields)
    if (field.type == FieldType::integer) field.put(record, std::nullopt);
  return record;
}

bool put_field(Record& record, std::uint16_t id, std::int64_t value) {
  if (const Field* field = find_field(record, id))
    return field->type == FieldType::integer && field->put(record, value);
  auto* health = std::get_if<HealthRecord>(&record.payload);
  if (health != nullptr && id >= first_counter_field) {
    health->counters.emplace_back(static_cast<std::uint16_t>(id - first_counter_field), value);
  } else {
    keep_unknown(record, id, value);
  }
  return true;
}

bool put_field(Record& record, std::uint16_t id, std::string value) {
  if (const Field* field = find_field(record, id)) {
    if (field->type != FieldType::text) return false;
    field->text_slot(record) = std::move(value);
    return true;
  }
  keep_unknown(record, id, std::move(value));
  return true;
}

}  // namespace lujing::protocol
