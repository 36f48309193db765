import Files
import Prediction
import Workflows

/// What was learned of one target of one type for one kind of question.
struct TargetCalibration: Codable, Equatable, Sendable {
    var gate: ResidualGate
    /// By how much each level must be moved where the gate is open, in spreads of the type.
    var correction: ConformalCorrection

    static let closed = TargetCalibration(gate: .closed, correction: .none)
}

/// What was learned of one task type beside the network's weights.
struct TypeCalibration: Codable, Equatable, Sendable {
    var scale: TypeScale
    /// [kinds of question, targets]
    var targets: [[TargetCalibration]]

    init(scale: TypeScale) {
        self.scale = scale
        targets = QuestionContext.allCases.map { _ in [TargetCalibration](repeating: .closed, count: 3) }
    }

    subscript(context: QuestionContext) -> [TargetCalibration] {
        get { targets[context.rawValue] }
        set { targets[context.rawValue] = newValue }
    }

    /// Whether the network may have a say in a question of some kind.
    var hasGate: Bool { targets.contains { $0.contains(where: \.gate.mayOpen) } }

    /// The same for one target.
    func hasGate(of target: Int) -> Bool { targets.contains { $0[target].gate.mayOpen } }

    var isSound: Bool {
        scale.isSound && targets.count == QuestionContext.allCases.count
            && targets.allSatisfy { targets in
                targets.count == 3
                    && targets.allSatisfy { target in
                        target.correction.isSound && target.gate.isSound
                    }
            }
    }
}

/// What was learned of all types.
struct Calibrations: Codable, Equatable, Sendable {
    var types: [String: TypeCalibration] = [:]
    /// The scale of all types together, for those that came later.
    var scale = TypeScale([])

    var isSound: Bool { scale.isSound && types.values.allSatisfy(\.isSound) }

    /// The scale of a type, or of all.
    func scale(ofType type: String) -> TypeScale { types[type]?.scale ?? scale }
}

extension Calibrations {
    /// Learns scales from what the base leaves; all gates are closed.
    init(_ samples: [ResidualSample], _ blind: BlindForecasts) {
        var memory = StepMemory()
        var steps: [String: [Step]] = [:]
        for (place, sample) in samples.enumerated() {
            guard let base = blind.forecast(place) else { continue }
            steps[sample.type, default: []].append(sample.step(base, memory: &memory))
        }
        let scale = TypeScale(steps.sorted { $0.key < $1.key }.flatMap(\.value))
        self.scale = scale
        types = steps.mapValues { TypeCalibration(scale: $0.count >= 5 ? TypeScale($0) : scale) }
    }

    /// Opens the gates that held-out executions, `near` and `beyond` what is known, speak for, and corrects the levels
    /// behind them by what is then left.
    mutating func judge(_ samples: [ResidualSample], near: [JudgedForecast], beyond: [JudgedForecast]) {
        let (near, beyond) = (Judges(near, samples), Judges(beyond, samples))
        for context in QuestionContext.allCases {
            for type in types.keys {
                let (own, further) = (near.of(type, context), beyond.of(type, context))
                // A type that the network was hardly ever judged on is left to the base: others do not vouch for it.
                types[type]?[context] = (0..<3).map { target in
                    TargetCalibration(gate: ResidualGate(target, near: own, beyond: further), correction: .none)
                }
            }
            correct(samples, context, near, beyond)
        }
    }

    /// Corrects the levels of all open gates, from the widest group to the narrowest: all, the workflow, the process in
    /// all workflows, the type.
    private mutating func correct(
        _ samples: [ResidualSample], _ context: QuestionContext, _ near: Judges, _ beyond: Judges
    ) {
        for target in 0..<3 {
            var scores: [String: [[Double]]] = [:]
            for (type, calibration) in types where calibration[context][target].gate.share > 0 {
                let spread = calibration.scale.residual[target]
                let share = calibration[context][target].gate.share
                scores[type] = (near.of(type, context) + beyond.of(type, context)).compactMap {
                    $0.scores(target, share: share, spread: spread)
                }
            }
            func correction(
                where isIn: (TaskSpec) -> Bool, within wider: ConformalCorrection
            ) -> ConformalCorrection {
                let members = scores.keys.sorted().filter { near.tasks[$0].map(isIn) ?? false }
                // A group that holds one type says nothing about it that it does not say itself.
                guard members.count > 1 else { return wider }
                return ConformalCorrection(members.flatMap { scores[$0] ?? [] }, within: wider)
            }
            for (type, own) in scores {
                guard let task = near.tasks[type] else { continue }
                let all = correction(where: { _ in true }, within: .none)
                let workflow = correction(where: { $0.workflow == task.workflow }, within: all)
                let process = correction(where: { $0.process == task.process }, within: workflow)
                types[type]?[context][target].correction = ConformalCorrection(own, within: process)
            }
        }
    }
}

/// Judged forecasts by type and kind of question.
private struct Judges {
    private var found: [String: [QuestionContext: [JudgedForecast]]] = [:]
    /// A task of each type.
    private(set) var tasks: [String: TaskSpec] = [:]

    init(_ judged: [JudgedForecast], _ samples: [ResidualSample]) {
        for forecast in judged {
            let sample = samples[forecast.place]
            found[sample.type, default: [:]][forecast.context, default: []].append(forecast)
            if tasks[sample.type] == nil { tasks[sample.type] = sample.task }
        }
    }

    func of(_ type: String, _ context: QuestionContext) -> [JudgedForecast] { found[type]?[context] ?? [] }
}
