// sluice-import --sums against what another reader (jsroot) found in the same files.
#include <gtest/gtest.h>

#include <map>

#include "engine/base/disk.h"
#include "engine/base/json.h"
#include "engine/base/process.h"
#include "tests/support/edm4hep/real_files.h"

namespace sluice::edm4hep {
namespace {

const std::string import_program = SLUICE_BIN_DIR "/sluice-import";

json::value sums_of(const std::string& path) {
  const Captured run = *RealProcesses().capture({import_program, "--sums", path}, 60);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return parse_json(run.out, path).value_or(json::value());
}

TEST(Golden, EveryColumnOfEveryFileIsEqual) {
  SLUICE_NEEDS_REAL_FILES();
  std::size_t columns = 0;
  for (const auto& entry : std::filesystem::directory_iterator(real_folder + "/golden")) {
    const std::string name = entry.path().stem();
    const json::value golden = *parse_json(*RealDisk().read(entry.path()), name);
    const json::value ours = sums_of(real_file(name));
    EXPECT_EQ(golden.at("entries"), ours.at("entries")) << name;
    for (const auto& [column, sums] : golden.at("columns").as_object()) {
      if (sums.as_object().contains("error")) continue;  // their reader could not read it
      const json::value* found = ours.at("columns").as_object().if_contains(column);
      ASSERT_NE(found, nullptr) << name << ": " << column;
      EXPECT_EQ(*found, sums) << name << ": " << column;
      ++columns;
    }
  }
  EXPECT_EQ(columns, 1127U);
}

TEST(Golden, TheSameTreeInTwoCodecsGivesTheSameNumbers) {
  SLUICE_NEEDS_REAL_FILES();
  // Of these two files the tree happens to be called 'events', as podio's is.
  const json::value lz4 = sums_of(real_folder + "/codec/uproot-Zmumu-lz4.root");
  EXPECT_EQ(lz4.at("entries"), 2304);
  EXPECT_EQ(lz4, sums_of(real_folder + "/codec/uproot-Zmumu-zstd.root"));
}

}  // namespace
}  // namespace sluice::edm4hep
