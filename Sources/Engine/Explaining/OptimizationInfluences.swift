import Files
import Foundation
import WorkflowOptimization
import Workflows

/// What moved a decision about what to change in a workflow, found by leaving it out.
struct OptimizationInfluences {
    /// Tasks beside the bottlenecks that are named at the most, the strongest, and those that are tried.
    static let (named, tried) = (16, 64)

    private let question: OptimizationQuestion
    private let answer: JSONField
    private var runs: LeftOutRuns
    /// Parts for which there was no time.
    private var untried = 0

    /// - Parameters:
    ///   - question: what was asked; its budget, from now on, is the time for all of it.
    ///   - answer: what was answered.
    init(_ question: OptimizationQuestion, _ answer: JSONField) throws {
        var question = question
        question.askedAt = .now
        if let policy = try answer["analysis"]["policy"].ifPresent({ try $0.string() }) { question.policy = policy }
        (self.question, self.answer, runs) = (question, answer, try LeftOutRuns(question))
    }

    /// Bottlenecks and other tasks, what limits the run, and the suggestions, those of each the strongest first; where what is run now is
    /// not what was decided on, or not all could be tried, `state` says so.
    mutating func factors() throws -> [Explanation.Factor] {
        let suggestions = try answer["suggestions"].elementsIfPresent().map { try OptimizationSuggestion($0) }
        runs.share = suggestions.isEmpty ? 1 : 0.4
        let tasks = try self.tasks()
        let limits = try self.limits()
        runs.share = 1
        let recommended = try answer["recommended"].elementsIfPresent().map { try $0.string() }
        let changes = try self.suggestions(
            suggestions.filter { recommended.contains($0.id) },
            beside: suggestions.filter { !recommended.contains($0.id) })
        return try tasks + limits + changes + state()
    }

    /// What each of `chosen`, which were carried out together, did.
    mutating func applied(_ chosen: [OptimizationSuggestion]) throws -> [Explanation.Factor] {
        try suggestions(chosen, beside: []) + state()
    }

    /// The bottlenecks that were told, and other tasks on the chain behind the end.
    ///
    /// The influence of a task is by what it multiplies what the run uses, over that of a run in which it takes no time.
    private mutating func tasks() throws -> [Explanation.Factor] {
        let told = try answer["bottlenecks"].elementsIfPresent().map { field in
            (try field["task"].string(), try field["reason"].string())
        }
        let names = Set(told.map(\.0))
        let others = runs.chain.filter { !names.contains($0) }.prefix(Self.tried)
        let bottlenecks = try told.map { try task($0, $0, reason: $1) }
        let rest = try others.map { try task($0, "tasks.\($0)", reason: "the end waits for it") }
            .filter { $0.factor.effect != nil && $0.strength != [0] }
        return Self.ranked(bottlenecks) + Self.ranked(rest).prefix(Self.named)
    }

    private mutating func task(_ id: String, _ name: String, reason: String) throws -> Measured {
        guard runs.hasTime else { return leftUntried(name, reason) }
        let without = try runs.use(withoutTimeOf: id)
        return Measured(
            factor: .init(
                name: name,
                detail: "\(reason); if it took no time, the workflow would end after \(Self.seconds(without.makespan))",
                effect: .use(runs.before, without: without)),
            strength: strength(runs.before, without, of: [.makespan]))
    }

    /// What limits the run, as it was found when the decision was made.
    private func limits() throws -> [Explanation.Factor] {
        let measured = try answer["analysis"]["limits"].elementsIfPresent().compactMap { limit -> Measured? in
            let (name, relaxed) = (try limit["resource"].string(), try limit["relaxedMakespan"].double())
            guard relaxed > 0, relaxed < runs.before.makespan else { return nil }
            let factor = runs.before.makespan / relaxed
            let without = name.hasPrefix("stage:") ? "if all of that kind took no time" : "without that limit"
            return Measured(
                factor: .init(
                    name: "limits.\(name)",
                    detail: "\(without), the workflow would end after \(Self.seconds(relaxed))",
                    effect: .makespan(factor)), strength: [log(factor)])
        }
        return Self.ranked(measured)
    }

