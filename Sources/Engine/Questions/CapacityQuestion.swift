import Files
import Prediction
import Settings
import Workflows

/// What `capacity` is asked.
public struct CapacityQuestion: Sendable {
    /// What is forecast.
    public enum Subject: Sendable {
        /// A series that came with the question.
        case series(MetricSeries)
        /// One of the history that the settings name.
        case name(String)
    }

    /// What is forecast.
    public var subject: Subject
    /// How far, in seconds.
    public var horizonSeconds: Double
    /// The nodes that are counted in; nil where none are asked for.
    public var cluster: Cluster?
    /// What the series is measured in; nil goes by the series.
    public var unit: CapacityPlanner.Unit?
    /// The share of each node that is kept free.
    public var headroom = 0.1
    /// The risk of a shortage that is taken.
    public var risk = 0.05
    private let asked: JSONValue

    /// Reads `{"series": [{"at","value"}] or "name", "horizonSeconds", "cluster", "unit", "headroom", "risk"}`; only the
    /// series must be there.
    ///
    /// - Parameter settings: where the horizon comes from if it is not stated.
    public init(_ field: JSONField, _ settings: Settings) throws {
        try field.refuseUnknown(["series", "horizonSeconds", "cluster", "unit", "headroom", "risk"])
        unit = try field["unit"].ifPresent { field in
            let name = try field.string()
            guard let unit = CapacityPlanner.Unit(rawValue: name) else {
                let known = CapacityPlanner.Unit.allCases.map(\.rawValue).joined(separator: ", ")
                throw field.failure("\"\(name)\" is not known; there are \(known)")
            }
            return unit
        }
        if let name = field["series"].value?.string {
            subject = .name(name)
        } else if field["series"].isPresent, field["series"].value?.array == nil {
            throw field["series"].failure("is \(field["series"].value?.kindName ?? "nothing"), not a list or a name")
        } else {
            subject = .series(try MetricSeries(points: field["series"], name: "series", unit: unit?.rawValue))
        }
        horizonSeconds =
            try field["horizonSeconds"].ifPresent { try $0.positive() } ?? settings.predictionHorizonSeconds
        cluster = try field["cluster"].ifPresent { try Cluster($0) }
        headroom = try field["headroom"].ifPresent { try Self.inside($0) { $0 >= 0 && $0 < 1 } } ?? headroom
        risk = try field["risk"].ifPresent { try Self.inside($0) { $0 > 0 && $0 < 1 } } ?? risk
        var object = try field.object()
        object["horizonSeconds"] = .number(horizonSeconds)
        asked = .object(object)
    }

    private static func inside(_ field: JSONField, _ isInside: (Double) -> Bool) throws -> Double {
        let value = try field.share()
        guard isInside(value) else { throw field.failure("is \(JSONValue.text(of: value)), not between 0 and 1") }
        return value
    }

    /// The question as it was asked, with the horizon that it was answered for.
    public var json: JSONValue { asked }

    /// Counts nodes for `series`; nil where no cluster was given.
    func planner(for series: MetricSeries) throws -> CapacityPlanner? {
        guard let cluster else { return nil }
        let unit = self.unit ?? series.unit.flatMap(CapacityPlanner.Unit.init) ?? .cores
        return try CapacityPlanner(cluster, unit: unit, headroom: headroom, risk: risk)
    }
}
