import Files

/// One file of a journal, read from a place on.
///
/// What a crash cut short at the very end is told from damage: behind damage stand whole records, or it is followed by
/// another file. Damage is an error, because to pass over it would lose silently what was acknowledged.
struct JournalSegment {
    /// Where the file stands.
    let path: String

    /// Records from `offset` on, up to about `limit` bytes of them and at least one, and the place behind them.
    ///
    /// - Parameter size: bytes of the file that hold whole records.
    /// - Throws: `InputError` that names the file and the place of what is no record.
    func records(from offset: Int, to size: Int, limit: Int) throws -> (records: [JournalRecord], end: Int) {
        let (bytes, frames, fault) = try frames(from: offset, to: size, limit: limit)
        if let fault, frames.isEmpty { throw try failure(fault.problem, at: offset) }
        let records = try frames.map { frame in
            do {
                return try JournalRecord(frame, of: bytes)
            } catch var error as InputError {
                error.problem =
                    "holds a record that is not understood, before byte \(offset + frame.end): \(error.problem)"
                error.file = path
                throw error
            }
        }
        return (records, offset + (frames.last?.end ?? 0))
    }

    /// The place behind the last whole record, and what is wrong with what stands behind it beyond being cut short.
    /// - Throws: `InputError` that names the file and the place if something before it is damaged.
    func end(from offset: Int, limit: Int = 4 << 20) throws -> (place: Int, damage: String?) {
        let size = try Files.size(of: path)
        var end = offset
        while end < size {
            let (_, frames, fault) = try frames(from: end, to: size, limit: limit)
            end += frames.last?.end ?? 0
            guard let fault, frames.isEmpty else { continue }
            let rest = try readBytes(of: path, from: end, count: size - end)
            if JournalFrame.nextWhole(rest, behind: 0, file: path) != nil { throw try failure(fault.problem, at: end) }
            return (end, fault.isCut ? nil : fault.problem)
        }
        return (end, nil)
    }

    /// Whole records from `offset` on, and what is wrong behind them.
    private func frames(from offset: Int, to size: Int, limit: Int) throws
        -> (bytes: [UInt8], frames: [JournalFrame], fault: (problem: String, isCut: Bool)?)
    {
        var limit = limit
        while true {
            let bytes = try readBytes(of: path, from: offset, count: min(limit, size - offset))
            var (frames, end): ([JournalFrame], Int) = ([], 0)
            while end < bytes.count {
                switch JournalFrame.read(bytes, at: end, file: path) {
                case .whole(let frame):
                    frames.append(frame)
                    end = frame.end
                    continue
                case .damaged(let fault): return (bytes, frames, (fault, false))
                case .cut where bytes.count < limit || bytes.count == size - offset:
                    return (bytes, frames, ("a record ends too early", true))
                case .cut: break
                }
                break
            }
            if bytes.isEmpty { return (bytes, frames, ("the file ends before its records do", true)) }
            if !frames.isEmpty { return (bytes, frames, nil) }
            // A record that is longer than the limit is read with a larger one.
            limit *= 4
        }
    }

    private func failure(_ fault: String, at offset: Int) throws -> InputError {
        let size = try Files.size(of: path)
        let rest = try readBytes(of: path, from: offset, count: size - offset)
        let next = JournalFrame.nextWhole(rest, behind: 0, file: path).map { offset + $0 }
        let remedy =
            next.map {
                "whole records go on at byte \($0): to go on without what is lost, remove bytes \(offset) to \($0 - 1)"
            }
            ?? "to go on without what is lost, cut the file to \(offset) bytes"
        return InputError(
            "is damaged at byte \(offset): \(fault); \(remedy), or put back a copy of the file", file: path)
    }
}
