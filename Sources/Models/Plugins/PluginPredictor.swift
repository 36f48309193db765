import Files
import Layers
import Prediction
import Registry
import Workflows

/// The statistics of each type, corrected by a model in a shared library.
///
/// The library forecasts from the task and from what the statistics say of it; outcomes teach the statistics. What it says
/// is checked: an answer that is no forecast is an error, and the statistics answer in its place. So they do for a task that lies
/// far outside of what those of its type have had: the library is not asked of it. What none of them had is no surprise, as it
/// learns from more than tasks.
struct PluginPredictor: PublishablePredictor {
    private let model: PluginModel
    /// What the library made when it was trained.
    private let weights: [UInt8]
    /// What it stands on.
    private(set) var heuristic: StatisticsPredictor
    /// What the tasks of each type have had.
    private var seen: [String: SeenTasks]

    /// The array that holds the library's own weights.
    static let weightsName = "plugin.weights"

    init(_ library: PluginLibrary, weights: [UInt8], manifest: [UInt8], heuristic: StatisticsPredictor) throws {
        model = try PluginModel(library, weights: weights, manifest: manifest)
        (self.weights, self.heuristic) = (weights, heuristic)
        seen = heuristic.observed.types.mapValues { SeenTasks($0.lazy.map(\.task)) }
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

    mutating func observe(_ execution: TaskExecution) {
        note(execution)
        heuristic.observe(execution)
    }

    mutating func observe(_ executions: [TaskExecution]) {
        for execution in executions { note(execution) }
        heuristic.observe(executions)
    }

    private mutating func note(_ execution: TaskExecution) {
        guard execution.isUsable else { return }
        seen[execution.task.taskType, default: SeenTasks()].insert(execution.task)
    }

    func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction] {
        var forecasts = heuristic.predict(tasks)
        var asked: [Int] = []
        for (place, task) in tasks.enumerated() {
            if let surprise = seen[task.taskType]?.surprise(in: task, countsNewNames: false) {
                forecasts[place].leaveOut(kind, as: surprise)
            } else {
                asked.append(place)
            }
        }
        guard !asked.isEmpty else { return forecasts }
        let answers = try answers(about: asked.map { tasks[$0] }, forecasts: asked.map { forecasts[$0] })
        for (place, answer) in zip(asked, answers) { forecasts[place] = answer }
        return forecasts
    }

    private var kind: CheckedName { model.library.kind }

    /// `forecasts` of `tasks`, by the statistics, with what the library says of them.
    private func answers(about tasks: [TaskSpec], forecasts: [ResourcePrediction]) throws -> [ResourcePrediction] {
        let question = JSONValue.object(
            JSONObject([("tasks", .array(tasks.map(\.json))), ("forecasts", .array(forecasts.map(\.json)))]))
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
    /// Says that the plugin `kind` was not asked, and why.
    fileprivate mutating func leaveOut(_ kind: CheckedName, as why: String) {
        for target in ResourceTarget.allCases {
            self[target].reason += "; the plugin \(kind) is left out, as \(why)"
        }
    }

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
