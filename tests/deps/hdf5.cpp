#include <hdf5.h>

int main() {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_core(access, 4096, 0);  // in memory
  const hid_t file = H5Fcreate("proof.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access);
  const hid_t group = H5Gcreate(file, "events", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  return group >= 0 && H5Gclose(group) >= 0 && H5Fclose(file) >= 0 ? 0 : 1;
}
