// Events with something in every member of every type that the writer knows, different in each event.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "stages/edm4hep/event.h"
#include "stages/edm4hep/writer.h"

namespace sluice::edm4hep {

/// "MCParticle" for "edm4hep::MCParticle": the collections of the sample are called like their types.
inline std::string short_name(const DataType& type) {
  return std::string(type.name.substr(type.name.find("::") + 2));
}

inline FileSchema sample_schema() {
  FileSchema schema;
  for (const DataType& type : all_types()) (void)schema.add(short_name(type), type.name);
  return schema;
}

class SampleEvents {
 public:
  explicit SampleEvents(const FileSchema& schema) : schema_(schema), event_(schema) {}

  /// Event number n; the fourth of every five is empty.
  const Event& make(std::uint32_t n) {
    random_.seed(n);
    event_.clear();
    if (n % 5 == 3) return event_;
    for (const FileSchema::Entry& entry : schema_.entries()) fill(*entry.type, event_[entry.name]);
    return event_;
  }

 private:
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
  std::vector<std::uint32_t> offsets(std::size_t objects) {
    std::vector<std::uint32_t> all = {0};
    for (std::size_t i = 0; i < objects; ++i) all.push_back(all.back() + below(4));
    return all;
  }
  std::vector<ObjectRef> refs(std::size_t count) {
    std::vector<ObjectRef> all;
    for (std::size_t i = 0; i < count; ++i)
      all.push_back(below(5) == 0
                        ? ObjectRef{}
                        : ObjectRef{static_cast<std::int32_t>(below(50)), schema_.entries()[below(3)].id});
    return all;
  }
  void fill_fields(Block& block) {
    for (const Block::Field& field : block.fields())
      with_type(field.number, [&](auto zero) {
        using T = decltype(zero);
        for (T& value : block.column<T>(field.name))
          value = static_cast<T>(below(100'000)) / static_cast<T>(4);
      });
  }
  void fill(const DataType& type, Block& block) {
    block.resize(1 + below(6));
    fill_fields(block);
    for (const RelationMember& relation : type.to_many) {
      const auto cut = offsets(block.size());
      block.set_relation(relation.name, cut, refs(cut.back()));
    }
    for (const RelationMember& relation : type.to_one) block.set_relation(relation.name, refs(block.size()));
    for (const Member& vector : type.vectors)
      fill_fields(block.set_vector(vector.name, offsets(block.size())));
  }

  FileSchema schema_;
  Event event_;
  std::mt19937 random_;
};

inline Status write_sample(const std::string& path, std::uint32_t events, WriterOptions options = {}) {
  const FileSchema schema = sample_schema();
  auto writer = Writer::create(path, schema, options);
  if (!writer) return std::move(writer).error();
  SampleEvents sample(schema);
  for (std::uint32_t n = 0; n < events; ++n)
    if (auto written = writer->write(sample.make(n)); !written) return written;
  return writer->close();
}

}  // namespace sluice::edm4hep
