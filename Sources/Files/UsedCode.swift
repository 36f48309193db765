import Glibc

/// Lets go of the program's machine code that is in memory: what is called again comes back from the system's cache of its
/// file, some microseconds for each 64 kB, and what was needed only to start does not.
///
/// Code of libraries, which may be unloaded meanwhile, stays. Does nothing where the system does not say what it holds
/// (`/proc/self/smaps`, proc(5)).
public func giveBackCode() {
    guard let smaps = try? readText(of: "/proc/self/smaps"), let found = unsafe realpath("/proc/self/exe", nil) else {
        return
    }
    defer { unsafe free(found) }
    let program = unsafe String(cString: found)
    for mapping in unchangedCode(of: program, in: smaps) {
        unsafe madvise(UnsafeMutableRawPointer(bitPattern: mapping.lowerBound), mapping.count, MADV_DONTNEED)
    }
}

/// The addresses of code in `smaps` that is as it stands in the file `program`: a debugger may have changed some.
func unchangedCode(of program: String, in smaps: String) -> [Range<UInt>] {
    var (found, candidate): ([Range<UInt>], Range<UInt>?) = ([], nil)
    for line in smaps.split(separator: "\n") {
        let fields = line.split(separator: " ", maxSplits: 5)
        guard let first = fields.first else { continue }
        if !first.hasSuffix(":") {
            candidate = nil
            guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }) == program else {
                continue
            }
            let ends = first.split(separator: "-").compactMap { UInt($0, radix: 16) }
            if ends.count == 2, ends[0] < ends[1] { candidate = ends[0]..<ends[1] }
        } else if first == "Anonymous:", let mapping = candidate {
            candidate = nil
            if fields[1] == "0" { found.append(mapping) }
        }
    }
    return found
}
