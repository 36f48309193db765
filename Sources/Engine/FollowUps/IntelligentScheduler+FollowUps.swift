import Decisions
import Files
import WorkflowOptimization
import Workflows

extension IntelligentScheduler {
    /// How much of what suggestions of each type promised came true so far, from 0 to 1; of others nothing is known.
    public var suggestionWeights: [String: Double] { followUps.weights }

    /// Takes up what is known of changed workflows from before the start: the weights at once, what is still open beside serving.
    func resumeFollowUps() async {
        var open: [String] = []
        do {
            followUps.keep(try await log.followUps(limit: OptimizationFollowUps.mostKept).reversed())
            open = try await log.openOptimizations(
                after: now - OptimizationFollowUps.mostSeconds, limit: OptimizationFollowUps.mostOpen)
        } catch {
            StandardError.write("what became of changed workflows cannot be read: \(error)\n")
        }
        guard !open.isEmpty else { return }
        followUps.begin { [self, open] in
            for id in open { await resumeFollowUp(of: id) }
        }
    }

    /// Waits again for the workflow that the decision `id` changed. What is reported meanwhile is seen by the reporter, what was
    /// before stands in the log.
    private func resumeFollowUp(of id: String) async {
        do {
            let applied = try await decision(id)
            let workflow = try await offload { try WfFormatDocument(applied.answer()["workflow"]).workflow }
            followUps.open(id, waitingFor: workflow)
            let known = try await log.outcomes(of: id).map { ReportedExecution($0, decisionID: id) }
            for ended in followUps.ended(by: known) { await keepFollowUp(of: ended) }
        } catch {
            StandardError.write("what \(id) changed is not followed up: \(error)\n")
        }
    }

    /// Compares what was gained with what was promised for each changed workflow whose last task is among `executions`, which
    /// are kept by now.
    ///
    /// Who reports does not wait for it.
    func followUp(_ executions: [ReportedExecution]) {
        let ended = followUps.ended(by: executions)
        guard !ended.isEmpty else { return }
        followUps.begin { [self] in
            for id in ended { await keepFollowUp(of: id) }
        }
    }

    /// Keeps what became of the workflow that the decision `id` changed; what fails is tried again later.
    private func keepFollowUp(of id: String) async {
        do {
            let followUp = try await whatBecame(of: id)
            let question = JSONValue.object(JSONObject([("id", .string(id))]))
            _ = try await decide("follow-up", question: question.text()) {
                Draft(answer: followUp, members: followUp.members, source: .heuristic, confidence: 1)
            }
            followUps.keep([followUp])
        } catch {
            StandardError.write("what \(id) changed cannot be followed up: \(error)\n")
            followUps.putBack(id, countsAsTry: (error as? EngineError) != .overloaded)
        }
    }

    /// What became of the workflow that the decision `id` changed.
    ///
    /// What it gained is the difference of two runs in the twin, of the workflow as it was and as it was changed, both with the
    /// durations that its tasks now had: see ``MeasuredWorkflows``.
    private func whatBecame(of id: String) async throws -> FollowUp {
        let (applied, outcomes) = (try await decision(id), try await log.outcomes(of: id))
        let suggested = try await decision(applied.question()["id"].string())
        return try await search { [settings] in
            let answer = try applied.answer()
            let question = try OptimizationQuestion(suggested.question(), settings)
            let edits = try answer["changes"].elements().map { try WorkflowEdit($0) }
            let run = try MeasuredWorkflows(
                question.document.workflow, changedBy: edits, executions: outcomes, on: question.cluster)
            let pairs = [run.measured] + (run.expected.map { [$0] } ?? [])
            let ends = try SimulatingOptimizer().makespans(of: pairs.flatMap { [$0.before, $0.after] }, for: question)
            return FollowUp(
                decisionID: id,
                predictedGain: try answer["before"]["makespan"].double() - answer["after"]["makespan"].double(),
                expectedGain: run.expected.map { _ in ends[2] - ends[3] }, realGain: ends[0] - ends[1],
                makespan: run.makespan, promised: try FollowUp.gains(answer["promisedSeconds"]))
        }
    }
}
