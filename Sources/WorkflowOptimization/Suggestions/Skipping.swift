import Simulation
import Workflows

/// Uses results that there are already instead of making them again.
enum Skipping: SuggestionSource {
    static let type = "skip"
    /// A result may be out of date in spite of what its user says.
    private static let risk = 0.05
    /// Tasks that are skipped one by one.
    private static let single = 4

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let unchanged = context.workflow.tasks.indices.filter {
            context.workflow.tasks[$0].wishes.isUnchanged && context.instance.runtimes[$0] > 0
        }
        guard !unchanged.isEmpty else { return [] }
        let example = context.id(unchanged[0])
        let all = Candidate(
            id: "skip-unchanged", type: type,
            reason: unchanged.count == 1
                ? "the result of \(example) is there and unchanged"
                : "the results of \(unchanged.count) tasks, such as \(example), are there and unchanged", risk: risk,
            edits: unchanged.map { .skip(task: context.id($0)) })
        guard unchanged.count > 1 else { return [all] }
        let single = context.heaviestLinks.filter { context.workflow.tasks[$0.task].wishes.isUnchanged }.prefix(single)
        return [all]
            + single.map { link in
                let task = context.id(link.task)
                return Candidate(
                    id: "skip-\(Candidate.slug(task))", type: type,
                    reason: "the result of \(task) is there and unchanged", risk: risk, edits: [.skip(task: task)])
            }
    }
}
