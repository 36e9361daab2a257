// Writes EDM4hep files that podio, ROOT, uproot and our own Reader read: a TTree of split branches as
// podio 1.3 and later lay it out, with podio's metadata (docs/edm4hep.md says what that is, and why).
//
//   FileSchema schema;
//   const std::uint32_t particles = schema.add("MCParticles", "edm4hep::MCParticle");
//   auto writer = Writer::create("events.root", schema);
//   Event event(schema);
//   for (…) { fill(event); if (auto written = writer->write(event); !written) return …; event.clear(); }
//   return writer->close();
//
// The bytes depend on what is written only: no time, host or path, and not on the number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "stages/edm4hep/event.h"

namespace sluice::edm4hep {

struct WriterOptions {
  /// Events are gathered until their numbers take about this much, then compressed and written: the memory a
  /// Writer needs, and what a reader has to unpack at once.
  std::uint64_t cluster_bytes = std::uint64_t{8} << 20;
  int threads = 1;  ///< that compress
};

class Writer {
 public:
  /// Opens a file beside `path`; it gets its name in close().
  static Result<Writer> create(const std::string& path, const FileSchema& schema, WriterOptions options = {});

  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();  ///< a Writer that was not closed leaves nothing behind

  /// The next event. It must have been made from the Writer's schema.
  Status write(const Event& event);
  std::uint64_t entries() const;
  /// Writes what is left, and gives the file its name. Nothing may be written after it.
  Status close();

 private:
  class Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::edm4hep
