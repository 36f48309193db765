import Files
import Workflows

extension DatasetDigest {
    /// The digest of `series`: their values are the rows.
    public init(_ series: [MetricSeries]) {
        var bytes: [UInt8] = []
        for series in series {
            for text in [series.name, series.unit ?? "\u{1}", "\(series.intervalSeconds)", "\(series.startedAt)"] {
                bytes.append(contentsOf: text.utf8)
                bytes.append(0)
            }
            for value in series.values {
                // The lowest byte first.
                for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64(place)))) }
            }
            bytes.append(1)
        }
        self.init(
            rows: series.reduce(0) { $0 + $1.values.count }, firstAt: series.map(\.startedAt).min(),
            lastAt: series.filter { !$0.values.isEmpty }.map { $0.moment(at: $0.values.count - 1) }.max(),
            sha256: Files.sha256(of: bytes))
    }
}
