import Files

/// The kinds of forecaster that fit a series in no time, by name.
public enum CapacityHeuristics {
    /// The first is the one that answers where no learned one is served.
    public static let trainers: [any ForecasterTrainer] = [
        RollingTrainer.ensemble, RollingTrainer.ridge, NaiveTrainer.seasonal, NaiveTrainer.last,
    ]

    /// The kind called `name`.
    /// - Throws: `InputError` that names the kinds there are.
    public static func trainer(_ name: String) throws -> any ForecasterTrainer {
        guard let trainer = trainers.first(where: { $0.kind == name }) else {
            let known = trainers.map(\.kind).joined(separator: ", ")
            throw InputError("\"\(name)\" is no kind of forecaster; there are \(known)", field: "model")
        }
        return trainer
    }
}
