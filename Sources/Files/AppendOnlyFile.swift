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
    /// Whether a part of a write that failed may stand behind ``size``.
    private var hasRemains = false

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
    ///
    /// A part that was written before the system refused the rest is cut off; as long as even that fails, nothing more
    /// is taken.
    public mutating func append(_ bytes: [UInt8]) throws {
        try append(bytes, writing: write(_:to:path:))
    }

    mutating func append(
        _ bytes: [UInt8], writing: (_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws -> Void
    ) throws {
        if hasRemains { try cutRemains() }
        do {
            try writing(bytes, descriptor, path)
            size += bytes.count
        } catch {
            hasRemains = true
            try? cutRemains()
            throw error
        }
    }

    private mutating func cutRemains() throws {
        guard ftruncate(descriptor, size) == 0 else { throw systemError(path) }
        hasRemains = false
    }

    /// Returns when everything is on the disk.
    public borrowing func synchronize() throws { try synchronizer().synchronize() }

    /// What puts the file on the disk elsewhere while it goes on growing here.
    public borrowing func synchronizer() throws -> FileSynchronizer {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw systemError(path) }
        return FileSynchronizer(path: path, descriptor: copy)
    }
}

/// A further hold on an open file, which does nothing but put it on the disk.
public struct FileSynchronizer: ~Copyable, Sendable {
    private let path: String
    private let descriptor: Int32

    fileprivate init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Returns when everything that the file holds at the moment of the call is on the disk.
    public borrowing func synchronize() throws {
        while fdatasync(descriptor) != 0 {
            guard errno == EINTR else { throw systemError(path) }
        }
    }
}

/// A lock file that is held as long as this value lives; it goes with the process.
public struct HeldLock: ~Copyable, Sendable {
    private let path: String
    private let descriptor: Int32

    /// Takes the lock at `path`; nil if another process holds it, or held it and took the file away at that moment.
    public init?(path: String) throws {
        guard !path.utf8.contains(0) else { throw InputError("a path holds no NUL") }
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw systemError(path) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let (isHeld, error) = (errno == EWOULDBLOCK, systemError(path))
            close(descriptor)
            guard isHeld else { throw error }
            return nil
        }
        guard stands(descriptor, at: path) else {
            close(descriptor)
            return nil
        }
        self.path = path
        self.descriptor = descriptor
    }

    /// Whether the file that is locked still stands at its path: whoever locks that path then meets this lock.
    public var isInPlace: Bool { stands(descriptor, at: path) }

    deinit { close(descriptor) }
}

/// Whether the open file is the one at `path`.
private func stands(_ descriptor: Int32, at path: String) -> Bool {
    var (open, there) = (stat(), stat())
    guard unsafe fstat(descriptor, &open) == 0, unsafe stat(path, &there) == 0 else { return false }
    return open.st_dev == there.st_dev && open.st_ino == there.st_ino
}

/// The bytes of the file at `path` from `offset` on, at most `count` of them.
public func readBytes(of path: String, from offset: Int, count: Int) throws -> [UInt8] {
    guard !path.utf8.contains(0) else { throw InputError("a path holds no NUL") }
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
    guard !path.utf8.contains(0) else { throw InputError("a path holds no NUL") }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw systemError(path) }
    return Int(status.st_size)
}
