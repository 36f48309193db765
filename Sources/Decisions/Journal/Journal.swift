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

        /// By file, then by place in it.
        public static func < (a: Position, b: Position) -> Bool {
            (a.segment, a.offset) < (b.segment, b.offset)
        }
    }

    private let folder: String
    private let segmentBytes: Int
    private var segment: Int
    private var file: AppendOnlyFile
    private var isSynchronized = true

    /// Opens the journal in `folder`, which is made if it is not there. A record at its end that a crash cut short, and
    /// that nobody was told of, is taken off.
    ///
    /// - Parameter segmentBytes: size from which on a new file is begun.
    public init(folder: String, segmentBytes: Int = 64 << 20) throws {
        try makeFolder(folder)
        self.folder = folder
        self.segmentBytes = segmentBytes
        segment = try Self.segments(in: folder).last ?? 1
        let path = Self.path(folder, segment)
        var end = 0
        if kind(of: path) != nil {
            let bytes = try readBytes(of: path)
            while end < bytes.count, let next = try? JournalRecord.read(bytes, at: end, file: path) { end = next.end }
        }
        file = try AppendOnlyFile(path: path, cutTo: end)
        try Files.synchronize(folder)
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

    /// Keeps `records`, all of them or none.
    /// - Throws: `InputError` that names the file that could not be written.
    public func append(_ records: [JournalRecord]) throws {
        if file.size >= segmentBytes { try beginSegment() }
        try file.append(records.flatMap(\.bytes))
        isSynchronized = false
    }

    private func beginSegment() throws {
        try file.synchronize()
        file = try AppendOnlyFile(path: Self.path(folder, segment + 1))
        segment += 1
        try Files.synchronize(folder)
    }

    /// Returns when everything that was kept is on the disk.
    public func synchronize() throws {
        guard !isSynchronized else { return }
        try file.synchronize()
        isSynchronized = true
    }

    /// Records behind `position`, up to about `bytes` of them at once, and the place behind them.
    public func records(after position: Position, bytes limit: Int = 4 << 20) throws
        -> (records: [JournalRecord], position: Position)
    {
        var position = position
        while position.segment < (try Self.segments(in: folder).first ?? segment) { position = next(position) }
        while true {
            let path = Self.path(folder, position.segment)
            let size = position.segment == segment ? file.size : try Files.size(of: path)
            if position.offset < size { return try read(path, from: position, to: size, limit: limit) }
            guard position.segment < segment else { return ([], position) }
            position = next(position)
        }
    }

    private func next(_ position: Position) -> Position { Position(segment: position.segment + 1, offset: 0) }

    private func read(_ path: String, from position: Position, to size: Int, limit: Int) throws
        -> (records: [JournalRecord], position: Position)
    {
        var limit = limit
        while true {
            let bytes = try readBytes(of: path, from: position.offset, count: min(limit, size - position.offset))
            var (records, end): ([JournalRecord], Int) = ([], 0)
            while end < bytes.count, let next = try JournalRecord.read(bytes, at: end, file: path) {
                records.append(next.record)
                end = next.end
            }
            // A record that is longer than the limit is read with a larger one.
            if !records.isEmpty { return (records, Position(segment: position.segment, offset: position.offset + end)) }
            guard bytes.count < size - position.offset else {
                throw InputError("ends in the middle of a record", file: path)
            }
            limit *= 4
        }
    }

    /// Removes files whose records all stand before `position`.
    public func remove(before position: Position) throws {
        for old in try Self.segments(in: folder) where old < min(position.segment, segment) {
            try Files.remove(Self.path(folder, old))
        }
    }
}
