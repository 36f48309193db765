import Glibc

/// The bytes of the plain file at `path`, of which there are at most `limit`.
///
/// Whoever put it there cannot make the reader wait or run out of memory: a pipe, a device or a folder is refused before
/// anything is read, and so is a file that is longer.
/// - Parameter followsLinks: whether a link at `path` itself stands for what it points to.
/// - Throws: `InputError` that names the file.
public func readBytes(ofPlainFile path: String, atMost limit: Int, followsLinks: Bool = false) throws -> [UInt8] {
    switch kind(of: path) {
    case .file: break
    case nil: throw InputError("no such file or folder", file: path)
    case .link where followsLinks: break
    case .link: throw InputError("is a link, not a plain file", file: path)
    case .folder: throw InputError("is a folder, not a file", file: path)
    case .other: throw InputError("is no plain file", file: path)
    }
    // Something else may stand there by now. Without waiting, even a pipe opens at once.
    let descriptor = try open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw systemError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw InputError("is no plain file", file: path) }
    func tooLong(_ bytes: Int) -> InputError {
        InputError("holds \(bytes) bytes; \(limit) are read at the most", file: path)
    }
    guard Int(status.st_size) <= limit else { throw tooLong(Int(status.st_size)) }
    // It may grow while it is read; a byte more than it had tells.
    let bytes = try read(Int(status.st_size) + 1, from: descriptor, path: path)
    guard bytes.count <= Int(status.st_size) else { throw InputError("grows while it is read", file: path) }
    return bytes
}
