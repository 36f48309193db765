import Files
import Foundation
import Reports
import Scheduling
import Simulation
import Workflows

extension OptimizeCommand {
    /// Writes the page about `plan` to `path`.
    func write(_ path: String, about plan: OptimizationPlan, for question: OptimizationQuestion) throws {
        let edits = plan.suggestions.filter { plan.recommended.contains($0.id) }.flatMap(\.changes)
        let policy = try SchedulingPolicy(named: plan.analysis.policy)
        let page = OptimizationPage(
            plan, under: question.policy, before: try run(of: question.document, on: question.cluster, under: policy),
            after: try run(of: question.document.applying(edits), on: question.cluster, under: policy),
            name: question.document.workflow.name, command: commandLine(), moment: Date().timeIntervalSince1970)
        try writeAtomically(page.html, to: path)
    }

    /// The run that was simulated for `document`.
    private func run(of document: WfFormatDocument, on cluster: Cluster, under policy: SchedulingPolicy) throws
        -> OptimizationPage.Run
    {
        let instance = try SchedulingInstance(document.workflow, on: cluster)
        return OptimizationPage.Run(
            policy.timetable(of: instance), of: instance, kinds: planning.tasks(of: document).map(\.process))
    }
}
