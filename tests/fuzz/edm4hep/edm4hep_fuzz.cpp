// Any bytes as an EDM4hep file: they are read or refused with a message.
//
// An input that begins as ROOT files do is a file. Any other is a list of changes to a sound file, three
// bytes of position and one of value each: so the fuzzer gets behind the first checks.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "tests/support/edm4hep/read_all.h"
#include "tests/support/edm4hep/sample.h"
#include "tests/support/temporary_folder.h"

namespace {

std::string sound_file() {
  const sluice::tests::TemporaryFolder folder;
  if (!sluice::edm4hep::write_sample(folder / "sound.root", 3)) std::abort();
  return *sluice::RealDisk().read(folder / "sound.root");
}

std::string changed(std::string file, std::string_view changes) {
  for (; changes.size() >= 4; changes.remove_prefix(4)) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(changes[i]));
    };
    file[(byte(0) << 16U | byte(1) << 8U | byte(2)) % file.size()] = changes[3];
  }
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string sound = sound_file();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string bytes = input.starts_with("root") ? std::string(input) : changed(sound, input);
  const int file = ::memfd_create("edm4hep", 0);
  if (file < 0 || ::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    std::abort();
  (void)sluice::edm4hep::read_all("/proc/self/fd/" + std::to_string(file));
  ::close(file);
  return 0;
}
