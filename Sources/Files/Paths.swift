import Glibc

/// The path without its last component; `.` where it has only one.
public func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// What stands behind the last slash.
public func lastComponent(of path: String) -> String {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed = trimmed.dropLast() }
    return String(trimmed[(trimmed.lastIndex(of: "/").map(trimmed.index(after:)) ?? trimmed.startIndex)...])
}

/// What stands at a path.
public enum PathKind: Sendable {
    /// A file.
    case file
    /// A folder.
    case folder
    /// A symbolic link, whatever it points to.
    case link
    /// Something else: a device, a socket.
    case other
}

/// What stands at `path`, links not followed; nil where there is nothing.
public func kind(of path: String) -> PathKind? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
}

/// Names of what lies in the folder at `path`, sorted by their bytes.
public func contents(ofFolder path: String) throws -> [String] {
    guard let folder = unsafe opendir(path) else { throw systemError(path) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// Paths of all files in the folder at `path` and the folders in it, in the order of their names.
public func files(inFolder path: String) throws -> [String] {
    try contents(ofFolder: path).flatMap { name -> [String] in
        let inner = path.hasSuffix("/") ? path + name : path + "/" + name
        return switch kind(of: inner) {
        case .folder: try files(inFolder: inner)
        case .file: [inner]
        default: []
        }
    }
}

/// Makes the folder at `path` and those on its way, where they are missing; each is on the disk when this returns.
public func makeFolder(_ path: String) throws {
    if path.isEmpty || path == "/" || path == "." { return }
    if unsafe mkdir(path, 0o755) == 0 { return try synchronize(parent(of: path)) }
    switch errno {
    case EEXIST:
        guard kind(of: path + "/") == .folder else { throw InputError("is a file, not a folder", file: path) }
    case ENOENT:
        try makeFolder(parent(of: path))
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw systemError(path) }
        try synchronize(parent(of: path))
    default: throw systemError(path)
    }
}

/// Renames what stands at `path`; fails if `target` is a folder with something in it.
public func move(_ path: String, to target: String) throws {
    guard unsafe rename(path, target) == 0 else { throw systemError(target) }
}

/// Removes the file or the folder at `path` with all that is in it; links are removed, not followed.
public func remove(_ path: String) throws {
    switch kind(of: path) {
    case nil: return
    case .folder:
        for name in try contents(ofFolder: path) { try remove(path + "/" + name) }
        guard unsafe rmdir(path) == 0 else { throw systemError(path) }
    default:
        guard unsafe unlink(path) == 0 else { throw systemError(path) }
    }
}
