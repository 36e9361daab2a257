// One event on its way into a file. A stage may fill many of them at once, one a thread, and hand them to the
// Writer in their order.
//
//   Event event(schema);
//   Block& hits = event["ECALBarrel"];
//   hits.resize(n);
//   hits.set<float>("energy", energies);                            // or fill hits.column<float>("energy")
//   Block& clusters = event["PandoraClusters"];
//   clusters.resize(m);
//   clusters.set_relation("hits", offsets, refs);                   // cluster k: refs[offsets[k] ..
//   offsets[k + 1]) Block& states = tracks.set_vector("trackStates", offsets);      // a block of its own,
//   offsets.back() objects states.set<float>("D0", d0); links.set_relation("from", refs); // one reference an
//   object
//
// What is not set is zero, and empty, and (references) unset. Using a name or a type that EDM4hep doesn't
// know, or sizes that don't fit, is a bug: std::logic_error, which says what would be right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/edm4hep/columns.h"
#include "stages/edm4hep/schema.h"

namespace sluice::edm4hep {

/// The collections of a file: their names and EDM4hep types.
class FileSchema {
 public:
  struct Entry {
    std::string name;
    const DataType* type = nullptr;
    std::uint32_t id = 0;
  };

  /// A name twice, a type that is unknown (see schema.h) or a name that podio forbids is a bug. Returns the
  /// id for references to its objects.
  std::uint32_t add(std::string name, std::string_view type);
  const std::vector<Entry>& entries() const { return entries_; }
  std::uint32_t id(std::string_view name) const;  ///< of a collection that was added

 private:
  std::vector<Entry> entries_;
};

/// Objects of one kind in one event: columns of equal length. A collection, or a vector member's elements.
class Block {
 public:
  explicit Block(const DataType& type);
  explicit Block(const Member& vector);  ///< the elements of a vector member

  /// Sets the number of objects; everything in the block becomes zero, empty and unset.
  void resize(std::size_t objects);
  std::size_t size() const { return size_; }

  /// A member's numbers, to be filled: size() times the length of a fixed array. Valid until the next resize.
  template <typename T>
  std::span<T> column(std::string_view member) {
    std::vector<std::byte>& bytes = member_bytes(member, number_of<T>());
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  template <typename T>
  void set(std::string_view member, std::span<const T> values) {
    set_bytes(member, number_of<T>(), std::as_bytes(values));
  }
  template <typename T>
  void set(std::string_view member, const std::vector<T>& values) {
    set(member, std::span<const T>(values));
  }

  /// A relation to many: object k refers to refs[offsets[k]] up to refs[offsets[k + 1]]. There are size() + 1
  /// offsets, from 0 to the number of references.
  void set_relation(std::string_view name, std::span<const std::uint32_t> offsets,
                    std::span<const ObjectRef> refs);
  /// A relation to one: one reference an object.
  void set_relation(std::string_view name, std::span<const ObjectRef> refs);

  /// A vector member of components (track states): gives the block of its offsets.back() elements to fill.
  Block& set_vector(std::string_view name, std::span<const std::uint32_t> offsets);
  /// A vector member of numbers (shape parameters).
  template <typename T>
  void set_vector(std::string_view name, std::span<const std::uint32_t> offsets, std::span<const T> values) {
    set_vector(name, offsets).set("", values);
  }

  // What the writer writes, in the order of the type's members.

  struct Field {
    std::string name;  ///< "momentum.x"; empty for the elements of a vector of numbers
    Number number = Number::f32;
    std::uint32_t length = 1;
    std::vector<std::byte> bytes;
  };
  struct References {
    std::string name;
    bool many = false;
    std::vector<std::uint32_t> offsets;  ///< to many: which of the references are whose
    std::vector<ObjectRef> refs;
  };
  struct Vector;

  std::span<const Field> fields() const { return fields_; }
  std::span<const References> relations() const { return relations_; }  ///< to many first
  std::span<const Vector> vectors() const;

 private:
  void add_fields(const std::string& prefix, const Member& member);
  std::vector<std::byte>& member_bytes(std::string_view member, Number number);
  void set_bytes(std::string_view member, Number number, std::span<const std::byte> bytes);
  References& relation(std::string_view name, bool many);
  void check_offsets(std::string_view what, std::span<const std::uint32_t> offsets) const;

  std::string type_;
  std::size_t size_ = 0;
  std::vector<Field> fields_;
  std::vector<References> relations_;
  std::vector<Vector> vectors_;
};

struct Block::Vector {
  std::string name;
  std::vector<std::uint32_t> offsets;  ///< which of the elements are whose
  Block elements;
};

inline std::span<const Block::Vector> Block::vectors() const { return vectors_; }

/// All collections of one event.
class Event {
 public:
  explicit Event(const FileSchema& schema);

  /// A collection of the schema; another name is a bug.
  Block& operator[](std::string_view collection);
  /// Empties every collection, for the next event.
  void clear();

  std::span<const Block> blocks() const { return blocks_; }  ///< in the order of the schema

 private:
  std::vector<std::string> names_;
  std::vector<Block> blocks_;
};

}  // namespace sluice::edm4hep
