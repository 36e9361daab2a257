#include "engine/base/elf_section.h"

#include <gtest/gtest.h>

#include "engine/base/disk.h"
#include "tests/support/temporary_folder.h"

namespace sluice {
namespace {

const std::string self = "/proc/self/exe";

TEST(ElfSection, IsReadByItsName) {
  const auto comment = elf_section(self, ".comment");  // which compiler it was
  ASSERT_TRUE(comment);
  EXPECT_NE(comment->find("("), std::string::npos) << *comment;
  EXPECT_FALSE(elf_section(self, ".commen"));
  EXPECT_FALSE(elf_section(self, ".no_such_section"));
  EXPECT_FALSE(elf_section(self, ".bss")) << "takes no room in the file";
}

TEST(ElfSection, ThatIsTooLargeIsNotRead) { EXPECT_FALSE(elf_section(self, ".text", 100)); }

TEST(ElfSection, IsInNothingButAProgram) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  ASSERT_TRUE(disk.write(folder / "script", "#!/bin/sh\nexit 0\n", Sync::no));
  EXPECT_FALSE(elf_section(folder / "script", ".comment"));
  EXPECT_FALSE(elf_section(folder / "nothing", ".comment"));
  EXPECT_FALSE(elf_section(folder.path(), ".comment"));
}

TEST(ElfSection, OfADamagedProgramIsNotThere) {
  const tests::TemporaryFolder folder;
  RealDisk disk;
  const std::string whole = *disk.read("/bin/true");
  // Cut short: the table of sections stands at the end.
  ASSERT_TRUE(disk.write(folder / "cut", whole.substr(0, whole.size() - 1), Sync::no));
  EXPECT_FALSE(elf_section(folder / "cut", ".dynstr"));
  // Any byte of the header may be wrong: whatever comes of it, nothing outside the file is read.
  for (std::size_t at = 0; at < 64; ++at) {
    std::string broken = whole;
    broken[at] = static_cast<char>(~broken[at]);
    ASSERT_TRUE(disk.write(folder / "broken", broken, Sync::no));
    static_cast<void>(elf_section(folder / "broken", ".dynstr"));
  }
}

}  // namespace
}  // namespace sluice
