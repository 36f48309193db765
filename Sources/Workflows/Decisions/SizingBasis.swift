import Files

/// What an allocation rests on: the answer explains itself.
public struct SizingBasis: Codable, Hashable, Sendable {
    /// Where an allocation comes from.
    public enum Source: String, Codable, Sendable {
        /// A quantile of the forecast for this task.
        case forecast
        /// A quantile of what the task's type has used.
        case type
        /// The largest value of the type.
        case largest
        /// Wider groups: no execution of the type is known.
        case fallback
    }

    /// Where it comes from.
    public var source: Source
    /// The quantile, 0 to 1; absent for the largest value.
    public var percentile: Double?
    /// By what that is multiplied.
    public var margin: Double
    /// Completed executions of the type that it rests on.
    public var samples: Int
    /// Whether held-out executions have shown that less than the largest value is enough as often as it must be.
    public var proven: Bool
    /// The limit that it was cut to, in the target's unit: the largest node, or just over the largest value seen; absent
    /// where none was hit.
    public var cap: Double?
    /// The least that it was raised to, in the target's unit; absent where it was not.
    public var floor: Double?

    /// What an allocation rests on.
    public init(
        source: Source, percentile: Double? = nil, margin: Double, samples: Int, proven: Bool = false,
        cap: Double? = nil, floor: Double? = nil
    ) {
        self.source = source
        self.percentile = percentile
        self.margin = margin
        self.samples = samples
        self.proven = proven
        self.cap = cap
        self.floor = floor
    }

    /// The basis in words, such as `quantile 0.95 of the forecast × 1.1`.
    public var words: String {
        func number(_ value: Double) -> String { JSONValue.text(of: value) }
        let start =
            switch source {
            case .forecast: "quantile \(number(percentile ?? 0)) of the forecast"
            case .type: "quantile \(number(percentile ?? 0)) of \(samples) executions"
            case .largest: "the largest of \(samples) executions"
            case .fallback: "quantile \(number(percentile ?? 0)) of wider groups"
            }
        return start + (margin == 1 ? "" : " × \(number(margin))") + (cap == nil ? "" : ", cut to a limit")
            + (floor == nil ? "" : ", raised to the least that works")
    }

    /// The basis as it stands on the wire, without what is absent.
    public var json: JSONValue {
        var object = JSONObject([("source", .string(source.rawValue))])
        object["percentile"] = percentile.map(JSONValue.number)
        object["margin"] = .number(margin)
        object["samples"] = .integer(samples)
        object["proven"] = .bool(proven)
        object["cap"] = cap.map(JSONValue.number)
        object["floor"] = floor.map(JSONValue.number)
        return .object(object)
    }
}
