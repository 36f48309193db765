import Simulation
import Workflows

/// Uses results that there are already instead of making them again. What waits for such a task without saying what it reads
/// may read what lies before that, and waits for it instead.
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
        let all = candidate(
            unchanged, "unchanged",
            reason: unchanged.count == 1
                ? "the result of \(example) is there and unchanged"
                : "the results of \(unchanged.count) tasks, such as \(example), are there and unchanged", context)
        guard unchanged.count > 1 else { return all.map { [$0] } ?? [] }
        let links = context.heaviestLinks.filter { context.workflow.tasks[$0.task].wishes.isUnchanged }.prefix(single)
        let alone = links.map { link in
            let task = context.id(link.task)
            return candidate([link.task], task, reason: "the result of \(task) is there and unchanged", context)
        }
        return ([all] + alone).compactMap { $0 }
    }

    /// Skips `tasks`; nil where that would part so many tasks that their data cannot be looked at, or time is over.
    private static func candidate(_ tasks: [Int], _ name: String, reason: String, _ context: SuggestionContext)
        -> Candidate?
    {
        guard context.hasTime(),
            let edits = try? context.workflow.keepingData(tasks.map { .skip(task: context.id($0)) })
        else { return nil }
        return Candidate(
            id: "skip-\(Candidate.slug(name))", type: type, reason: reason, risk: risk, edits: edits)
    }
}
