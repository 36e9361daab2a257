// Reads HepMC3's text format (Asciiv3), plain or compressed by gzip, event by event, in bounded memory. Our
// own parser because the library reads no gzip and, of a broken file, does not tell the line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "stages/simulate/event/generated_event.h"

namespace sluice::simulate {

struct ReadEvent {
  GeneratedEvent event;
  std::uint64_t line = 0;  ///< where it begins
  std::string problem;     ///< why it can't be simulated; empty for a sound one
};

class HepMcReader {
 public:
  static Result<HepMcReader> open(const std::string& path);
  HepMcReader(HepMcReader&&) noexcept;
  HepMcReader& operator=(HepMcReader&&) noexcept;
  ~HepMcReader();

  /// Nothing at the end of the file.
  Result<std::optional<ReadEvent>> next();
  /// Passes over the next event; false at the end.
  Result<bool> skip();

 private:
  struct State;
  explicit HepMcReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::simulate
