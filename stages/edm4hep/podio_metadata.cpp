#include "stages/edm4hep/podio_metadata.h"

#include "stages/edm4hep/edm_definition.h"
#include "stages/edm4hep/tree_output.h"

namespace sluice::edm4hep {

namespace {

// The versions whose layout and whose types these are.
constexpr std::uint16_t podio_version[] = {1, 7, 0};
constexpr std::uint16_t edm4hep_version[] = {1, 0, 0};
constexpr std::uint32_t edm4hep_schema = 6;
constexpr std::uint32_t link_schema = 1;

using Kind = ClassMember::Kind;

ClassInfo collection_info_class() {
  return {"podio::root_utils::CollectionWriteInfo",
          1,
          {{"collectionID", Kind::number, Number::u32, 1, "", 4},
           {"dataType", Kind::text, Number::u8, 1, "", 32},
           {"isSubset", Kind::flag, Number::u8, 1, "", 1},
           {"schemaVersion", Kind::number, Number::u32, 1, "", 4},
           {"name", Kind::text, Number::u8, 1, "", 32},
           {"storageType", Kind::text, Number::u8, 1, "", 32}}};
}

ClassInfo version_class() {
  return {"podio::version::Version",
          1,
          {{"major", Kind::number, Number::u16, 1, "", 2},
           {"minor", Kind::number, Number::u16, 1, "", 2},
           {"patch", Kind::number, Number::u16, 1, "", 2}}};
}

ClassInfo definition_class() {
  return {"tuple<string,string>",
          1,
          {{"_1", Kind::text, Number::u8, 1, "", 32}, {"_0", Kind::text, Number::u8, 1, "", 32}}};
}

/// The texts of all elements, behind the bytes they take and a version.
void fill_texts(OutputBranch& branch, const std::vector<std::string>& texts) {
  constexpr std::uint16_t vector_version = 10;
  ByteWriter out;
  for (const std::string& text : texts) out.text(text);
  branch.begin_entry();
  branch.add(static_cast<std::uint32_t>(out.size() + 2) | 0x40000000U);
  branch.add(vector_version);
  branch.values.insert(branch.values.end(), out.bytes().begin(), out.bytes().end());
}

void fill_count(OutputBranch& branch, std::size_t count) {
  branch.begin_entry();
  branch.add(static_cast<std::uint32_t>(count));
  branch.most_objects = static_cast<std::int32_t>(count);
}

std::string podio_type(const DataType& type) {
  if (!type.is_link()) return std::string(type.name) + "Collection";
  return "podio::LinkCollection<" + std::string(type.to_one[0].target) + "," +
         std::string(type.to_one[1].target) + ">";
}

void fill_collections(OutputBranch& table, const FileSchema& schema) {
  fill_count(table, schema.entries().size());
  std::vector<std::string> types;
  std::vector<std::string> names;
  std::vector<std::string> storage;
  for (const std::size_t i : {0U, 2U, 3U}) table.branches[i].begin_entry();
  for (const FileSchema::Entry& entry : schema.entries()) {
    const DataType& type = *entry.type;
    table.branches[0].add(entry.id);
    types.push_back(podio_type(type));
    table.branches[2].add(std::uint8_t{0});  // no subset
    table.branches[3].add(type.is_link() ? link_schema : edm4hep_schema);
    names.push_back(entry.name);
    storage.push_back("std::vector<" + class_of(type).name + ">");
  }
  fill_texts(table.branches[1], types);
  fill_texts(table.branches[4], names);
  fill_texts(table.branches[5], storage);
}

void fill_version(OutputBranch& branch, std::span<const std::uint16_t> version) {
  branch.entries = 1;
  for (std::size_t i = 0; i < version.size(); ++i) {
    branch.branches[i].begin_entry();
    branch.branches[i].add(version[i]);
  }
}

}  // namespace

const std::vector<std::string>& parameter_names() {
  static const std::vector<std::string> names = {"GPIntKeys",     "GPIntValues",   "GPFloatKeys",
                                                 "GPFloatValues", "GPDoubleKeys",  "GPDoubleValues",
                                                 "GPStringKeys",  "GPStringValues"};
  return names;
}

const std::vector<std::string>& parameter_classes() {
  static const std::vector<std::string> classes = {
      "vector<string>", "vector<vector<int> >",    "vector<string>", "vector<vector<float> >",
      "vector<string>", "vector<vector<double> >", "vector<string>", "vector<vector<string> >"};
  return classes;
}

Status write_metadata(RootOutput& output, const FileSchema& schema) {
  TreeOutput tree("podio_metadata", "metadata tree for podio I/O functionality");
  fill_collections(tree.add(collection_branch("events___CollectionTypeInfo", collection_info_class(), {})),
                   schema);
  fill_version(tree.add(object_branch("PodioBuildVersion", version_class())), podio_version);
  OutputBranch& definitions = tree.add(collection_branch("EDMDefinitions", definition_class(), {}));
  fill_count(definitions, 1);
  fill_texts(definitions.branches[0], {edm_definition()});
  fill_texts(definitions.branches[1], {"edm4hep"});
  fill_version(tree.add(object_branch("edm4hep___Version", version_class())), edm4hep_version);
  tree.count_entries(1);
  if (auto written = tree.write_cluster(output, 1); !written) return written;
  return tree.write(output);
}

std::vector<ClassInfo> metadata_classes() {
  return {collection_info_class(), version_class(), definition_class()};
}

}  // namespace sluice::edm4hep
