// OpenBLAS with its CBLAS interface and LAPACK by LAPACKE.
#pragma once
#include <cblas.h>
#include <lapacke.h>
