import Files
import Workflows

/// The shape of a learned forecaster, kept in the manifest of a version.
///
/// A forecast is made from a window of one day, which is cut into patches, and is made for all horizons at once.
public struct ForecasterArchitecture: Hashable, Sendable {
    /// Intervals in a day: the length of the window, P.
    public let period: Int
    /// Pieces that the window is cut into, N; they are the steps of the network.
    public let patches: Int
    /// Units of the network's states, D.
    public var width: Int
    /// Layers.
    public var layers: Int
    /// Heads of attention; 1 where there is none.
    public var heads: Int
    /// Networks that learn from different beginnings and whose answers are averaged.
    public var members: Int

    /// A shape for series with `period` intervals in a day.
    public init(period: Int, width: Int, layers: Int, heads: Int = 1, members: Int = 3) {
        self.period = period
        // An hour each where that is a whole number of intervals.
        patches = (1...24).last { period % $0 == 0 } ?? 1
        self.width = width
        self.layers = layers
        self.heads = heads
        self.members = members
    }

    /// Values in a patch.
    var patchLength: Int { period / patches }

    /// The horizons that are learned, in intervals: a few short ones, and hours up to a day. What lies between is interpolated.
    public var horizons: [Int] {
        let hours = [1, 2, 4, 8, 12, 16, 24].map { max(period * $0 / 24, 1) }
        return Set([1, min(3, period), min(6, period)] + hours).sorted()
    }

    /// What the network reads beside the window: the line's forecasts, the usual changes, and the time of day.
    var contextWidth: Int { 2 * horizons.count + 2 * Self.harmonics }

    /// Sines and cosines that tell the network the time of day.
    static let harmonics = 6

    /// Values that a series must have before it is forecast.
    public var leastValues: Int { period + max(period / 8, 4) + 1 }
}

extension ForecasterArchitecture {
    /// Numbers by name, as in a manifest.
    public var fields: [String: Int] {
        [
            "period": period, "patches": patches, "width": width, "layers": layers, "heads": heads,
            "members": members, "horizons": horizons.count, "quantiles": ForecastLevels.all.count,
        ]
    }

    /// The shape as a manifest states it.
    ///
    /// - Throws: `InputError` that names a field that is missing or out of bounds: a hostile manifest asks for no more
    ///   memory than a large model.
    public init(_ fields: [String: Int]) throws {
        func field(_ name: String, _ range: ClosedRange<Int>) throws -> Int {
            guard let value = fields[name] else { throw InputError("is missing", field: "architecture.\(name)") }
            guard range.contains(value) else {
                throw InputError(
                    "is \(value), not \(range.lowerBound) to \(range.upperBound)", field: "architecture.\(name)")
            }
            return value
        }
        self.init(
            period: try field("period", Self.periods), width: try field("width", 1...512),
            layers: try field("layers", 1...8), heads: try field("heads", 1...64), members: try field("members", 1...16)
        )
        for (name, own) in self.fields.sorted(by: { $0.key < $1.key }) {
            let stated = try field(name, 1...Int.max)
            guard stated == own else { throw InputError("is \(stated), not \(own)", field: "architecture.\(name)") }
        }
        guard width % heads == 0 else {
            throw InputError("is \(heads), which does not divide the width \(width)", field: "architecture.heads")
        }
    }

    /// Intervals in a day that can be learned from: from two hours to half a minute.
    static let periods = 12...2880
}
