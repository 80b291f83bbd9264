// Value or error, where a caller can act on the error.
//
//   Result<Fix> read_fix();
//   auto fix = read_fix();
//   if (!fix) return fix.error().in("reading the antenna");   // adds context on the way up
//
// Exceptions are kept for what a programmer got wrong and for start-up.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace lujing {

/// What went wrong, in words that name the item and, where there is one, the remedy.
class [[nodiscard]] Error {
 public:
  explicit Error(std::string what) : what_(std::move(what)) {}
  const std::string& what() const { return what_; }
  /// The same error with the place where it happened put in front: "place: what".
  Error in(const std::string& place) const { return Error(place + ": " + what_); }

 private:
  std::string what_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : held_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return ok(); }
  bool ok() const { return std::holds_alternative<T>(held_); }
  T& value() & { return get(held_); }
  const T& value() const& { return get(held_); }
  T&& value() && { return std::move(get(held_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const {
    assert(!ok());
    return *std::get_if<Error>(&held_);
  }

 private:
  template <class V>
  static auto& get(V& held) {
    auto* value = std::get_if<T>(&held);
    assert(value != nullptr);
    return *value;
  }
  std::variant<T, Error> held_;
};

/// A result without a value: `return {};` is success.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return ok(); }
  bool ok() const { return !error_.has_value(); }
  const Error& error() const {
    assert(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace lujing
