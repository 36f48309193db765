import Glibc

/// The bytes of the file at `path`.
/// - Throws: `InputError` that names the file and says why it cannot be read.
public func readBytes(of path: String) throws -> [UInt8] {
    let descriptor = try open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw systemError(path) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw InputError("is a folder, not a file", file: path) }
    // One place more than the size, so that the end is found without another piece; pipes and the like have no size.
    var room = Int(max(status.st_size, 0)) + 1
    var bytes: [UInt8] = []
    while true {
        let piece = try read(room, from: descriptor, path: path)
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        if piece.count < room { return bytes }
        room = 1 << 16
    }
}

/// The next `count` bytes, or fewer where the file ends before.
func read(_ count: Int, from descriptor: Int32, path: String) throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
        while done < count {
            let read = unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: done), count - done)
            if read < 0 {
                if errno == EINTR { continue }
                throw systemError(path)
            }
            if read == 0 { return }
            done += read
        }
    }
}

/// The text of the file at `path`, which must be UTF-8.
public func readText(of path: String) throws -> String {
    let bytes = try readBytes(of: path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw InputError("is no text in UTF-8", file: path)
    }
    return text
}

/// Writes `bytes` to `path` so that a reader, and a start after a crash, finds either the old file or the new one whole.
///
/// A temporary file in the same folder is written and synced, then renamed, then the folder is synced.
public func writeAtomically(_ bytes: [UInt8], to path: String) throws {
    try replaceAtomically(path) { temporary in
        try write(bytes, toNewFile: temporary)
    }
}

/// Writes `text` to `path` in UTF-8; see ``writeAtomically(_:to:)-([UInt8],_)``.
public func writeAtomically(_ text: String, to path: String) throws {
    try writeAtomically(Array(text.utf8), to: path)
}

/// Lets `body` make a file at the temporary path that it is given, syncs it and renames it to `path`.
///
/// Where `path` is a link, the file behind it is replaced. If `body` throws, the temporary file is removed and `path` is as
/// it was.
/// - Throws: `InputError` also where something else than a file is there: a folder, or a device as behind `/dev/stdout`,
///   which a file must not take the place of.
public func replaceAtomically(_ path: String, _ body: (_ temporary: String) throws -> Void) throws {
    let target = try fileToReplace(at: path)
    let folder = parent(of: target)
    let temporary = "\(folder)/.\(lastComponent(of: target)).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    do {
        try body(temporary)
        try synchronize(temporary)
        guard unsafe rename(temporary, target) == 0 else { throw systemError(path) }
    } catch {
        _ = unsafe unlink(temporary)
        guard var failure = error as? InputError, failure.file == temporary else { throw error }
        // The user knows no temporary file.
        failure.file = path
        throw failure
    }
    try synchronize(folder)
}

private func fileToReplace(at path: String) throws -> String {
    switch kind(of: path) {
    case nil, .file: return path
    case .folder: throw InputError("is a folder, not a file", file: path)
    case .link:
        if let found = unsafe realpath(path, nil) {
            defer { unsafe free(found) }
            let target = unsafe String(cString: found)
            if kind(of: target) == .file { return target }
        }
        fallthrough
    case .other: throw InputError("is no file that another could take the place of", file: path)
    }
}

/// Writes a file that must not be there yet, and syncs it.
public func write(_ bytes: [UInt8], toNewFile path: String) throws {
    let descriptor = try open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw systemError(path) }
}

/// Adds a line to the end of a log and syncs it, and with a new log its folder; a link is not followed.
public func appendLine(_ line: String, to path: String) throws {
    let isNew = kind(of: path) == nil
    let descriptor = try open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
    defer { close(descriptor) }
    try write(Array((line + "\n").utf8), to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw systemError(path) }
    if isNew { try synchronize(parent(of: path)) }
}

/// Syncs a file or a folder to the disk.
public func synchronize(_ path: String) throws {
    let descriptor = try open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw systemError(path) }
}

func open(_ path: String, _ flags: Int32) throws -> Int32 {
    guard !path.utf8.contains(0) else { throw InputError("a path holds no NUL") }
    let descriptor = unsafe Glibc.open(path, flags, 0o644)
    guard descriptor >= 0 else { throw systemError(path) }
    return descriptor
}

func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    var done = 0
    while done < bytes.count {
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
        }
        if count < 0 {
            if errno == EINTR { continue }
            throw systemError(path)
        }
        done += count
    }
}

/// What the system said last, about `path`.
func systemError(_ path: String) -> InputError {
    let reason =
        switch errno {
        case ENOENT: "no such file or folder"
        case EACCES, EPERM, EROFS: "no permission"
        case EISDIR: "is a folder, not a file"
        case ELOOP: "is a link, which is not followed here"
        case ENOTDIR: "a part of the path is no folder"
        case ENOSPC: "no space left on the disk"
        default: unsafe String(cString: strerror(errno))
        }
    return InputError(reason, file: path)
}
