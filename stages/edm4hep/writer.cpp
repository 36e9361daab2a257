#include "stages/edm4hep/writer.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "stages/edm4hep/podio_metadata.h"
#include "stages/edm4hep/root_output.h"
#include "stages/edm4hep/tree_output.h"

namespace sluice::edm4hep {

namespace {

/// The branches of one collection, in the order in which its Block has their values.
struct CollectionOutput {
  OutputBranch* data = nullptr;
  std::vector<OutputBranch*> to_many;
  std::vector<OutputBranch*> to_one;
  std::vector<OutputBranch*> vectors;
};

std::string part_name(const std::string& collection, std::string_view member) {
  return "_" + collection + "_" + std::string(member);
}

std::vector<ClassInfo> component_classes() {
  std::vector<ClassInfo> all;
  const auto add = [&](const auto& self, const Member& member) -> void {
    if (member.component == nullptr) return;
    for (const Member& part : member.component->members) self(self, part);
    const ClassInfo info = class_of(*member.component);
    const bool known =
        std::any_of(all.begin(), all.end(), [&](const auto& c) { return c.name == info.name; });
    if (!known) all.push_back(info);
  };
  for (const DataType& type : all_types()) {
    for (const Member& member : type.members) add(add, member);
    for (const Member& vector : type.vectors) add(add, vector);
  }
  return all;
}

CollectionOutput add_collection(TreeOutput& tree, const FileSchema::Entry& entry,
                                std::span<const ClassInfo> components) {
  const DataType& type = *entry.type;
  CollectionOutput output;
  output.data = &tree.add(collection_branch(entry.name, class_of(type), components));
  const auto add_relation = [&](const RelationMember& relation) {
    return &tree.add(collection_branch(part_name(entry.name, relation.name), object_id_class(), components));
  };
  for (const RelationMember& relation : type.to_many) output.to_many.push_back(add_relation(relation));
  for (const RelationMember& relation : type.to_one) output.to_one.push_back(add_relation(relation));
  for (const Member& vector : type.vectors) {
    const std::string name = part_name(entry.name, vector.name);
    output.vectors.push_back(
        vector.component != nullptr
            ? &tree.add(collection_branch(name, class_of(*vector.component), components))
            : &tree.add(vector_branch(name, "vector<" + std::string(cpp_name(vector.number)) + ">")));
  }
  return output;
}

/// The number of objects, in a branch that counts.
void add_count(OutputBranch& branch, std::size_t objects) {
  branch.begin_entry();
  branch.add(static_cast<std::uint32_t>(objects));
  branch.most_objects = std::max(branch.most_objects, static_cast<std::int32_t>(objects));
}

/// Fills the branches below a collection, from `next` on, with the fields of a block.
std::size_t add_fields(OutputBranch& branch, std::span<const Block::Field> fields) {
  std::size_t next = 0;
  for (const Block::Field& field : fields) {
    OutputBranch& column = branch.branches[next++];
    column.begin_entry();
    column.add_numbers(field.number, field.bytes);
  }
  return next;
}

void add_range(OutputBranch& branch, std::size_t& next, std::span<const std::uint32_t> offsets,
               std::size_t objects) {
  for (const std::size_t shift : {std::size_t{0}, std::size_t{1}}) {
    OutputBranch& column = branch.branches[next++];
    column.begin_entry();
    column.add_numbers(Number::u32, std::as_bytes(offsets.subspan(shift, objects)));
  }
}

void add_references(OutputBranch& branch, std::span<const ObjectRef> refs) {
  add_count(branch, refs.size());
  branch.branches[0].begin_entry();
  branch.branches[1].begin_entry();
  for (const ObjectRef& ref : refs) {
    branch.branches[0].add(ref.index);
    branch.branches[1].add(ref.collection);
  }
}

void add_vector(OutputBranch& branch, const Block& elements) {
  if (!branch.branches.empty()) {
    add_count(branch, elements.size());
    (void)add_fields(branch, elements.fields());
    return;
  }
  const Block::Field& numbers = elements.fields()[0];
  branch.begin_entry();
  branch.add_vector_head(elements.size(), numbers.bytes.size());
  branch.add_numbers(numbers.number, numbers.bytes);
}

void add_block(const CollectionOutput& output, const Block& block) {
  add_count(*output.data, block.size());
  std::size_t next = add_fields(*output.data, block.fields());
  for (std::size_t i = 0; i < block.vectors().size(); ++i) {
    add_range(*output.data, next, block.vectors()[i].offsets, block.size());
    add_vector(*output.vectors[i], block.vectors()[i].elements);
  }
  std::size_t many = 0;
  std::size_t one = 0;
  for (const Block::References& relation : block.relations()) {
    if (relation.many) add_range(*output.data, next, relation.offsets, block.size());
    add_references(relation.many ? *output.to_many[many++] : *output.to_one[one++], relation.refs);
  }
}

std::uint64_t gathered_bytes(const OutputBranch& branch) {
  std::uint64_t bytes = branch.values.size() + branch.begins.size() * sizeof(std::uint32_t);
  for (const OutputBranch& below : branch.branches) bytes += gathered_bytes(below);
  return bytes;
}

}  // namespace

class Writer::Impl {
 public:
  Impl(RootOutput output, const FileSchema& schema, WriterOptions options)
      : output_(std::move(output)),
        schema_(schema),
        options_(options),
        components_(component_classes()),
        events_("events", "events tree") {
    for (const FileSchema::Entry& entry : schema.entries())
      collections_.push_back(add_collection(events_, entry, components_));
    for (const std::string& parameter : parameter_classes())
      parameters_.push_back(&events_.add(vector_branch(parameter_names()[parameters_.size()], parameter)));
  }

