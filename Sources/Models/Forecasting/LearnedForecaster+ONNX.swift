import Files
import Layers
import Registry
import Workflows

extension LearnedForecaster: ExportableNetwork {
    /// The shape of the networks.
    public var architectureFields: [String: Int] { architecture.fields }

    /// What the lines and the networks read.
    public var features: [ModelManifest.Feature] {
        let (period, horizons) = (architecture.period, architecture.horizons.count)
        let difference = "difference from the last value, over the standard deviation of the last day"
        return [
            .init(name: "values of the last day (\(period))", unit: "1", normalisation: "\(difference), within 8"),
            .init(
                name: "lagged values, means of an hour, six hours and a day", unit: "1",
                normalisation: "\(difference), within 6"),
            .init(
                name: "yesterday, usual change and usual level at the time of the forecast", unit: "1",
                normalisation: "\(difference), within 6, averaged over up to 14 days"),
            .init(name: "forecasts of the lines (\(horizons))", unit: "1", normalisation: "\(difference), within 5"),
            .init(name: "time of day", unit: "1", normalisation: "sine and cosine, 1 to 12 times a day"),
        ]
    }

    /// From `windows` [N, patches, values] and `context` [N, C] to `quantiles` [N, A, Q].
    public func networkGraph() throws -> ONNXGraph {
        var graph = ONNXGraph(name: Network.kind)
        let windows = graph.input(
            "windows", shape: ["N", .length(architecture.patches), .length(architecture.patchLength)])
        let context = graph.input("context", shape: ["N", .length(architecture.contextWidth)])
        var sum: ONNXValue?
        for (place, member) in networks.members.enumerated() {
            let answer = try graph.scope("member\(place)") { try member.export(windows, context, to: &$0) }
            sum = sum.map { graph.node("Add", $0, answer) } ?? answer
        }
        guard let sum else { throw InputError("has no network", field: "architecture.members") }
        let share = graph.constant(.init(1 / Float(networks.members.count)), named: "share")
        graph.output(
            graph.node("Mul", sum, share), named: "quantiles",
            shape: ["N", .length(architecture.horizons.count), .length(ForecastLevels.all.count)])
        return graph
    }

    /// The meaning of inputs and outputs.
    public var networkDocumentation: String {
        """
        Corrects linear forecasts of a series. A window holds the last \(architecture.period) values, oldest first, as \
        differences from the last one over their standard deviation, in \(architecture.patches) patches. The context holds \
        the lines' forecasts of the change to each of the horizons \(architecture.horizons) (intervals), the usual change \
        over the same hours of earlier days, both over the same deviation, and \(ForecasterArchitecture.harmonics) sines and \
        cosines of the time of day. The quantiles, at \(ForecastLevels.all), are of (change - line) / (deviation · spread).
        """
    }

    /// The spreads of the horizons, and for each series, and pooled, the shares and offsets that the forecasts take.
    public func networkScales() throws -> String {
        func json(_ calibration: ForecastCalibration) -> JSONValue {
            .object(
                JSONObject([
                    ("shares", .array(calibration.shares.map(JSONValue.number))),
                    ("offsets", .array(calibration.offsets.map { .array($0.map(JSONValue.number)) })),
                ]))
        }
        let series = calibrations.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) }
        return JSONValue.object(
            JSONObject([
                ("horizons", .array(architecture.horizons.map(JSONValue.integer))),
                ("spreads", .array(spreads.map { .number(Double($0)) })), ("pooled", json(pooled)),
                ("series", .object(JSONObject(series))),
            ])
        ).text()
    }
}
