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
        let page = OptimizationPage(
            plan, under: question.policy,
            before: try run(of: question.document, in: question, ending: plan.analysis.before.makespan),
            after: try run(of: question.document.applying(edits), in: question, ending: plan.after.makespan),
            name: question.document.workflow.name, command: commandLine(), moment: Date().timeIntervalSince1970)
        try writeAtomically(page.html, to: path)
    }

    /// The run that was simulated for `document`: that of the policy, or, where that took too long, first in, first out.
    private func run(of document: WfFormatDocument, in question: OptimizationQuestion, ending makespan: Double) throws
        -> OptimizationPage.Run
    {
        let instance = try SchedulingInstance(document.workflow, on: question.cluster)
        let first = SchedulingPolicy.fifo.timetable(of: instance)
        let timetable =
            first.makespan == makespan ? first : try SchedulingPolicy(named: question.policy).timetable(of: instance)
        return OptimizationPage.Run(timetable, of: instance, kinds: planning.tasks(of: document).map(\.process))
    }
}