  Status write(const Event& event) {
    if (closed_) throw std::logic_error("an event was written to a file that is closed");
    const auto blocks = event.blocks();
    if (blocks.size() != collections_.size())
      throw std::logic_error("the event was made from another schema than the file");
    for (std::size_t i = 0; i < blocks.size(); ++i) add_block(collections_[i], blocks[i]);
    for (OutputBranch* parameter : parameters_) {
      parameter->begin_entry();
      parameter->add_vector_head(0, 0);
    }
    events_.count_entries(1);
    return gathered() < options_.cluster_bytes ? Status(Ok{})
                                               : events_.write_cluster(output_, options_.threads);
  }

  Status close() {
    if (std::exchange(closed_, true)) throw std::logic_error("a file was closed twice");
    if (auto written = events_.write_cluster(output_, options_.threads); !written) return written;
    if (auto written = events_.write(output_); !written) return written;
    if (auto written = write_metadata(output_, schema_); !written) return written;
    const auto key =
        RootOutput::key_bytes("TList", RootOutput::description_name, RootOutput::description_title);
    return output_.close(streamer_infos(described_classes(), key));
  }

  std::uint64_t entries() const { return events_.entries(); }

 private:
  std::uint64_t gathered() const {
    std::uint64_t bytes = 0;
    for (const CollectionOutput& collection : collections_) {
      bytes += gathered_bytes(*collection.data);
      for (const auto* parts : {&collection.to_many, &collection.to_one, &collection.vectors})
        for (const OutputBranch* part : *parts) bytes += gathered_bytes(*part);
    }
    return bytes;
  }
  /// Those that the file's types need, each once.
  std::vector<ClassInfo> described_classes() const {
    std::vector<ClassInfo> all = components_;
    all.push_back(object_id_class());
    for (const FileSchema::Entry& entry : schema_.entries()) {
      const ClassInfo info = class_of(*entry.type);
      const bool known =
          std::any_of(all.begin(), all.end(), [&](const auto& c) { return c.name == info.name; });
      if (!known) all.push_back(info);
    }
    for (const ClassInfo& info : metadata_classes()) all.push_back(info);
    return all;
  }

  RootOutput output_;
  FileSchema schema_;
  WriterOptions options_;
  std::vector<ClassInfo> components_;
  TreeOutput events_;
  std::vector<CollectionOutput> collections_;
  std::vector<OutputBranch*> parameters_;
  bool closed_ = false;
};

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::create(const std::string& path, const FileSchema& schema, WriterOptions options) {
  auto output = RootOutput::create(path);
  if (!output) return std::move(output).error();
  return Writer(std::make_unique<Impl>(std::move(*output), schema, options));
}

Status Writer::write(const Event& event) { return impl_->write(event); }
std::uint64_t Writer::entries() const { return impl_->entries(); }
Status Writer::close() { return impl_->close(); }

}  // namespace sluice::edm4hep
