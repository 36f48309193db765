import CMalloc

/// Gives memory that was freed back to the system: the allocator keeps what lies between blocks that are in use.
///
/// It takes some hundred microseconds, in which others wait for memory, and is for moments in which much was freed at once.
public func giveBackFreedMemory() { _ = malloc_trim(0) }
