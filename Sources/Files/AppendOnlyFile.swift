import Glibc

/// A file that grows at its end and stays open.
///
/// What ``append(_:)`` has taken is in the hands of the system: it outlives the process, and, once ``synchronize()`` has
/// returned, a power cut.
public struct AppendOnlyFile: ~Copyable {
    /// The path.
    public let path: String
    /// Bytes in the file.
    public private(set) var size: Int
    private let descriptor: Int32

    /// Opens the file at `path`, or makes it, and cuts it to `size` bytes where that is given.
    public init(path: String, cutTo size: Int? = nil) throws {
        guard !path.utf8.contains(0) else { throw InputError("a path holds no NUL") }
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw systemError(path) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, size.map({ ftruncate(descriptor, $0) == 0 }) ?? true else {
            let error = systemError(path)
            close(descriptor)
            throw error
        }
        self.path = path
        self.size = size ?? Int(status.st_size)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Adds `bytes`, all of them or none.
    public mutating func append(_ bytes: [UInt8]) throws {
        do {
            try write(bytes, to: descriptor, path: path)
            size += bytes.count
        } catch {
            ftruncate(descriptor, size)
            throw error
        }
    }

    /// Returns when everything is on the disk.
    public func synchronize() throws {
        guard fdatasync(descriptor) == 0 else { throw systemError(path) }
    }
}

/// A lock file that is held as long as this value lives; it goes with the process.
public struct HeldLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Takes the lock at `path`; nil if another process holds it.
    public init?(path: String) throws {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw systemError(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

/// The bytes of the file at `path` from `offset` on, at most `count` of them.
public func readBytes(of path: String, from offset: Int, count: Int) throws -> [UInt8] {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemError(path) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
        let read = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, offset + done)
        }
        if read < 0 {
            if errno == EINTR { continue }
            throw systemError(path)
        }
        if read == 0 { break }
        done += read
    }
    bytes.removeLast(count - done)
    return bytes
}

/// The size of the file at `path`, in bytes.
public func size(of path: String) throws -> Int {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw systemError(path) }
    return Int(status.st_size)
}
