import Decisions
import Files
import Scheduling
import Workflows

extension IntelligentScheduler {
    /// Plans which task of a workflow runs where and when, on an empty cluster.
    ///
    /// - Parameters:
    ///   - policy: the rule; that of the settings if there is none.
    ///   - predicts: whether durations are forecast instead of taken from the workflow.
    public func schedule(
        _ workflow: WfFormatDocument, on cluster: Cluster, policy: SchedulingPolicy? = nil, predicts: Bool = false
    ) async throws -> Decision<SchedulePlan> {
        let question = ScheduleQuestion(
            .workflow(workflow, cluster, predicts: predicts), policy: policy ?? self.policy,
            budgetMs: settings.targetLatencyMs)
        return try await plan(workflow, cluster, predicts, question)
    }

    /// Places tasks that are ready on nodes that have room now. What lacks a duration is predicted.
    public func schedule(
        _ ready: [ReadyTask], in state: ClusterState, under constraints: PlacementConstraints = .init(),
        policy: SchedulingPolicy? = nil
    ) async throws -> Decision<PlacementDecision> {
        let question = ScheduleQuestion(
            .ready(ready, state, constraints), policy: policy ?? self.policy, budgetMs: settings.targetLatencyMs)
        return try await choose(ready, state, constraints, question)
    }

    /// Answers either form of the question; the answer as it stands on the wire. The record holds the question with the
    /// policy and the time that it was answered with.
    public func schedule(_ question: ScheduleQuestion) async throws -> String {
        switch question.form {
        case .workflow(let document, let cluster, let predicts):
            try await plan(document, cluster, predicts, question).body
        case .ready(let tasks, let state, let constraints):
            try await choose(tasks, state, constraints, question).body
        }
    }

    private func plan(
        _ document: WfFormatDocument, _ cluster: Cluster, _ predicts: Bool, _ question: ScheduleQuestion
    ) async throws -> Decision<SchedulePlan> {
        let (text, isPortfolio) = (question.json.text(), question.policy == .portfolio)
        var asked: (networks: AskedNetworks, of: ChosenOptimizers)?
        let decision = try await decide("schedule", question: text) {
            let forecasts = predicts ? try await forecast(document.taskSpecs) : nil
            let chosen = chosenOptimizers(for: document.workflow)
            var key = PlanCache.Key(
                question: text, forecasts: forecasts?.predictions.map { DurationForecast($0.duration) },
                proposer: isPortfolio ? chosen.first.model : nil)
            let began = ContinuousClock.now
            let (plan, outcome): (SchedulePlan, OptimizerOutcome)
            if var known = plans.plan(for: key) {
                known.decisionMs = (ContinuousClock.now - began) / .milliseconds(1)
                (plan, outcome) = (known, OptimizerOutcome(of: chosen.first))
            } else {
                let networks: AskedNetworks
                (plan, outcome, networks) = try await makePlan(for: document, on: cluster, question, key, chosen)
                // Where the version that was asked first failed, another one answered.
                if isPortfolio { key.proposer = outcome.model }
                plans.insert(plan, for: key)
                asked = (networks, chosen)
            }
            return Draft(
                plan, on: forecasts, by: isPortfolio ? outcome : OptimizerOutcome(),
                outcomesLearned: forecasts?.outcomesLearned ?? model.snapshot.outcomesLearned)
        }
        if let asked { compare(asked.networks, of: asked.of, within: .milliseconds(question.budgetMs)) }
        return decision
    }

    /// A plan that is not known yet, what came of asking networks for it, and those.
    private func makePlan(
        for document: WfFormatDocument, on cluster: Cluster, _ question: ScheduleQuestion, _ key: PlanCache.Key,
        _ chosen: ChosenOptimizers
    ) async throws -> (SchedulePlan, OptimizerOutcome, AskedNetworks) {
        let (target, budget) = (target, Duration.milliseconds(question.budgetMs))
        let made = try await search {
            try inBody {
                let networks = chosen.networks(within: budget, target: target)
                let scheduler = HeuristicScheduler(question.policy, proposers: [networks])
                let plan = try key.forecasts.map {
                    try scheduler.plan(document.workflow, on: cluster, forecasts: $0, budget: budget)
                }
                return (
                    try plan ?? scheduler.plan(document.workflow, on: cluster, budget: budget), networks.outcome,
                    networks
                )
            }
        }
        judge(made.2, of: chosen, within: budget)
        return made
    }

    private func choose(
        _ ready: [ReadyTask], _ state: ClusterState, _ constraints: PlacementConstraints, _ question: ScheduleQuestion
    ) async throws -> Decision<PlacementDecision> {
        try await decide("schedule", question: question.json.text()) {
            let unknown = ready.withoutDuration
            let forecasts = unknown.isEmpty ? nil : try await forecast(unknown)
            let decision = try await search {
                HeuristicScheduler(question.policy).choose(
                    ready.completed(by: forecasts?.predictions ?? []), in: state, under: constraints,
                    budget: .milliseconds(question.budgetMs))
            }
            return Draft(
                answer: decision, members: decision.members,
                source: forecasts?.sourceOfPlan ?? .heuristic, models: [forecasts?.model].compactMap(\.self),
                reason: forecasts?.reason, confidence: forecasts?.confidence ?? 1,
                outcomesLearned: forecasts?.outcomesLearned ?? model.snapshot.outcomesLearned)
        }
    }
}

extension Draft<SchedulePlan> {
    /// The answer `plan`, which a rule found, or the version that `outcome` tells of, on `forecasts` or on the workflow's own
    /// durations; where a portfolio asks versions that propose none, `outcome` says why.
    init(_ plan: SchedulePlan, on forecasts: Forecasts?, by outcome: OptimizerOutcome, outcomesLearned: Int) {
        let makespan = plan.schedule.makespan
        let proposer = plan.foundBy == outcome.name ? outcome.model : nil
        self.init(
            answer: plan, members: [("schedule", plan.json)],
            source: proposer != nil ? .ensemble : forecasts?.sourceOfPlan ?? .heuristic,
            models: [proposer, forecasts?.model].compactMap(\.self),
            // Beside the version that proposed it, the reason says whose it is.
            reason: joined([forecasts?.reason.map { proposer != nil ? "forecasts: \($0)" : $0 }, outcome.reason]),
            confidence: makespan > 0 ? min(plan.lowerBound / makespan, 1) : 1, iterations: plan.iterations,
            outcomesLearned: outcomesLearned,
            standsOnFallback: outcome.isFallback
                || forecasts.map { $0.reason != nil && $0.model == nil } ?? false)
    }
}

extension [ReadyTask] {
    /// What is known of those that lack a duration.
    var withoutDuration: [TaskSpec] { filter { $0.durationSeconds == nil }.map(\.task) }

    /// With the medians of `forecasts`, one for each task that lacks a duration, as the durations of those.
    func completed(by forecasts: [ResourcePrediction]) -> [ReadyTask] {
        var (tasks, rest) = (self, forecasts[...])
        for place in tasks.indices where tasks[place].durationSeconds == nil {
            tasks[place].durationSeconds = rest.popFirst()?.duration.p50
        }
        return tasks
    }
}

/// Lets an error about a document name the field of the body that holds the document.
func inBody<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch var error as InputError {
        if error.field?.hasPrefix("workflow.") == true { error.field = error.field.map { "workflow." + $0 } }
        throw error
    }
}

extension WfFormatDocument {
    /// What is known of each task before it runs; the kind of workflow goes by the document's name.
    var taskSpecs: [TaskSpec] { taskSpecs(workflow: kind(), run: nil) }
}
