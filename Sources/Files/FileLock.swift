import Glibc

/// Calls `body` while this process alone holds the lock file at `path`; others wait for it.
///
/// The lock goes with the process: a crash leaves none behind. A link at `path` is not followed.
public func withLock<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw systemError(path) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
        guard errno == EINTR else { throw systemError(path) }
    }
    return try body()
}
