// What the C library's allocator does beyond the C standard: Swift's module of the library leaves this header out.
#include <malloc.h>
