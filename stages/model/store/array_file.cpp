#include "stages/model/store/array_file.h"

#include <hdf5.h>

#include <array>
#include <utility>

namespace sluice::model {

namespace {

constexpr std::size_t growth = std::size_t{1} << 20U;

/// An HDF5 handle that closes itself.
class Handle {
 public:
  Handle(hid_t id, herr_t (*closer)(hid_t)) : id_(id), closer_(closer) {}
  ~Handle() {
    if (id_ >= 0) closer_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  explicit operator bool() const { return id_ >= 0; }
  hid_t get() const { return id_; }

 private:
  hid_t id_;
  herr_t (*closer_)(hid_t);
};

void be_quiet() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

bool write_text_attribute(hid_t file, const char* name, const std::string& text) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), text.size());
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(H5Acreate2(file, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  return attribute && H5Awrite(attribute.get(), type.get(), text.data()) >= 0;
}

bool write_array(hid_t file, const std::string& name, const Array& array) {
  const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links.get(), 1);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);  // the bytes may not depend on the time
  const std::vector<hsize_t> shape(array.shape.begin(), array.shape.end());
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
  const bool real = array.numbers.index() == 0;
  const hid_t stored = real ? H5T_IEEE_F32LE : H5T_STD_I64LE;
  const Handle set(
      H5Dcreate2(file, name.c_str(), stored, space.get(), links.get(), creation.get(), H5P_DEFAULT),
      H5Dclose);
  if (!set) return false;
  const void* numbers = real ? static_cast<const void*>(std::get<0>(array.numbers).data())
                             : static_cast<const void*>(std::get<1>(array.numbers).data());
  return H5Dwrite(set.get(), real ? H5T_NATIVE_FLOAT : H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                  numbers) >= 0;
}

bool read_array(hid_t file, const char* name, Array& array) {
  const Handle set(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  if (!set) return false;
  const Handle space(H5Dget_space(set.get()), H5Sclose);
  const Handle type(H5Dget_type(set.get()), H5Tclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0) return false;
  std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr);
  std::size_t count = 1;
  for (const hsize_t length : shape) count *= length;
  array.shape.assign(shape.begin(), shape.end());
  if (H5Tget_class(type.get()) == H5T_FLOAT) {
    auto& numbers = array.numbers.emplace<0>(count);
    return H5Dread(set.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) >= 0;
  }
  auto& numbers = array.numbers.emplace<1>(count);
  return H5Dread(set.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) >= 0;
}

struct Walk {
  Arrays arrays;
  bool good = true;
};

herr_t visit(hid_t file, const char* name, const H5O_info_t* info, void* context) {
  auto& walk = *static_cast<Walk*>(context);
  if (info->type == H5O_TYPE_DATASET) walk.good = walk.good && read_array(file, name, walk.arrays[name]);
  return 0;
}

std::string text_attribute(hid_t file, const char* name) {
  const Handle attribute(H5Aopen(file, name, H5P_DEFAULT), H5Aclose);
  if (!attribute) return {};
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) > 0) return {};
  std::string text(H5Tget_size(type.get()), '\0');
  return H5Aread(attribute.get(), type.get(), text.data()) >= 0 ? text : std::string();
}

constexpr const char* version = "1";

}  // namespace

Result<std::string> to_hdf5(const Arrays& arrays, const std::string& format) {
  be_quiet();
  const Error failed{"HDF5 can't put this file together", format, "is there memory left?",
                     ErrorKind::internal};
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access.get(), growth, false);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  const Handle file(H5Fcreate("in memory", H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
  if (!file || !write_text_attribute(file.get(), "format", format) ||
      !write_text_attribute(file.get(), "format_version", version))
    return failed;
  for (const auto& [name, array] : arrays)
    if (!write_array(file.get(), name, array)) return failed;
  H5Fflush(file.get(), H5F_SCOPE_GLOBAL);
  const auto size = H5Fget_file_image(file.get(), nullptr, 0);
  if (size <= 0) return failed;
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (H5Fget_file_image(file.get(), bytes.data(), bytes.size()) < 0) return failed;
  return bytes;
}

Result<Arrays> from_hdf5(const std::string& bytes, const std::string& format, const std::string& path) {
  be_quiet();
  const Error wrong{"this is no file of the kind " + format, path, "it is damaged, or not a file of Sluice",
                    ErrorKind::data};
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access.get(), growth, false);
  std::string image = bytes;
  if (image.empty() || H5Pset_file_image(access.get(), image.data(), image.size()) < 0) return wrong;
  const Handle file(H5Fopen("in memory", H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!file || text_attribute(file.get(), "format") != format ||
      text_attribute(file.get(), "format_version") != version)
    return wrong;
  Walk walk;
  if (H5Ovisit2(file.get(), H5_INDEX_NAME, H5_ITER_INC, visit, &walk, H5O_INFO_BASIC) < 0 || !walk.good)
    return wrong;
  return std::move(walk.arrays);
}

}  // namespace sluice::model
