import Glibc

/// Lets go of the machine code that is in memory, of the program and its libraries: what is called again comes back from the
/// system's cache of its file, some microseconds for each 64 kB, and what was needed only to start does not.
///
/// Nothing may unload a library meanwhile: something else could take its addresses. Does nothing where the system does not
/// say what it holds (`/proc/self/smaps`, proc(5)).
public func giveBackCode() {
    guard let smaps = try? readText(of: "/proc/self/smaps") else { return }
    for mapping in unchangedCode(in: smaps) {
        unsafe madvise(UnsafeMutableRawPointer(bitPattern: mapping.lowerBound), mapping.count, MADV_DONTNEED)
    }
}

/// The addresses of code in `smaps` that is as it stands in its file: a debugger may have changed some, and the loader that of a
/// library which was not built to lie anywhere.
func unchangedCode(in smaps: String) -> [Range<UInt>] {
    var (found, candidate): ([Range<UInt>], Range<UInt>?) = ([], nil)
    for line in smaps.split(separator: "\n") {
        let fields = line.split(separator: " ", maxSplits: 5)
        guard let first = fields.first else { continue }
        if !first.hasSuffix(":") {
            candidate = nil
            guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }).hasPrefix("/") else {
                continue
            }
            let ends = first.split(separator: "-").compactMap { UInt($0, radix: 16) }
            if ends.count == 2, ends[0] < ends[1] { candidate = ends[0]..<ends[1] }
        } else if first == "Anonymous:", let mapping = candidate {
            candidate = nil
            if fields.count > 1, fields[1] == "0" { found.append(mapping) }
        }
    }
    return found
}
