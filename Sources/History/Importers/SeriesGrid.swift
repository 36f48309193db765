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

    /// Lines that follow each other from moment 0 on.
    init(lines: Int, interval: Double, path: String) throws {
        guard lines > 0 else { throw InputError("has no line of values", file: path) }
        guard lines <= MetricSeries.limit else { throw Self.tooLong(Double(lines), path) }
        self.interval = interval
        places = Array(0..<lines)
        count = lines
    }

    /// Lines at the moments that `stamps` tell; nil for a line that could not be read.
    ///
    /// - Parameter interval: seconds between places; nil takes the median of the distances between lines.
    init(
        _ stamps: [(text: String?, line: Int)], interval: Double?, path: String, problems: inout [InputError]
    ) throws {
        let moments = Self.moments(stamps, path: path, problems: &problems)
        let known = moments.compactMap { $0 }
        guard let first = known.first else { throw InputError("no line has a moment", file: path, field: "timestamp") }
        let distances = zip(known.dropFirst(), known).map { $0 - $1 }.sorted()
        self.interval = interval ?? (distances.isEmpty ? 300 : distances[(distances.count - 1) / 2])
        start = first
        for (moment, line) in zip(moments, stamps.map(\.line)) {
            let distance = moment.map { (($0 - first) / self.interval).rounded() }
            guard distance ?? 0 < Double(MetricSeries.limit) else { throw Self.tooLong(distance ?? 0, path) }
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

    private static func tooLong(_ count: Double, _ path: String) -> InputError {
        InputError(
            "would be \(JSONValue.text(of: count)) values, more than \(MetricSeries.limit): its moments lie too far apart",
            file: path)
    }
}