    /// What each of `chosen` does to what the workflow uses with all of them, over that of the same without it; and what each of
    /// `others` would do beside them.
    private mutating func suggestions(
        _ chosen: [OptimizationSuggestion], beside others: [OptimizationSuggestion]
    ) throws -> [Explanation.Factor] {
        guard runs.hasTime else { return (chosen + others).map { leftUntried($0.id, $0.reason).factor } }
        guard let with = try runs.use(with: chosen) else {
            throw InputError("the suggestions that were chosen cannot be carried out together any more")
        }
        let recommended = try chosen.map { try self.chosen($0, of: chosen, with) }
        let rest = try others.map { try other($0, beside: chosen, with) }
        return Self.ranked(recommended) + Self.ranked(rest)
    }

    private mutating func chosen(
        _ suggestion: OptimizationSuggestion, of chosen: [OptimizationSuggestion], _ with: ResourceUse
    ) throws -> Measured {
        guard runs.hasTime else { return leftUntried(suggestion.id, suggestion.reason) }
        guard let without = try runs.use(with: chosen.filter { $0.id != suggestion.id }) else {
            return Measured(
                suggestion, "the others that were chosen cannot be carried out without it", effect: nil, strength: [])
        }
        return Measured(
            suggestion,
            "with it the chosen ones let the workflow end after \(Self.seconds(with.makespan)), and without it after "
                + Self.seconds(without.makespan),
            effect: .use(with, without: without), strength: strength(with, without, of: question.objectives))
    }

    private mutating func other(
        _ suggestion: OptimizationSuggestion, beside chosen: [OptimizationSuggestion], _ without: ResourceUse
    ) throws -> Measured {
        guard runs.hasTime else { return leftUntried(suggestion.id, suggestion.reason) }
        guard let with = try runs.use(with: chosen + [suggestion]) else {
            return Measured(
                suggestion, "it was not chosen, and cannot be carried out beside what was", effect: nil, strength: [])
        }
        return Measured(
            suggestion,
            "it was not chosen; beside what was it would let the workflow end after \(Self.seconds(with.makespan)) instead of "
                + Self.seconds(without.makespan),
            effect: .use(with, without: without), strength: strength(with, without, of: question.objectives))
    }

    private mutating func leftUntried(_ name: String, _ reason: String) -> Measured {
        untried += 1
        return Measured(factor: .init(name: name, detail: reason), strength: [])
    }

    private func state() throws -> [Explanation.Factor] {
        var states: [Explanation.Factor] = []
        if let before = try answer["before"]["makespan"].ifPresent({ try $0.double() }),
            abs(before - runs.before.makespan) > 1e-9 * abs(before)
        {
            states.append(
                .init(
                    name: "state",
                    detail: "influences are those on a run by \(runs.policy), which as it is ends after "
                        + "\(Self.seconds(runs.before.makespan)) and not after \(Self.seconds(before))"))
        }
        return states + Explanation.Factor.untried(untried)
    }

    private static func seconds(_ value: Double) -> String { "\(JSONValue.text(of: value)) s" }

    /// |ln factor| of the figure of each of `objectives`, the most important first.
    private func strength(
        _ with: ResourceUse, _ without: ResourceUse, of objectives: [OptimizationQuestion.Objective]
    ) -> [Double] {
        objectives.compactMap { objective -> Double? in
            let (a, b): (Double, Double)
            switch objective {
            case .makespan: (a, b) = (with.makespan, without.makespan)
            case .cost: (a, b) = (with.cost, without.cost)
            case .resources: (a, b) = (with.gigabyteHours, without.gigabyteHours)
            case .quality: return nil
            }
            guard a != b else { return 0 }
            // What the last digits of sums differ by moves nothing.
            let logarithm = abs(log(a / b))
            return logarithm < 1e-9 ? 0 : logarithm
        }
    }

    private static func ranked(_ measured: [Measured]) -> [Explanation.Factor] {
        measured.enumerated().sorted { a, b in
            let (left, right) = (a.element.strength, b.element.strength)
            return left != right ? right.lexicographicallyPrecedes(left) : a.offset < b.offset
        }.map(\.element.factor)
    }

    /// A factor, with how much it does to what counts, the most important first; empty where that is not known.
    private struct Measured {
        var factor: Explanation.Factor
        var strength: [Double]

        init(factor: Explanation.Factor, strength: [Double]) { (self.factor, self.strength) = (factor, strength) }

        init(
            _ suggestion: OptimizationSuggestion, _ detail: String, effect: Explanation.Effect?, strength: [Double]
        ) {
            self.init(
                factor: .init(name: suggestion.id, detail: "\(suggestion.reason); \(detail)", effect: effect),
                strength: strength)
        }
    }
}
