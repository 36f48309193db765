// OpenBLAS with its CBLAS interface and LAPACK by LAPACKE.
#pragma once
#include <cblas.h>
#include <lapacke.h>
// How glibc keeps freed memory; its own Swift module leaves this header out.
#include <malloc.h>
