import Files
import Foundation
import Prediction
import Workflows

/// What moved a forecast and by how much, found by leaving it out.
///
/// The influence of a part on a target is the factor p50 / p50', where p50' is forecast as if the part were not known.
struct ForecastInfluences: Sendable {
    /// One part of what was known.
    struct Influence: Sendable, Hashable {
        /// A field of the task, or an execution.
        var name: String
        /// What it says.
        var detail: String
        /// The factor for each target, in the order of ``ResourceTarget``.
        var factors: [Double]

        /// Σ |ln factor|: by this the strongest stands first.
        var strength: Double { factors.reduce(0) { $0 + abs(log($1)) } }

        /// From the forecasts with the part and without it.
        init(_ name: String, _ detail: String, with: ResourcePrediction, without: ResourcePrediction) {
            self.name = name
            self.detail = detail
            factors = ResourceTarget.allCases.map { with[$0].p50 / without[$0].p50 }
        }
    }

    /// A part of a task that may be left out.
    struct Part: Sendable {
        var name: String
        var detail: String
        var without: TaskSpec
    }

    /// Features that are left out one by one: each takes a copy of the task, of which who asks decides the size.
    static let explainedFeatures = 64

    /// What is known of `task` beside its type, each with the task that lacks it; of features the first by name.
    static func parts(of task: TaskSpec) -> [Part] {
        var parts: [Part] = []
        func part(_ name: String, _ detail: String, _ remove: (inout TaskSpec) -> Void) {
            var without = task
            remove(&without)
            parts.append(Part(name: name, detail: detail, without: without))
        }
        func number(_ name: String, _ path: WritableKeyPath<TaskSpec, Double?>) {
            guard let value = task[keyPath: path] else { return }
            part(name, "it is \(JSONValue.text(of: value))") { $0[keyPath: path] = nil }
        }
        if let tool = task.tool { part("tool", "it is \(tool)") { $0.tool = nil } }
        number("inputBytes", \.inputBytes)
        number("cores", \.cores)
        number("memoryRequestBytes", \.memoryRequestBytes)
        number("submittedAt", \.submittedAt)
        if task.attempt > 1 { part("attempt", "it is \(task.attempt)") { $0.attempt = 1 } }
        if let run = task.run { part("run", "it is \(run)") { $0.run = nil } }
        if let node = task.node { part("node", "it is \(node)") { $0.node = nil } }
        for (name, value) in task.features.sorted(by: { $0.key < $1.key }).prefix(explainedFeatures) {
            let words = value.number.map(JSONValue.text(of:)) ?? value.word ?? ""
            part("features.\(name)", "it is \(words)") { $0.features[name] = nil }
        }
        return parts
    }

    /// What each of `parts` did to `answer`, where `others` are the answers without them; the strongest first.
    static func ranked(
        _ parts: [Part], _ answer: ResourcePrediction, without others: some Sequence<ResourcePrediction>
    ) -> [Influence] {
        ranked(zip(parts, others).map { Influence($0.name, $0.detail, with: answer, without: $1) })
    }

    private static func ranked(_ influences: [Influence]) -> [Influence] {
        influences.enumerated().sorted { ($1.element.strength, $0.offset) < ($0.element.strength, $1.offset) }
            .map(\.element)
    }

    /// What past executions did to what statistics say.
    struct Past: Sendable {
        /// Those that did most, the strongest first.
        var influences: [Influence] = []
        /// What the influences are those on, and which were not found; nil where no past execution is known.
        var basis: String?
    }

    /// Past executions that are left out one by one, the newest, and those that are named.
    private static let (pastTried, pastNamed) = (40, 5)
    /// Executions of the type that the forecast is made from without them: older ones matter little, and take time.
    private static let pastReach = 200

    /// What the newest past executions of the type of `task` do to what statistics learned anew from the newest of its type
    /// say of it. They are left out one by one, the newest first, until `isOver`.
    static func past(
        of task: TaskSpec, in statistics: StatisticsPredictor, isOver: () -> Bool = { false }
    ) -> Past {
        let all = statistics.observed.types[task.taskType] ?? []
        let known = Array(all.suffix(pastReach))
        guard known.count > 1 else { return Past() }
        func answer(_ executions: [TaskExecution]) -> ResourcePrediction {
            StatisticsPredictor(rules: statistics.rules, executions: executions).predict([task])[0]
        }
        let asked = known.indices.suffix(pastTried)
        var found: [Influence] = []
        if !isOver() {
            let whole = answer(known)
            for place in asked.reversed() where !isOver() {
                var rest = known
                let left = rest.remove(at: place)
                found.append(Influence("past.\(left.taskID)", words(left), with: whole, without: answer(rest)))
            }
        }
        var basis =
            "the newest \(asked.count) past executions were left out one by one of statistics that learned from \(known.count) of "
            + "the \(all.count) executions of the type alone"
        if found.count < asked.count {
            basis += "; \(asked.count - found.count) of them were not tried, as time was over"
        }
        return Past(influences: Array(ranked(found).prefix(pastNamed)), basis: basis)
    }

    private static func words(_ execution: TaskExecution) -> String {
        var parts = execution.completedAt.map { ["it completed at \(JSONValue.text(of: $0))"] } ?? []
        if let duration = execution.duration { parts.append("took \(JSONValue.text(of: duration)) s") }
        if let memory = execution.memory { parts.append("\(JSONValue.text(of: memory)) bytes") }
        if let cpu = execution.cpu { parts.append("\(JSONValue.text(of: cpu)) cores") }
        return parts.joined(separator: ", ")
    }
}
