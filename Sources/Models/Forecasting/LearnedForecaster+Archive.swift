import Files
import Kernels
import Layers
import Workflows

extension LearnedForecaster: PublishableForecaster {
    /// Everything that it consists of: the networks' weights, the lines, the spreads, and what was learned of each series.
    public func archive() throws -> WeightArchive {
        var archive = WeightArchive()
        networks.write(to: &archive, prefix: "network.")
        let names = calibrations.keys.sorted()
        let (horizons, levels) = (architecture.horizons.count, ForecastLevels.all.count)
        let width = LineFeatures.count(period: architecture.period)
        let all = [lines.pooled] + names.map { lines[$0] }
        archive.set(
            "lines", shape: [all.count, horizons, width], .float32(all.flatMap { $0.flatMap(\.self) }))
        archive.set("spreads", shape: [horizons], .float32(spreads))
        let learned = [pooled] + names.compactMap { calibrations[$0] }
        archive.set("shares", shape: [learned.count, horizons], .float64(learned.flatMap(\.shares)))
        archive.set(
            "offsets", shape: [learned.count, horizons, levels],
            .float64(learned.flatMap { $0.offsets.flatMap(\.self) }))
        archive.set("series", text: JSONValue.array(names.map(JSONValue.string)).text())
        return archive
    }

    /// Reads what ``archive()`` wrote.
    ///
    /// - Throws: `InputError` that names the array that is missing, of another shape, or not finite, or what does not
    ///   belong there.
    public init(_ archive: WeightArchive, architecture: ForecasterArchitecture) throws {
        var generator = SeededGenerator(seed: 0)
        var networks = ForecasterEnsemble<Network>(architecture, using: &generator)
        try networks.read(from: archive, prefix: "network.")
        let names = try JSONField(JSONValue(parsing: Array(archive.text("series").utf8))).elements().map {
            try $0.string()
        }
        guard Set(names).count == names.count else { throw InputError("names a series twice", field: "series") }
        let (horizons, levels) = (architecture.horizons.count, ForecastLevels.all.count)
        let width = LineFeatures.count(period: architecture.period)
        let all = try Self.finite(archive, "lines", shape: [names.count + 1, horizons, width])
        func lines(_ place: Int) -> [[Float]] {
            (0..<horizons).map { horizon in
                let first = (place * horizons + horizon) * width
                return Array(all[first..<first + width])
            }
        }
        let spreads = try Self.finite(archive, "spreads", shape: [horizons])
        guard spreads.allSatisfy({ $0 > 0 }) else { throw InputError("is not positive", field: "spreads") }
        let shares = try Self.doubles(archive, "shares", shape: [names.count + 1, horizons], within: 0...1)
        let offsets = try Self.doubles(
            archive, "offsets", shape: [names.count + 1, horizons, levels], within: -1e6...1e6)
        func calibration(_ place: Int) -> ForecastCalibration {
            ForecastCalibration(
                shares: Array(shares[place * horizons..<(place + 1) * horizons]),
                offsets: (0..<horizons).map { horizon in
                    let first = (place * horizons + horizon) * levels
                    return Array(offsets[first..<first + levels])
                })
        }
        let places = names.enumerated().map { ($1, $0 + 1) }
        self.init(
            architecture: architecture, networks: networks,
            lines: ForecastLines(
                pooled: lines(0), series: Dictionary(uniqueKeysWithValues: places.map { ($0, lines($1)) })),
            spreads: spreads, calibrations: Dictionary(uniqueKeysWithValues: places.map { ($0, calibration($1)) }),
            pooled: calibration(0))
    }

    private static func finite(_ archive: WeightArchive, _ name: String, shape: [Int]) throws -> [Float] {
        let values = try archive.floats(name, shape: shape)
        guard values.allSatisfy({ $0.isFinite && abs($0) <= 1e6 }) else {
            throw InputError("holds a value that is not finite or too large", field: name)
        }
        return values
    }

    private static func doubles(
        _ archive: WeightArchive, _ name: String, shape: [Int], within range: ClosedRange<Double>
    ) throws -> [Double] {
        let values = try archive.doubles(name)
        guard let entry = archive[name], entry.shape == shape else {
            throw InputError("is not of shape \(shape)", field: name)
        }
        guard values.allSatisfy(range.contains) else {
            throw InputError(
                "holds a value that is not in \(range.lowerBound) to \(range.upperBound)", field: name)
        }
        return values
    }
}
