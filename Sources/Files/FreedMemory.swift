import CMalloc
import Glibc

/// Gives memory that was freed back to the system: the allocator keeps what lies between blocks that are in use.
///
/// It takes some hundred microseconds, in which others wait for memory, and is for moments in which much was freed at once.
public func giveBackFreedMemory() { _ = malloc_trim(0) }

/// Lets all threads take their memory from as many arenas as there are processors, where the allocator makes eight times as many
/// by itself, each with memory of its own that is free and kept.
///
/// To be called before there are threads: those that have an arena keep it.
public func shareArenas() { _ = mallopt(M_ARENA_MAX, Int32(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
