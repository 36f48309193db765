import Decisions
import Files
import WorkflowOptimization
import Workflows

extension IntelligentScheduler {
    /// What is asked of an optimizer.
    public enum OptimizationRequest: String, Sendable {
        /// Bottlenecks, suggestions, and what they lead to.
        case optimize
        /// What holds the workflow back.
        case bottlenecks
        /// What to change.
        case suggestions
    }

    /// Finds what holds a workflow back and says what to change.
    public func optimizeWorkflow(
        _ workflow: WfFormatDocument, on cluster: Cluster, policy: String = "fifo",
        objectives: [OptimizationQuestion.Objective] = OptimizationQuestion.Objective.allCases
    ) async throws -> Decision<OptimizationPlan> {
        let question = OptimizationQuestion(
            workflow, on: cluster, policy: policy, objectives: objectives,
            budget: .milliseconds(settings.targetLatencyMs), bottleneckThreshold: settings.bottleneckThreshold)
        return try await optimize(question, .optimize)
    }

    /// Answers a question; the answer as it stands on the wire. The record holds the question with everything that it was
    /// answered with.
    public func answer(_ asked: OptimizationQuestion, _ request: OptimizationRequest) async throws -> String {
        guard request == .bottlenecks else { return try await optimize(asked, request).body }
        let question = asked.countingFromHere
        return try await decide(request.rawValue, question: question.json.text()) {
            let (analysis, parts) = try await simulate(question) {
                try $0.analyzeBottlenecks($1)
            } asked: {
                $0.evidence.model != nil
            }
            return Draft(
                answer: analysis, members: analysis.members, parts, confidence: 1,
                seed: Int(clamping: question.seed), iterations: analysis.iterations)
        }.body
    }

    private func optimize(_ asked: OptimizationQuestion, _ request: OptimizationRequest) async throws
        -> Decision<OptimizationPlan>
    {
        let question = asked.countingFromHere.weighted(by: followUps.weights)
        return try await decide(request.rawValue, question: question.json.text()) {
            let (plan, parts) = try await simulate(question) {
                try $0.suggestOptimizations($1)
            } asked: {
                $0.analysis.evidence.model != nil || $0.orderedBy != nil
            }
            let chosen = plan.suggestions.filter { plan.recommended.contains($0.id) }
            let risk = chosen.reduce(0) { $0 + $1.risk } / Double(max(chosen.count, 1))
            return Draft(
                answer: plan, members: request == .suggestions ? plan.suggestionMembers : plan.members, parts,
                confidence: 1 - risk, seed: Int(clamping: question.seed), iterations: plan.iterations)
        }
    }

    /// What `body` finds by simulation of `question` on forecasts, beside networks, and which versions had a part in that.
    ///
    /// - Parameter isAsked: whether what was found stands on a network too.
    private func simulate<Answer: Sendable>(
        _ question: OptimizationQuestion,
        _ body: @escaping @Sendable (SimulatingOptimizer, OptimizationQuestion) throws -> Answer,
        asked isAsked: (Answer) -> Bool
    ) async throws -> (Answer, Parts) {
        let (served, target) = (model.snapshot, target)
        let chosen = chosenOptimizers(for: question.document.workflow)
        let (answer, isKnown, networks, outcome) = try await search {
            try inBody {
                let question = question.forecast(by: served)
                let networks = chosen.networks(
                    from: question.askedAt ?? .now, within: question.budget, target: target)
                let answer = try body(SimulatingOptimizer(asking: networks.scorer), question)
                return (answer, question.hasKnownTasks, networks, networks.outcome)
            }
        }
        judge(networks, of: chosen, within: question.budget)
        return (answer, Parts(of: served, isKnown: isKnown, outcome, isAsked: isAsked(answer)))
    }

