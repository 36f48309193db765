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
        let text = question.json.text()
        return try await decide("schedule", question: text) {
            let forecasts = predicts ? try await forecast(document.taskSpecs) : nil
            let (proposing, budget) = (optimizer.snapshot, Duration.milliseconds(question.budgetMs))
            let key = PlanCache.Key(
                question: text, forecasts: forecasts?.predictions.map { DurationForecast($0.duration) },
                proposer: question.policy == .portfolio ? proposing.model : nil)
            let began = ContinuousClock.now
            var plan: SchedulePlan
            var problem: String?
            if let known = plans.plan(for: key) {
                plan = known
                plan.decisionMs = (ContinuousClock.now - began) / .milliseconds(1)
            } else {
                let target = target
                (plan, problem) = try await search {
                    try inBody {
                        let networks = proposing.asked(within: budget, target: target)
                        let scheduler = HeuristicScheduler(question.policy, proposers: networks.map { [$0] } ?? [])
                        let plan = try key.forecasts.map {
                            try scheduler.plan(document.workflow, on: cluster, forecasts: $0, budget: budget)
                        }
                        return (
                            try plan ?? scheduler.plan(document.workflow, on: cluster, budget: budget),
                            networks?.problem
                        )
                    }
                }
                plans.insert(plan, for: key)
            }
            return Draft(
                plan, on: forecasts, proposedBy: plan.foundBy == proposing.name ? proposing.model : nil,
                whyNoProposer: question.policy == .portfolio ? proposing.whyNoVersion ?? problem : nil,
                outcomesLearned: forecasts?.outcomesLearned ?? model.snapshot.outcomesLearned)
        }
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
    /// The answer `plan`, which a rule found, or the version `proposer`, on `forecasts` or on the workflow's own durations; no
    /// version proposed any where a portfolio asks for that and says why.
    init(
        _ plan: SchedulePlan, on forecasts: Forecasts?, proposedBy proposer: ModelReference?, whyNoProposer: String?,
        outcomesLearned: Int
    ) {
        let makespan = plan.schedule.makespan
        self.init(
            answer: plan, members: [("schedule", plan.json)],
            source: proposer != nil ? .ensemble : forecasts?.sourceOfPlan ?? .heuristic,
            models: [proposer, forecasts?.model].compactMap(\.self),
            // Beside the version that proposed it, the reason says whose it is.
            reason: joined([forecasts?.reason.map { proposer != nil ? "forecasts: \($0)" : $0 }, whyNoProposer]),
            confidence: makespan > 0 ? min(plan.lowerBound / makespan, 1) : 1, iterations: plan.iterations,
            outcomesLearned: outcomesLearned,
            standsOnFallback: whyNoProposer != nil || forecasts.map { $0.reason != nil && $0.model == nil } ?? false)
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
