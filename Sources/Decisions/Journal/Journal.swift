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

    /// Opens the journal in `folder`, which is made if it is not there. A record at its end that a crash cut short, and
    /// that nobody was told of, is taken off.
    ///
    /// - Parameters:
    ///   - filled: the place up to which another keeps everything; what stands before it is not read again.
    ///   - segmentBytes: size from which on a new file is begun.
    /// - Throws: `InputError` that names the file and the place of damage before the end.
    public init(folder: String, filledTo filled: Position = .start, segmentBytes: Int = 64 << 20) throws {
        try makeFolder(folder)
        self.folder = folder
        self.segmentBytes = segmentBytes
        let last = try Self.segments(in: folder).last ?? 1
        let path = Self.path(folder, last)
        let size = kind(of: path) == nil ? 0 : try Files.size(of: path)
        if filled.segment > last || (filled.segment == last && filled.offset > size) {
            // A power cut took an end that the other already keeps. What comes now must stand behind that place.
            _ = try AppendOnlyFile(path: Self.path(folder, filled.segment))
            segment = filled.segment + 1
            file = try AppendOnlyFile(path: Self.path(folder, segment))
            notice = nil
        } else {
            let from = filled.segment == last ? filled.offset : 0
            let (end, damage) = size == 0 ? (0, nil) : try JournalSegment(path: path).end(from: from)
            notice = try damage.map { try Self.putAside(path, from: end, size: size, why: $0) }
            segment = last
            file = try AppendOnlyFile(path: path, cutTo: end)
        }
        try Files.synchronize(folder)
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

    /// Keeps `records`, all of them or none.
    ///
    /// - Returns: the place behind them.
    /// - Throws: `InputError` that names the file that could not be written.
    @discardableResult
    public nonisolated func append(_ records: [JournalRecord]) async throws -> Position {
        var bytes = records.first?.bytes ?? []
        for record in records.dropFirst() { bytes += record.bytes }
        return try await append(bytes)
    }

    private func append(_ bytes: [UInt8]) throws -> Position {
        if file.size >= segmentBytes { try beginSegment() }
        try file.append(bytes)
        appended += 1
        return end
    }

    private func beginSegment() throws {
        try file.synchronize()
        file = try AppendOnlyFile(path: Self.path(folder, segment + 1))
        segment += 1
        try Files.synchronize(folder)
    }

    /// Returns when everything that was kept is on the disk. More may be kept meanwhile.
    public func synchronize() async throws {
        let reached = appended
        guard reached > synchronized else { return }
        let synchronizer = try file.synchronizer()
        try await offload { try synchronizer.synchronize() }
        synchronized = max(synchronized, reached)
    }

    /// Records behind `position`, up to about `bytes` of them at once, and the place behind them.
    /// - Throws: `InputError` that names a file that is missing or damaged.
    public nonisolated func records(after position: Position, bytes limit: Int = 4 << 20) async throws
        -> (records: [JournalRecord], position: Position)
    {
        // What is written stays as it is: it is read beside the actor, so that nobody who appends has to wait.
        let (end, folder) = (await end, folder)
        return try await offload { try Self.records(in: folder, after: position, upTo: end, bytes: limit) }
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

    /// Removes files whose records all stand before `position`.
    public func remove(before position: Position) throws {
        for old in try Self.segments(in: folder) where old < min(position.segment, segment) {
            try Files.remove(Self.path(folder, old))
        }
    }
}
