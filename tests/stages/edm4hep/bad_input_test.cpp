// Files that are damaged, cut off or something else: an error that says where, and never a crash.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "tests/support/edm4hep/read_all.h"
#include "tests/support/edm4hep/real_files.h"
#include "tests/support/edm4hep/sample.h"
#include "tests/support/temporary_folder.h"

namespace sluice::edm4hep {
namespace {

class BadInput : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& bytes) {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return folder / name;
  }
  std::string sample() {
    EXPECT_TRUE(write_sample(folder / "sample.root", 6, {20'000, 1}).ok());
    return folder / "sample.root";
  }
  std::string copy(const std::string& path) { return file("copy.root", *RealDisk().read(path)); }

  tests::TemporaryFolder folder;
};

constexpr const char* damaged = "\n  the file seems to be cut off or damaged: copy or make it again";

TEST_F(BadInput, WhatIsNoRootFileIsRefused) {
  for (const std::string& bytes : {std::string(), std::string("root"), std::string(2000, 'x')}) {
    const std::string path = file("no.root", bytes);
    EXPECT_EQ(read_all(path),
              path + ": this is not a ROOT file\n  EDM4hep files begin with the letters 'root'");
  }
  EXPECT_EQ(read_all(folder / "missing.root"),
            folder / "missing.root" + ": can't be opened: No such file or directory");
  EXPECT_EQ(read_all(folder.path()), folder.path() + ": this is not a file\n  name a .root file");
}

TEST_F(BadInput, ATreeOfAnotherKindIsRefused) {
  SLUICE_NEEDS_REAL_FILES();
  const std::string other = real_folder + "/codec/sample-6.14.00-zlib.root";
  EXPECT_EQ(read_all(other),
            other + ": it has no tree 'events'\n  EDM4hep files have one: is this a file of another kind?");
  const std::string ntuple = real_file("edm4hep_example_rntuple");
  EXPECT_EQ(read_all(ntuple),
            ntuple +
                ": its events are stored as an RNTuple, which this reader does not read\n  podio "
                "writes a TTree when it is not asked for an RNTuple");
}

TEST_F(BadInput, ADamagedBasketIsNamed) {
  ASSERT_TRUE(write_sample(folder / "sample.root", 6).ok());
  const std::string path = folder / "sample.root";
  std::string bytes = *RealDisk().read(path);
  const std::string key = "TBasket\x0fMCParticle.mass";
  const std::size_t at = bytes.find(key);
  ASSERT_NE(at, std::string::npos);
  constexpr std::size_t number_of_entries = 43;  // its last byte
  bytes[at + number_of_entries] = 99;
  const std::string error = read_all(file("damaged.root", bytes));
  EXPECT_EQ(error, (folder / "damaged.root") +
                       ": basket 1 of the 1 of branch 'MCParticle.mass': it holds 99 entries instead of 6" +
                       damaged);
}

TEST_F(BadInput, AChangedByteInPackedDataIsNoticed) {
  ASSERT_TRUE(write_sample(folder / "large.root", 200).ok());
  std::string bytes = *RealDisk().read(folder / "large.root");
  const std::size_t at = bytes.find("ZS\x01", bytes.find("TBasket\x0fMCParticle.mass"));
  constexpr std::size_t into_the_data = 200;
  bytes[at + into_the_data] = static_cast<char>(~bytes[at + into_the_data]);
  const std::string error = read_all(file("damaged.root", bytes));
  EXPECT_EQ(error,
            (folder / "damaged.root") +
                ": basket 1 of the 1 of branch 'MCParticle.mass': its compressed data (ZS) are damaged" +
                damaged);
}

TEST_F(BadInput, NoPartOfAFileIsTakenForAWhole) {
  std::vector<std::string> paths = {sample()};
  for (const std::string& name : real_files()) paths.push_back(real_file(name));
  for (const std::string& path : paths) {
    const std::string part = copy(path);
    const auto size = static_cast<off_t>(RealDisk().stat(part)->size);
    for (off_t length = (size - 1) / 1000 * 1000; length >= 0; length -= 1000) {
      ASSERT_EQ(::truncate(part.c_str(), length), 0);
      const std::string error = read_all(part);
      ASSERT_TRUE(error.starts_with(part + ": ")) << path << " cut to " << length << ": " << error;
    }
  }
}

/// Changes one bit at a time; what is read then is another number, or an error, and nothing worse.
void flip_bits(const std::string& path, int times, unsigned seed) {
  const auto size = RealDisk().stat(path)->size;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  std::mt19937 random(seed);
  int refused = 0;
  for (int i = 0; i < times; ++i) {
    const auto at = static_cast<off_t>(random() % size);
    char byte = 0;
    ASSERT_EQ(::pread(descriptor, &byte, 1, at), 1);
    const char changed = static_cast<char>(byte ^ (1 << random() % 8));
    ASSERT_EQ(::pwrite(descriptor, &changed, 1, at), 1);
    const std::string error = read_all(path);
    if (!error.empty()) ++refused;
    EXPECT_TRUE(error.empty() || error.starts_with(path + ": ")) << error;
    ASSERT_EQ(::pwrite(descriptor, &byte, 1, at), 1);
  }
  ::close(descriptor);
  EXPECT_GT(refused, times / 20);
  EXPECT_EQ(read_all(path), "");
}

TEST_F(BadInput, SurvivesFlippedBits) { flip_bits(sample(), 1500, 1); }

TEST_F(BadInput, SurvivesFlippedBitsInRealFiles) {
  SLUICE_NEEDS_REAL_FILES();
  unsigned seed = 2;
  for (const std::string& name : real_files())
    if (name != "edm4hep_example_rntuple") flip_bits(copy(real_file(name)), 100, seed++);
}

TEST_F(BadInput, TheProgramEndsWithBadData) {
  const std::string path = file("no.root", "nothing");
  for (const char* mode : {"--list", "--sums"}) {
    const Captured run = *RealProcesses().capture({SLUICE_BIN_DIR "/sluice-import", mode, path}, 60);
    EXPECT_EQ(run.exit_code, 65);
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(run.err, "sluice-import: " + path +
                           ": this is not a ROOT file\n  EDM4hep files begin with the letters 'root'\n");
  }
}

}  // namespace
}  // namespace sluice::edm4hep
