// Writes an event file: appended block by block, in bounded memory, in chunks that are compressed on all
// threads and checksummed. The bytes depend on what is appended and on the options, not on the threads.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "stages/events/block.h"

namespace sluice::events {

struct WriterOptions {
  /// Of zlib, after a shuffle; 0: none. Chosen by measurement (docs/event-format.md).
  int compression = 1;
  std::size_t chunk_bytes = std::size_t{128} << 10U;
  int threads = 1;
};

class EventWriter {
 public:
  static Result<EventWriter> create(const std::string& path, const FileSpec& spec,
                                    const WriterOptions& options = {});

  EventWriter(EventWriter&&) noexcept;
  EventWriter& operator=(EventWriter&&) noexcept;
  ~EventWriter();

  const FileSpec& spec() const;
  /// A block of the same spec.
  Status append(const Block& block);
  std::uint64_t events() const;
  /// Writes what is left, and the attributes of the file. Nothing may be appended after it.
  Status close(const Attributes& attributes);

 private:
  class Impl;
  explicit EventWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::events
