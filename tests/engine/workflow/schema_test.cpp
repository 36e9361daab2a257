#include "engine/workflow/schema.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/base/diagnostics.h"
#include "engine/base/toml.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {
namespace {

TEST(Schema, NamesEachKeyOnceAndExplainsIt) {
  for (const Schema* schema : schemas()) {
    std::set<std::string_view> names;
    for (const SchemaKey& key : schema->keys) {
      EXPECT_TRUE(names.insert(key.name).second) << schema->title << ": " << key.name;
      EXPECT_TRUE(key.refused || (!key.type.empty() && !key.meaning.empty()))
          << schema->title << ": " << key.name;
    }
  }
}

TEST(Schema, ItsReferenceHasEveryTableAndKey) {
  const std::string page = schema_reference();
  for (const Schema* schema : schemas()) {
    const std::size_t begin = page.find("\n## " + std::string(schema->title) + "\n");
    ASSERT_NE(begin, std::string::npos) << schema->title;
    const std::string section = page.substr(begin, page.find("\n## ", begin + 1) - begin);
    for (const SchemaKey& key : schema->keys)
      EXPECT_EQ(section.find("| `" + std::string(key.name) + "` |") == std::string::npos, key.refused)
          << schema->title << ": " << key.name;
  }
}

TEST(Schema, AReaderCantTakeWhatItDoesNotKnow) {
  Diagnostics diagnostics;
  const auto root = parse_toml(diagnostics.add_source("w.toml", "cpus = 1\n"), diagnostics);
  TableReader reader(resources_schema(), *root, "'resources'", diagnostics);
  EXPECT_NE(reader.take("cpus"), nullptr);
  EXPECT_THROW(reader.take("cpu"), std::logic_error);
}

}  // namespace
}  // namespace sluice::workflow
