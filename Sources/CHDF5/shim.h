// HDF5, and functions for the macros that Swift does not see.
#pragma once
#include <hdf5.h>

static inline hid_t tactus_h5_native_double(void) { return H5T_NATIVE_DOUBLE; }
