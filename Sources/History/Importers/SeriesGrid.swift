import Files
import Workflows

/// When the lines of a file were measured, on a grid of equal intervals.
struct SeriesGrid {
    /// The moment of the first place, in Unix seconds.
    private(set) var start = 0.0
    /// Seconds from one place to the next.
    let interval: Double
    /// The place of each line; nil for one whose moment cannot be right.
    private(set) var places: [Int?] = []
    /// Places up to the last one that is taken.
    private(set) var count = 0

    /// Values that all series of a file may have together, gaps among them: 512 MiB.
    static let limit = 1 << 26

    /// Lines that follow each other from moment 0 on, each with its number in the file.
    ///
    /// - Parameter columns: series that lie on the grid.
    init(lines: [Int], columns: Int, interval: Double, path: String) throws {
        guard !lines.isEmpty else { throw InputError("has no line of values", file: path) }
        self.interval = interval
        places = Array(0..<lines.count)
        count = lines.count
        let longest = Self.longest(columns: columns)
        guard count <= longest else {
            throw Self.tooLong(Double(longest + 1), columns: columns, path: path, line: lines[longest])
        }
    }

    /// Lines at the moments that `stamps` tell; nil for a line that could not be read.
    ///
    /// - Parameters:
    ///   - columns: series that lie on the grid.
    ///   - interval: seconds between places; nil takes the median of the distances between lines.
    init(
        _ stamps: [(text: String?, line: Int)], columns: Int, interval: Double?, path: String,
        problems: inout [InputError]
    ) throws {
        let longest = Self.longest(columns: columns)
        let moments = Self.moments(stamps, path: path, problems: &problems)
        let known = moments.compactMap { $0 }
        guard let first = known.first else { throw InputError("no line has a moment", file: path, field: "timestamp") }
        let distances = zip(known.dropFirst(), known).map { $0 - $1 }.sorted()
        self.interval = interval ?? (distances.isEmpty ? 300 : distances[(distances.count - 1) / 2])
        start = first
        for (moment, line) in zip(moments, stamps.map(\.line)) {
            let distance = moment.map { (($0 - first) / self.interval).rounded() }
            guard distance ?? 0 < Double(longest) else {
                throw Self.tooLong(
                    (distance ?? 0) + 1, columns: columns, path: path, line: line, field: "timestamp")
            }
            let place = distance.map { Int($0) }
            if let place, place < count {
                let seconds = JSONValue.text(of: self.interval)
                problems.append(
                    InputError(
                        "falls into the same \(seconds) s as a line before it", file: path, line: line,
                        field: "timestamp"))
                places.append(nil)
            } else {
                places.append(place)
                count = place.map { $0 + 1 } ?? count
            }
        }
    }

    /// The moment of each line; nil for one that has none, or none after the one before it.
    private static func moments(
        _ stamps: [(text: String?, line: Int)], path: String, problems: inout [InputError]
    ) -> [Double?] {
        var last = -Double.infinity
        return stamps.map { stamp, line in
            // What could not be read has been told already.
            guard let stamp else { return nil }
            guard let moment = Double(stamp) ?? calendarMoment(stamp), abs(moment) < 1e12 else {
                problems.append(InputError("\"\(stamp)\" is no moment", file: path, line: line, field: "timestamp"))
                return nil
            }
            guard moment > last else {
                problems.append(
                    InputError(
                        "\"\(stamp)\" is not after the moment before it", file: path, line: line, field: "timestamp"))
                return nil
            }
            last = moment
            return moment
        }
    }

    /// Places that there may be where `columns` series lie on them.
    private static func longest(columns: Int) -> Int { min(MetricSeries.limit, limit / max(columns, 1)) }

    /// Says that line `line` would be value `count` of each of `columns` series.
    private static func tooLong(
        _ count: Double, columns: Int, path: String, line: Int, field: String? = nil
    ) -> InputError {
        let cause = field == nil ? "" : ": its moment lies too far apart from those before it"
        return InputError(
            "would be value \(JSONValue.text(of: count)) of \(columns) series, of at most \(longest(columns: columns)) each"
                + cause, file: path, line: line, field: field)
    }
}
