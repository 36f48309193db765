import Decisions
import Files
import Scheduling
import Simulation
import Workflows

extension IntelligentScheduler {
    /// What moved the schedule of `explanation`: what it was asked with stands in the record, and is left out part by part.
    func explainSchedule(_ explanation: inout Explanation) async throws {
        try await measure(&explanation) { $0.factors += try await influences(on: $0.record) }
    }

    private func influences(on record: DecisionRecord) async throws -> [Explanation.Factor] {
        let question = try ScheduleQuestion(record.question(), policy: policy, budgetMs: settings.targetLatencyMs)
        let limit = explainingLimit
        switch question.form {
        case .workflow(let document, let cluster, let predicts):
            return try await search {
                let end = ContinuousClock.now + limit
                let schedule = try Schedule(record.answer()["schedule"])
                let durations = predicts ? Self.durations(of: schedule, document.workflow, on: cluster) : nil
                let instance = try SchedulingInstance(document.workflow, on: cluster, durations: durations)
                return try ScheduleInfluences.tasks(of: schedule, for: instance) { ContinuousClock.now >= end }
            }
        case .ready(let tasks, let state, let constraints):
            let ready = try await completed(tasks)
            return try await search {
                let end = ContinuousClock.now + limit
                let answer = try record.answer()
                let rule = try SchedulingPolicy(named: answer["foundBy"].ifPresent { try $0.string() } ?? "fifo")
                let again = HeuristicScheduler(rule).choose(ready, in: state, under: constraints)
                let factors = ScheduleInfluences.parts(of: again, ready, state, constraints, by: rule) {
                    ContinuousClock.now >= end
                }
                return try Self.difference(of: again, from: answer) + factors
            }
        }
    }

    /// Says so where `again`, which was chosen now, starts other tasks than `answer` did: forecasts may have changed since.
    private static func difference(of again: PlacementDecision, from answer: JSONField) throws -> [Explanation.Factor] {
        let then = try answer["assignments"].elements().map { [try $0["id"].string(), try $0["node"].string()] }
        guard Set(then) != Set(again.assignments.map { [$0.id, $0.node] }) else { return [] }
        return [
            .init(
                name: "state",
                detail: "influences are those on what \(again.foundBy) would start now, which is not the same")
        ]
    }

    /// `tasks`, those that lack a duration with what is forecast now.
    private func completed(_ tasks: [ReadyTask]) async throws -> [ReadyTask] {
        let asked = tasks.withoutDuration
        return asked.isEmpty ? tasks : tasks.completed(by: try await forecasts(asked))
    }

    /// What is forecast of `tasks` now; it leaves no trace where the others are answered.
    func forecasts(_ tasks: [TaskSpec]) async throws -> [ResourcePrediction] {
        let (served, limit) = (model.snapshot, forecastLimit(tasks.count))
        let said = try await searches.run { await served.probe(tasks, for: .explanation, within: limit) }
        return try await offload { said.predictions ?? served.estimate(tasks) }
    }

    /// Seconds at speed 1 that `schedule` stands on: an overhead and the speed of its node are taken off what a task takes there.
    private static func durations(of schedule: Schedule, _ workflow: Workflow, on cluster: Cluster) -> [Double]? {
        let nodes = Dictionary(cluster.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let placements = Dictionary(schedule.tasks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var durations: [Double] = []
        for task in workflow.tasks {
            guard let placement = placements[task.id], let node = nodes[placement.node] else { return nil }
            durations.append(max(0, placement.end - placement.start - node.taskOverheadSeconds) * node.speed)
        }
        return durations
    }
}
