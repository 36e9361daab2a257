// Expected failures are values: a Result<T> is either a T or an Error that tells a user what went wrong,
// where, and what to do next. Exceptions are left to bugs and to the edge of the command line.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace sluice {

/// What kind of mistake an Error is; decides the exit code of a program (docs/writing-a-stage.md).
enum class ErrorKind { usage, data, io, internal };

struct Error {
  std::string what;   ///< the problem, in one sentence, without a final period
  std::string where;  ///< file, file:line:column, task or program it concerns; may be empty
  std::string hint;   ///< what to do next; may be empty
  ErrorKind kind = ErrorKind::data;
  int number = 0;  ///< errno, where the system said no; lets a caller see a full disk or another file system

  bool operator==(const Error&) const = default;
};

/// "where: what\n  hint": the form in which every program prints an Error.
inline std::string to_string(const Error& error) {
  std::string text = error.where.empty() ? error.what : error.where + ": " + error.what;
  if (!error.hint.empty()) text += "\n  " + error.hint;
  return text;
}

/// Exit codes that Sluice programs share (sysexits.h where one exists).
enum ExitCode : int {
  exit_done = 0,
  exit_usage = 64,
  exit_data = 65,
  exit_internal = 70,
  exit_io = 74,
  exit_again = 75
};

inline int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return exit_usage;
    case ErrorKind::data: return exit_data;
    case ErrorKind::io: return exit_io;
    case ErrorKind::internal: return exit_internal;
  }
  return exit_internal;
}

struct Ok {
  bool operator==(const Ok&) const = default;
};

template <typename T = Ok>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }

  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  T value_or(T fallback) const { return ok() ? std::get<0>(state_) : std::move(fallback); }

 private:
  std::variant<T, Error> state_;
};

using Status = Result<Ok>;

}  // namespace sluice
