#ifndef TACTUS_ALLOCATIONS_H
#define TACTUS_ALLOCATIONS_H

#include <stdbool.h>

// Counts the calls of malloc and its kin in the program that this is linked into. Those that OpenBLAS makes by itself are left
// out: whether a kernel of its asks for memory depends on the processor.

/// Whether anything is counted. Nothing is under a sanitizer, which has an allocator of its own.
bool allocations_are_counted(void);

/// Blocks that were asked for since the process began; a call of realloc counts as one.
long allocations_made(void);

/// Bytes in them.
long allocated_bytes(void);

/// Blocks that were asked for and not given back yet.
long allocations_alive(void);

/// The memory of the process that is resident, in kB; negative where the system does not tell.
long resident_kilobytes(void);

#endif
