import Files

/// An append-only log of decisions and outcomes in a folder: `journal-00000001.log` and so on, the last one being written.
///
/// A record counts as kept when ``append(_:)`` returns: it was given to the system, so that it outlives the process.
/// ``synchronize()`` puts everything on the disk.
public actor Journal {
    /// A place in the journal: behind every record that stands before it.
    public struct Position: Sendable, Hashable, Comparable {
        /// The number of the file, from 1.
        public var segment: Int
        /// Bytes from its start.
        public var offset: Int

        /// A place.
        public init(segment: Int, offset: Int) {
            self.segment = segment
            self.offset = offset
        }

        /// Before everything.
        public static let start = Position(segment: 1, offset: 0)

        /// By file, then by place in it.
        public static func < (a: Position, b: Position) -> Bool {
            (a.segment, a.offset) < (b.segment, b.offset)
        }
    }

    private nonisolated let folder: String
    private let segmentBytes: Int
    private var segment: Int
    private var file: AppendOnlyFile
    /// What was found broken at the end when the journal was opened, and where it was put.
    public nonisolated let notice: String?
    /// How often something was kept, and how much of that is on the disk.
    private var (appended, synchronized) = (0, 0)
    /// Puts the file before the one that is written on the disk, beside the actor.
    private var sealing: Task<Void, any Error>?
    private var isSealing = false
    /// What was written since it was opened and not yet given up.
    private var tail: JournalTail

    /// Opens the journal in `folder`, which is made if it is not there. What a crash cut short at the end of the last
    /// file, and after a power cut at that of the file before, is taken off.
    ///
    /// - Parameters:
    ///   - filled: the place up to which another keeps everything; what stands before it is not read again.
    ///   - segmentBytes: size from which on a new file is begun.
    ///   - tailBytes: bytes of records that stay in memory until ``remove(before:)`` is told that they are kept elsewhere.
    /// - Throws: `InputError` that names the file and the place of damage before the end.
    public init(
        folder: String, filledTo filled: Position = .start, segmentBytes: Int = 64 << 20, tailBytes: Int = 16 << 20
    )
        throws
    {
        try makeFolder(folder)
        self.folder = folder
        self.segmentBytes = segmentBytes
        let segments = try Self.segments(in: folder)
        let last = segments.last ?? 1
        var notices: [String] = []
        // The last but one may not have been on the disk when the last was begun.
        if segments.count > 1, case let before = segments[segments.count - 2], filled.segment <= before {
            let path = Self.path(folder, before)
            let end = try Self.end(of: path, from: filled.segment == before ? filled.offset : 0, telling: &notices)
            _ = try AppendOnlyFile(path: path, cutTo: end)
        }
        let path = Self.path(folder, last)
        let size = kind(of: path) == nil ? 0 : try Files.size(of: path)
        if filled.segment > last || (filled.segment == last && filled.offset > size) {
            // A power cut took an end that the other already keeps. What comes now must stand behind that place.
            _ = try AppendOnlyFile(path: Self.path(folder, filled.segment))
            segment = filled.segment + 1
            file = try AppendOnlyFile(path: Self.path(folder, segment))
        } else {
            let end = try Self.end(of: path, from: filled.segment == last ? filled.offset : 0, telling: &notices)
            segment = last
            file = try AppendOnlyFile(path: path, cutTo: end)
        }
        tail = JournalTail(behind: Position(segment: segment, offset: file.size), limit: tailBytes)
        notice = notices.isEmpty ? nil : notices.joined(separator: "\n")
        try Files.synchronize(folder)
    }

    /// The place behind the last whole record of a file; what stands behind it and is more than cut short is put aside.
    private static func end(of path: String, from filled: Int, telling notices: inout [String]) throws -> Int {
        let size = kind(of: path) == nil ? 0 : try Files.size(of: path)
        guard filled < size else { return size }
        let (end, damage) = try JournalSegment(path: path).end(from: filled)
        if let damage { notices.append(try putAside(path, from: end, size: size, why: damage)) }
        return end
    }

    /// Copies what stands behind the last whole record to a file of its own before it is cut off.
    private static func putAside(_ path: String, from end: Int, size: Int, why: String) throws -> String {
        let aside = "\(path).damaged-\(end)"
        try writeAtomically(readBytes(of: path, from: end, count: size - end), to: aside)
        return
            "\(path): is damaged at byte \(end), behind its last whole record: \(why); the rest was put into \(aside)"
    }

    private static func path(_ folder: String, _ segment: Int) -> String {
        let digits = "\(segment)"
        return "\(folder)/journal-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).log"
    }

    private static func segments(in folder: String) throws -> [Int] {
        try contents(ofFolder: folder).compactMap { name in
            guard name.hasPrefix("journal-"), name.hasSuffix(".log") else { return nil }
            return Int(name.dropFirst(8).dropLast(4))
        }.sorted()
    }

    /// The place behind everything that is kept.
    public var end: Position { Position(segment: segment, offset: file.size) }

    /// Keeps `record`, whole or not at all, even if the process is killed meanwhile: it has one checksum.
    ///
    /// - Returns: the place behind it.
    /// - Throws: `InputError` that names the file that could not be written.
    @discardableResult
    public nonisolated func append(_ record: JournalRecord) async throws -> Position {
        let record = record.asKept
        return try await append(record, as: record.bytes)
    }

    private func append(_ record: JournalRecord, as bytes: [UInt8]) throws -> Position {
        // At most one full file at a time is not yet on the disk; until it is, the next may grow beyond its size.
        if file.size >= segmentBytes, !isSealing { try beginSegment() }
        try file.append(bytes)
        appended += 1
        tail.append(record, upTo: end, bytes: bytes.count)
        return end
    }

    private func beginSegment() throws {
        let full = try file.synchronizer()
        file = try AppendOnlyFile(path: Self.path(folder, segment + 1))
        segment += 1
        isSealing = true
        let (folder, earlier) = (folder, sealing)
        sealing = Task {
            let before = await earlier?.result
            defer { isSealing = false }
            try await offload {
                try full.synchronize()
                try Files.synchronize(folder)
            }
            try before?.get()
        }
    }

    /// Returns when everything that was kept is on the disk. More may be kept meanwhile.
    ///
    /// Where the system could not put a full file on the disk, every call says so from then on: nobody knows what of it
    /// is there.
    public func synchronize() async throws {
        let reached = appended
        guard reached > synchronized else { return }
        let synchronizer = try file.synchronizer()
        try await sealing?.value
        try await offload { try synchronizer.synchronize() }
        synchronized = max(synchronized, reached)
    }

    /// Records behind `position`, up to about `bytes` of them at once, and the place behind them.
    /// - Throws: `InputError` that names a file that is missing or damaged.
    public nonisolated func records(after position: Position, bytes limit: Int = 4 << 20) async throws
        -> (records: [JournalRecord], position: Position)
    {
        if let found = await latest(after: position, bytes: limit) { return found }
        // What is written stays as it is: it is read beside the actor, so that nobody who appends has to wait.
        let (end, folder) = (await end, folder)
        return try await offload { try Self.records(in: folder, after: position, upTo: end, bytes: limit) }
    }

    private func latest(after position: Position, bytes limit: Int) -> (records: [JournalRecord], position: Position)? {
        tail.records(after: position, bytes: limit)
    }

    private static func records(in folder: String, after position: Position, upTo end: Position, bytes limit: Int)
        throws
        -> (records: [JournalRecord], position: Position)
    {
        var position = position
        if position == .start, let first = try Self.segments(in: folder).first { position.segment = first }
        while true {
            let path = Self.path(folder, position.segment)
            let size = position.segment == end.segment ? end.offset : try Files.size(of: path)
            if position.offset < size {
                let found = try JournalSegment(path: path).records(from: position.offset, to: size, limit: limit)
                return (found.records, Position(segment: position.segment, offset: found.end))
            }
            guard position.segment < end.segment else { return ([], position) }
            position = Position(segment: position.segment + 1, offset: 0)
        }
    }

    /// Removes files whose records all stand before `position`, and gives up what stays in memory of them. Nobody who appends
    /// has to wait for either.
    public nonisolated func remove(before position: Position) async throws {
        while await giveUp(before: position) {}
        let (folder, written) = (folder, await segment)
        try await offload {
            for old in try Self.segments(in: folder) where old < min(position.segment, written) {
                try Files.remove(Self.path(folder, old))
            }
        }
    }

    /// Gives up a few records in memory that stand before `position`; whether there are more.
    private func giveUp(before position: Position) -> Bool { tail.remove(before: position, atMost: Self.givenUpAtOnce) }

    private static let givenUpAtOnce = 32
}
