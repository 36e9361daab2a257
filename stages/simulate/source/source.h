// Where a run's collisions come from: a file, read event by event, or the generator, which makes them when
// they are needed, on the thread that needs them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "stages/simulate/event/generated_event.h"
#include "stages/simulate/generator/generator.h"
#include "stages/stage/context.h"

namespace sluice::simulate {

/// The events wanted: from the `first` on, `count` of them, or all there are.
struct SourceRange {
  std::int64_t first = 0;
  std::optional<std::int64_t> count;
};

struct SourceEvent {
  std::uint64_t number = 0;  ///< position in the file, or the generator's: what random numbers depend on
  GeneratedEvent event;
  const Generator* generator = nullptr;  ///< that has to make it first
  std::uint64_t seed = 0;

  const GeneratedEvent& make() {
    if (generator != nullptr) event = generator->generate(seed, number);
    generator = nullptr;
    return event;
  }
};

class Source {
 public:
  virtual ~Source() = default;
  /// The next events, at most `most`; none at the end. Those that can't be simulated are skipped and counted.
  virtual Status read(std::size_t most, std::vector<SourceEvent>& batch, stage::Context& context) = 0;
  /// How many there will be; 0 when nobody knows.
  virtual std::int64_t expected() const = 0;
};

/// A file without any event in the range is an error.
Result<std::unique_ptr<Source>> open_file(const std::string& path, SourceRange range);
Result<std::unique_ptr<Source>> open_process(const std::string& process, const GunSettings& gun,
                                             std::uint64_t seed, SourceRange range);

}  // namespace sluice::simulate
