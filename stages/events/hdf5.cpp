#include "stages/events/hdf5.h"

#include <array>
#include <cstring>

namespace sluice::events {

namespace {

struct Walk {
  std::string innermost;
  int number = 0;
};

herr_t look(unsigned, const H5E_error2_t* entry, void* data) {
  auto& walk = *static_cast<Walk*>(data);
  if (entry->desc == nullptr || *entry->desc == '\0') return 0;
  if (walk.innermost.empty()) walk.innermost = entry->desc;
  const std::string_view text = entry->desc;
  constexpr std::string_view mark = "errno = ";  // so does HDF5 hand the system's answer on
  if (const auto at = text.find(mark); at != std::string_view::npos)
    walk.number = std::atoi(text.substr(at + mark.size()).data());
  return 0;
}

Handle string_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

Status write_one(hid_t object, const std::string& name, hid_t type, hid_t space, const void* data,
                 const std::string& path) {
  const Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const bool empty = H5Sget_simple_extent_npoints(space) == 0;  // HDF5 writes no nothing
  if (!attribute || (!empty && H5Awrite(attribute.get(), type, data) < 0))
    return hdf5_error("the attribute " + name + " can't be written", path);
  return Ok{};
}

Result<AttributeValue> read_strings(hid_t attribute, hid_t type, const Error& unreadable) {
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const auto count = H5Sget_simple_extent_npoints(space.get());
  if (count < 0 || H5Tis_variable_str(type) <= 0) return unreadable;
  std::vector<char*> raw(static_cast<std::size_t>(count), nullptr);
  const Handle memory = string_type();
  if (!raw.empty() && H5Aread(attribute, memory.get(), raw.data()) < 0) return unreadable;
  std::vector<std::string> texts;
  for (const char* text : raw) texts.emplace_back(text == nullptr ? "" : text);
  if (!raw.empty()) H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, raw.data());
  if (H5Sget_simple_extent_type(space.get()) == H5S_SCALAR && texts.size() == 1)
    return AttributeValue{texts[0]};
  return AttributeValue{texts};
}

Result<AttributeValue> read_one(hid_t object, const std::string& name, const std::string& path) {
  const Error unreadable{"the attribute " + name + " can't be read", path, "the file is damaged",
                         ErrorKind::data};
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute) return unreadable;
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  if (H5Tget_class(type.get()) == H5T_STRING) return read_strings(attribute.get(), type.get(), unreadable);
  const Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) return unreadable;
  if (H5Tget_class(type.get()) == H5T_FLOAT) {
    double value = 0;
    if (H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0) return unreadable;
    return AttributeValue{value};
  }
  std::int64_t value = 0;
  if (H5Aread(attribute.get(), H5T_NATIVE_INT64, &value) < 0) return unreadable;
  return AttributeValue{value};
}

}  // namespace

void quiet_hdf5() {
  static const bool once = H5dont_atexit() >= 0;
  (void)once;
  // Of the thread that asks, as HDF5 keeps one error stack a thread.
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Error hdf5_error(std::string what, const std::string& where, std::string hint) {
  Walk walk;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look, &walk);
  if (walk.number != 0)
    return Error{what + ": " + std::strerror(walk.number), where, std::move(hint), ErrorKind::io,
                 walk.number};
  return Error{std::move(what), where, hint.empty() ? "HDF5 says: " + walk.innermost : std::move(hint),
               ErrorKind::data};
}

hid_t memory_type(Number number) {
  switch (number) {
    case Number::f32: return H5T_NATIVE_FLOAT;
    case Number::f64: return H5T_NATIVE_DOUBLE;
    case Number::i32: return H5T_NATIVE_INT32;
    case Number::u64: return H5T_NATIVE_UINT64;
    case Number::u8: return H5T_NATIVE_UINT8;
  }
  return -1;
}

hid_t file_type(Number number) {
  switch (number) {
    case Number::f32: return H5T_IEEE_F32LE;
    case Number::f64: return H5T_IEEE_F64LE;
    case Number::i32: return H5T_STD_I32LE;
    case Number::u64: return H5T_STD_U64LE;
    case Number::u8: return H5T_STD_U8LE;
  }
  return -1;
}

std::optional<Number> number_of(hid_t type) {
  constexpr std::array numbers = {Number::f32, Number::f64, Number::i32, Number::u64, Number::u8};
  for (const Number number : numbers)
    if (H5Tequal(type, file_type(number)) > 0) return number;
  return std::nullopt;
}

Status write_attribute(hid_t object, const Attribute& attribute, const std::string& path) {
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose);
  if (const auto* integer = std::get_if<std::int64_t>(&attribute.value))
    return write_one(object, attribute.name, H5T_STD_I64LE, scalar.get(), integer, path);
  if (const auto* real = std::get_if<double>(&attribute.value))
    return write_one(object, attribute.name, H5T_IEEE_F64LE, scalar.get(), real, path);
  const Handle type = string_type();
  if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    const char* raw = text->c_str();
    return write_one(object, attribute.name, type.get(), scalar.get(), static_cast<const void*>(&raw), path);
  }
  std::vector<const char*> raw;
  for (const std::string& text : std::get<std::vector<std::string>>(attribute.value))
    raw.push_back(text.c_str());
  const hsize_t count = raw.size();
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  return write_one(object, attribute.name, type.get(), space.get(), static_cast<const void*>(raw.data()),
                   path);
}

Result<Attributes> read_attributes(hid_t object, const std::string& path) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* data) -> herr_t {
    static_cast<std::vector<std::string>*>(data)->emplace_back(name);
    return 0;
  };
  hsize_t at = 0;
  if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &at, collect, &names) < 0)
    return hdf5_error("the attributes can't be read", path, "the file is damaged");
  Attributes attributes;
  for (const std::string& name : names) {
    auto value = read_one(object, name, path);
    if (!value) return std::move(value).error();
    attributes.push_back({name, *std::move(value)});
  }
  return attributes;
}

}  // namespace sluice::events