    /// Carries out suggestions of an earlier decision; the answer as it stands on the wire.
    ///
    /// - Parameters:
    ///   - decisionID: the decision that suggested them.
    ///   - names: those that are carried out.
    /// - Throws: `InputError` that names the suggestion that is not there, or stands twice; ``EngineError/unknownDecision(id:)``.
    public func apply(_ names: [String], of decisionID: String) async throws -> String {
        let record = try await decision(decisionID)
        let answer = try record.answer()
        guard answer["suggestions"].isPresent else {
            throw InputError("the decision suggested nothing: it is of the type \(record.type)", field: "id")
        }
        let known = try answer["suggestions"].elements().map { try OptimizationSuggestion($0) }
        let chosen = try names.enumerated().map { place, name in
            guard let found = known.first(where: { $0.id == name }) else {
                throw InputError(
                    "\"\(name)\" was not suggested; there are \(known.map(\.id).joined(separator: ", "))",
                    field: "suggestions[\(place)]")
            }
            guard names.firstIndex(of: name) == place else {
                throw InputError("\"\(name)\" stands twice", field: "suggestions[\(place)]")
            }
            return found
        }
        let asked = JSONValue.object(
            JSONObject([("id", .string(decisionID)), ("suggestions", .array(names.map(JSONValue.string)))]))
        let question = try OptimizationQuestion(
            record.question(), settings)
        let decision = try await decide("apply", question: asked.text()) {
            let applied = try await search { try inBody { try SimulatingOptimizer().apply(chosen, to: question) } }
            let promised = Dictionary(chosen.map { ($0.type, $0.gainSeconds.p50) }, uniquingKeysWith: +)
            let types = promised.keys.sorted()
            return Draft(
                answer: applied,
                members: applied.members + [
                    ("types", .array(types.map(JSONValue.string))),
                    (
                        "promisedSeconds",
                        .object(JSONObject(types.map { ($0, .number(promised[$0] ?? 0)) }))
                    ),
                    ("followUp", .bool(followUps.canFollow(applied.document.workflow))),
                ], source: .heuristic, confidence: 1)
        }
        followUps.open(decision.id, waitingFor: decision.answer.document.workflow)
        return decision.body
    }
}

extension OptimizationQuestion {
    /// The question with `weights` of types for which it states none. What is known of types that are suggested no more counts
    /// for nothing.
    fileprivate func weighted(by weights: [String: Double]) -> OptimizationQuestion {
        var question = self
        let types = SimulatingOptimizer.suggestionTypes
        question.weights.merge(weights.filter { types.contains($0.key) }) { stated, _ in stated }
        return question
    }

    /// The question with a budget that counts from now on, unless it has arrived before: forecasts take of it too.
    fileprivate var countingFromHere: OptimizationQuestion {
        var question = self
        question.askedAt = askedAt ?? .now
        return question
    }

    /// The question with forecasts for its tasks.
    func forecast(by served: ServedPredictor) -> OptimizationQuestion {
        var question = self
        question.forecasts = served.estimate(document.taskSpecs)
        return question
    }

    /// Whether anything is known of a task: of others forecasts have no part in the answer.
    fileprivate var hasKnownTasks: Bool { forecasts?.contains { !$0.cold } ?? false }
}

/// The versions that had a part in an answer about a workflow, and why others had none.
private struct Parts {
    let optimizer: ModelReference?
    let forecasts: ModelReference?
    let reason: String?
    /// Whether rules stand in for a version.
    let isFallback: Bool
    let outcomesLearned: Int

    /// Those of forecasts by `served`, if that knows a task, and of the networks of which `outcome` tells, if they were asked.
    init(of served: ServedPredictor, isKnown: Bool, _ outcome: OptimizerOutcome, isAsked: Bool) {
        (optimizer, forecasts) = (isAsked ? outcome.model : nil, isKnown ? served.model : nil)
        reason = joined([served.whyNoVersion, outcome.reason])
        isFallback = served.whyNoVersion != nil || outcome.isFallback
        outcomesLearned = served.outcomesLearned
    }
}

extension Draft {
    /// What was found by simulation, beside which a network was asked or was not: it stands before the statistics.
    fileprivate init(
        answer: Answer, members: [(String, JSONValue)], _ parts: Parts, confidence: Double, seed: Int, iterations: Int
    ) {
        self.init(
            answer: answer, members: members, source: parts.optimizer != nil ? .ensemble : .heuristic,
            models: [parts.optimizer, parts.forecasts].compactMap(\.self), reason: parts.reason, confidence: confidence,
            seed: seed, iterations: iterations, outcomesLearned: parts.outcomesLearned,
            standsOnFallback: parts.isFallback)
    }
}
