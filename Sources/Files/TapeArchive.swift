/// Several files in one, laid out as `tar` does: plain files only, and each byte of the archive is accounted for.
///
/// POSIX.1-1988, "ustar Interchange Format" (IEEE Std 1003.1-2017, pax, section of that name). What is written here, every
/// `tar` reads; the same members give the same bytes. Read is what a `tar` writes of plain files with short names: no
/// folders, no links, no devices and none of the later extensions.
public enum TapeArchive {
    /// One file.
    public struct Member: Hashable, Sendable {
        /// Its name, folders before it with slashes between.
        public var name: String
        /// What it holds.
        public var bytes: [UInt8]

        /// A file.
        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The unit of the layout, in bytes.
    static let block = 512
    /// The largest size that fits in a header, in bytes.
    static let largest = 0o77_777_777_777

    /// `members` as an archive.
    ///
    /// - Throws: `InputError` that names the member that cannot be written: ``decode(_:file:)`` would refuse it.
    public static func encode(_ members: [Member]) throws -> [UInt8] {
        var archive: [UInt8] = []
        archive.reserveCapacity(members.reduce(2 * block) { $0 + 2 * block + $1.bytes.count })
        var names = Set<String>()
        for member in members {
            try check(member.name, among: &names)
            archive += try header(name: member.name, size: member.bytes.count)
            archive += member.bytes
            archive += [UInt8](repeating: 0, count: padding(member.bytes.count))
        }
        return archive + [UInt8](repeating: 0, count: 2 * block)
    }

    /// The members of `archive`, in order.
    ///
    /// - Parameter file: the file that it comes from, for errors.
    /// - Throws: `InputError` that names the member, and says what is wrong with it: an archive that ends too early, a wrong
    ///   checksum, a link or anything else that is no plain file, a name that leads elsewhere or stands twice, bytes that
    ///   belong to no member.
    public static func decode(_ archive: [UInt8], file: String? = nil) throws -> [Member] {
        do {
            return try decode(archive)
        } catch var error as InputError {
            error.file = file
            throw error
        }
    }

    private static func decode(_ archive: [UInt8]) throws -> [Member] {
        var (members, names, place) = ([Member](), Set<String>(), 0)
        while true {
            guard archive.count - place >= block else {
                throw InputError("ends without the two empty blocks of an archive's end")
            }
            let header = archive[place..<place + block]
            if header.allSatisfy({ $0 == 0 }) { break }
            let (name, size) = try read(header: Array(header))
            try check(name, among: &names)
            place += block
            // The size is bounded by its eleven digits, so that the sum cannot overflow.
            guard archive.count - place >= size + padding(size) else {
                throw InputError("states \(size) bytes; the archive ends before", field: name)
            }
            members.append(Member(name: name, bytes: Array(archive[place..<place + size])))
            place += size
            guard archive[place..<place + padding(size)].allSatisfy({ $0 == 0 }) else {
                throw InputError("is followed by bytes that belong to nothing", field: name)
            }
            place += padding(size)
        }
        guard archive.count - place >= 2 * block, archive[place...].allSatisfy({ $0 == 0 }) else {
            throw InputError("does not end with two empty blocks and nothing else")
        }
        return members
    }

    private static func padding(_ size: Int) -> Int { (block - size % block) % block }
}
