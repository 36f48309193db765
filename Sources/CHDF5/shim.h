// HDF5, and functions for the macros that Swift does not see.
#pragma once
#include <hdf5.h>

static inline hid_t tactus_h5_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t tactus_h5_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t tactus_h5_c_string(void) { return H5T_C_S1; }
static inline hid_t tactus_h5_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t tactus_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t tactus_h5_all(void) { return H5S_ALL; }
static inline size_t tactus_h5_variable_length(void) { return H5T_VARIABLE; }
static inline hsize_t tactus_h5_unlimited(void) { return H5S_UNLIMITED; }
static inline unsigned tactus_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned tactus_h5_exclusive(void) { return H5F_ACC_EXCL; }
// The library otherwise prints its own stack of errors.
static inline void tactus_h5_be_silent(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
