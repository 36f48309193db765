#define _GNU_SOURCE
#include "CAllocations.h"

#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define COUNTS 0
#else
#define COUNTS 1
#endif

static atomic_long made, bytes, alive;

bool allocations_are_counted(void) { return COUNTS; }
long allocations_made(void) { return atomic_load(&made); }
long allocated_bytes(void) { return atomic_load(&bytes); }
long allocations_alive(void) { return atomic_load(&alive); }

long resident_kilobytes(void) {
    long size, resident = -1;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return -1;
    if (fscanf(file, "%ld %ld", &size, &resident) != 2) resident = -1;
    fclose(file);
    return resident < 0 ? -1 : resident * (sysconf(_SC_PAGESIZE) / 1024);
}

#if COUNTS

// What a program defines takes the place of the C library's functions, for the shared libraries that it loads, too; the
// library's own still go by these names ("Replacing malloc" in its manual).
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

// Where OpenBLAS lies in memory.
static uintptr_t blas_start, blas_end;

static int find_blas(struct dl_phdr_info *library, size_t size, void *unused) {
    (void)size, (void)unused;
    if (!strstr(library->dlpi_name, "openblas")) return 0;
    for (int place = 0; place < library->dlpi_phnum; place++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[place];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        blas_start = library->dlpi_addr + part->p_vaddr;
        blas_end = blas_start + part->p_memsz;
    }
    return 1;
}

__attribute__((constructor)) static void begin(void) { dl_iterate_phdr(find_blas, NULL); }

static void *counted(void *block, size_t size, const void *caller) {
    if (!block) return block;
    atomic_fetch_add_explicit(&alive, 1, memory_order_relaxed);
    if ((uintptr_t)caller >= blas_start && (uintptr_t)caller < blas_end) return block;
    atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&bytes, (long)size, memory_order_relaxed);
    return block;
}

static void gone(void *block) {
    if (block) atomic_fetch_sub_explicit(&alive, 1, memory_order_relaxed);
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t size) { return counted(__libc_malloc(size), size, CALLER); }

void *calloc(size_t count, size_t size) { return counted(__libc_calloc(count, size), count * size, CALLER); }

void free(void *block) {
    gone(block);
    __libc_free(block);
}

void *realloc(void *block, size_t size) {
    void *moved = __libc_realloc(block, size);
    // Without a new block the old one is still there, unless it was given back by asking for nothing.
    if (moved || size == 0) gone(block);
    return counted(moved, size, CALLER);
}

void *memalign(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size), size, CALLER); }

void *aligned_alloc(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size), size, CALLER); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *block = counted(__libc_memalign(alignment, size), size, CALLER);
    if (!block) return ENOMEM;
    *result = block;
    return 0;
}

#endif
