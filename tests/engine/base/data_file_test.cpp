#include "engine/base/data_file.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(DataFile, FoldersOfTheUserComeFirst) {
  EXPECT_EQ(data_folders("", "/opt/sluice/bin"), std::vector<std::string>{"/opt/sluice/share/sluice/data"});
  EXPECT_EQ(data_folders("/mine::/group", "/opt/sluice/bin"),
            (std::vector<std::string>{"/mine", "/group", "/opt/sluice/share/sluice/data"}));
}

}  // namespace
}  // namespace sluice
