// Result<T> holds a value or an Error; Result<void> holds success or an Error.
//
// The member names are those of std::expected and nothing more, so that it becomes an alias one day.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "engine/check.hpp"
#include "engine/error.hpp"

namespace framewright::engine {

/// Wraps an error on its way into a Result: `return unexpected(Error{...})`.
class Unexpected {
 public:
  explicit Unexpected(Error error) : error_(std::move(error)) {}
  Error& error() & { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  Error error_;
};

inline Unexpected unexpected(Error error) { return Unexpected{std::move(error)}; }
inline Unexpected unexpected(ErrorCode code, std::string detail) {
  return Unexpected{Error{code, std::move(detail)}};
}

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = Error;

  template <class U = T, class = std::enable_if_t<std::is_constructible_v<T, U&&> &&
                                                  !std::is_same_v<std::decay_t<U>, Result> &&
                                                  !std::is_same_v<std::decay_t<U>, Unexpected>>>
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Unexpected error) : state_(std::in_place_index<1>, std::move(error).error()) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return checked(); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(checked()); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->checked(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &const_cast<Result*>(this)->checked(); }

  Error& error() & {
    FW_CHECK(!has_value());
    return *std::get_if<1>(&state_);
  }
  const Error& error() const& {
    FW_CHECK(!has_value());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    FW_CHECK(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  T& checked() {
    FW_CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  using error_type = Error;

  Result() = default;
  Result(Unexpected error) : error_(std::move(error).error()) {}

  bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const { FW_CHECK(has_value()); }

  const Error& error() const& {
    FW_CHECK(!has_value());
    return *error_;
  }
  Error&& error() && {
    FW_CHECK(!has_value());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace framewright::engine
