import Decisions
import Files
import Scheduling
import Simulation
import Workflows

extension IntelligentScheduler {
    /// How much of what suggestions of each type promised came true so far, from 0 to 1; of others nothing is known.
    public var suggestionWeights: [String: Double] { followUps.weights }

    /// Takes up what is known of changed workflows from before the start, as far as the records can be read.
    func resumeFollowUps() async {
        let kept = (try? await log.followUps(limit: OptimizationFollowUps.mostKept)) ?? []
        followUps.keep(kept.reversed())
        for id in (try? await log.openOptimizations(limit: OptimizationFollowUps.mostOpen)) ?? [] {
            guard let workflow = try? await changedWorkflow(of: id), let known = try? await log.outcomes(of: id) else {
                continue
            }
            let ended = known.filter(\.tellsItsEnd)
            followUps.open(id, waitingFor: workflow, but: Set(ended.dropLast().map(\.taskID)))
            // The last one may have been written down, and no more.
            if let last = ended.last { await followUp([ReportedExecution(last, decisionID: id)]) }
        }
    }

    private func changedWorkflow(of id: String) async throws -> Workflow {
        try WfFormatDocument(await decision(id).answer()["workflow"]).workflow
    }

    /// Compares what was gained with what was promised for each changed workflow whose last task is among `executions`.
    ///
    /// The outcomes are kept by now: what cannot be followed up keeps nobody from reporting them.
    func followUp(_ executions: [ReportedExecution]) async {
        for id in followUps.ended(by: executions) {
            do {
                let followUp = try await followUp(id)
                let question = JSONValue.object(JSONObject([("id", .string(id))]))
                _ = try await decide("follow-up", question: question.text()) {
                    Draft(answer: followUp, members: followUp.members, source: .heuristic, confidence: 1)
                }
                followUps.keep([followUp])
            } catch {
                StandardError.write("what \(id) changed cannot be followed up: \(error)\n")
            }
        }
    }

    /// What became of the workflow that the decision `id` changed.
    ///
    /// What it gained is the difference to a run of the workflow as it was, in the twin, with the durations that its tasks
    /// now had: that they were longer or shorter than thought is no merit and no fault of a suggestion. Where a suggestion
    /// changed how a task runs, its duration is the one that it was thought to have.
    private func followUp(_ id: String) async throws -> FollowUp {
        let (applied, outcomes) = (try await decision(id), try await log.outcomes(of: id))
        let answer = try applied.answer()
        let suggested = try await decision(applied.question()["id"].string())
        let question = try OptimizationQuestion(suggested.question(), settings)
        let edits = try answer["changes"].elements().map { try WorkflowEdit($0) }
        let ended = outcomes.filter(\.tellsItsEnd)
        let (start, end) = (ended.compactMap(\.startedAt).min() ?? 0, ended.compactMap(\.completedAt).max() ?? 0)
        let before = try await offload {
            let workflow = question.document.workflow.taking(ended, on: question.cluster, but: edits)
            let instance = try SchedulingInstance(workflow, on: question.cluster)
            return try SchedulingPolicy(named: question.policy).timetable(of: instance).makespan
        }
        let predicted = try answer["before"]["makespan"].double() - answer["after"]["makespan"].double()
        return FollowUp(
            decisionID: id, predictedGain: predicted, realGain: before - (end - start), makespan: end - start,
            promised: try FollowUp.gains(answer["promisedSeconds"]))
    }
}

extension Workflow {
    /// The workflow with the durations that `executions` had on the nodes of `cluster`, but for tasks that `edits` made run in
    /// another way.
    fileprivate func taking(_ executions: [TaskExecution], on cluster: Cluster, but edits: [WorkflowEdit]) -> Workflow {
        let others = Set(edits.filter(\.changesHowTasksRun).flatMap(\.tasks))
        let (places, nodes) = (places, Dictionary(cluster.nodes.map { ($0.name, $0) }) { first, _ in first })
        var changed = self
        for execution in executions where !others.contains(execution.taskID) {
            guard let place = places[execution.taskID], let duration = execution[.duration] else { continue }
            let node = execution.task.node.flatMap { nodes[$0] }
            let own = (duration - (node?.taskOverheadSeconds ?? 0)) * (node?.speed ?? 1)
            changed.update(place) { $0.runtimeSeconds = max(own, 0) }
        }
        return changed
    }
}

extension WorkflowEdit {
    /// Whether a task takes other resources, other nodes or another way, and not only another turn.
    fileprivate var changesHowTasksRun: Bool {
        switch self {
        case .change(let change): change.cores != nil || change.memoryBytes != nil
        case .split, .merge, .replace, .pin, .skip: true
        case .addEdge, .removeEdge, .together: false
        }
    }
}
