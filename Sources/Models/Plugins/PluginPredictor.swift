import Files
import Layers
import Prediction
import Registry
import Workflows

/// The statistics of each type, corrected by a model in a shared library.
///
/// The library forecasts from the task and from what the statistics say of it; outcomes teach the statistics. What it says
/// is checked: an answer that is no forecast is an error, and the statistics answer in its place.
struct PluginPredictor: PublishablePredictor {
    private let model: PluginModel
    /// What the library made when it was trained.
    private let weights: [UInt8]
    /// What it stands on.
    private(set) var heuristic: StatisticsPredictor

    /// The array that holds the library's own weights.
    static let weightsName = "plugin.weights"

    init(_ library: PluginLibrary, weights: [UInt8], manifest: [UInt8], heuristic: StatisticsPredictor) throws {
        model = try PluginModel(library, weights: weights, manifest: manifest)
        (self.weights, self.heuristic) = (weights, heuristic)
    }

    /// The predictor that ``archive()`` was taken of.
    init(_ library: PluginLibrary, _ archive: WeightArchive, manifest: [UInt8]) throws {
        guard case .uint8(let weights)? = archive[Self.weightsName]?.elements else {
            throw InputError("are no bytes, or missing", field: Self.weightsName)
        }
        try self.init(library, weights: weights, manifest: manifest, heuristic: StatisticsPredictor(archive))
    }

    func archive() throws -> WeightArchive {
        var archive = WeightArchive()
        try heuristic.write(to: &archive)
        archive.set(Self.weightsName, shape: [weights.count], .uint8(weights))
        return archive
    }

    mutating func observe(_ execution: TaskExecution) { heuristic.observe(execution) }

    mutating func observe(_ executions: [TaskExecution]) { heuristic.observe(executions) }

    func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction] {
        guard !tasks.isEmpty else { return [] }
        let forecasts = heuristic.predict(tasks)
        let question = JSONValue.object(
            JSONObject([("tasks", .array(tasks.map(\.json))), ("forecasts", .array(forecasts.map(\.json)))]))
        let kind = model.library.kind
        let answer = try model.predict(Array(question.text().utf8), count: tasks.count)
        do {
            let predictions = try JSONField(JSONValue(parsing: answer, maximumDepth: 16))["predictions"].elements()
            guard predictions.count == tasks.count else {
                throw InputError("\(predictions.count) predictions for \(tasks.count) tasks")
            }
            return try zip(tasks, zip(forecasts, predictions)).map { task, answers in
                try answers.0.corrected(answers.1, by: kind, evidence: heuristic.evidence(for: task))
            }
        } catch let error as InputError {
            let field = error.field.map { "\($0) " } ?? ""
            throw InputError("the plugin \(kind) gave an answer that is no forecast: \(field)\(error.problem)")
        }
    }
}

extension ResourcePrediction {
    /// This answer of the statistics with what the plugin `kind` says instead, where it says something; `evidence` is what
    /// its sizes rest on.
    fileprivate func corrected(
        _ answer: JSONField, by kind: CheckedName, evidence: SizingEvidence?
    ) throws -> ResourcePrediction {
        var prediction = self
        for target in ResourceTarget.allCases {
            let own = answer[target.rawValue]
            guard own.isPresent else { continue }
            let levels = (try own["p05"].positive(), try own["p50"].positive(), try own["p95"].positive())
            guard levels.0 <= levels.1, levels.1 <= levels.2 else {
                throw own.failure("has levels that are not in their order: \(levels.0), \(levels.1), \(levels.2)")
            }
            prediction[target] = PredictedQuantity(
                target, p05: levels.0, p50: levels.1, p95: levels.2, allocation: levels.2,
                reason: self[target].reason + ", corrected by the plugin \(kind)", source: .ensemble)
        }
        Sizing.resize(&prediction, evidence: evidence)
        return prediction
    }
}
