import Simulation
import Workflows

/// Divides tasks that the end of the run waits for into parts that run beside each other.
enum Splitting: SuggestionSource {
    static let type = "split"
    /// Tasks that are divided one by one.
    private static let single = 6
    /// Parts of a task at the most.
    private static let mostChunks = 64

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let tasks = context.workflow.tasks
        let links = context.heaviestLinks.filter { tasks[$0.task].wishes.divisible != nil }
        let single = links.prefix(single).flatMap { link in
            candidates(for: [link.task], name: context.id(link.task), in: context)
        }
        let stages = context.delaying.prefix(Self.single).flatMap { stage -> [Candidate] in
            let divisible = stage.tasks.filter {
                tasks[$0].wishes.divisible != nil && context.instance.runtimes[$0] > 0
            }
            return divisible.count > 1 ? candidates(for: divisible, name: stage.name, in: context) : []
        }
        return single + stages
    }

    /// One for each number of parts that is tried: powers of two, and the most.
    private static func candidates(for places: [Int], name: String, in context: SuggestionContext) -> [Candidate] {
        let ranges = places.compactMap { context.workflow.tasks[$0].wishes.divisible }
        guard ranges.count == places.count, let most = ranges.map(\.upperBound).min(),
            let least = ranges.map(\.lowerBound).max()
        else { return [] }
        var counts: [Int] = []
        var count = 2
        while count < min(most, mostChunks) {
            counts.append(count)
            count *= 2
        }
        counts.append(min(most, mostChunks))
        let what = places.count == 1 ? name : "each of \(places.count) tasks of \(name)"
        return counts.filter { $0 >= max(least, 2) && $0 <= most }.map { count in
            Candidate(
                id: "split-\(Candidate.slug(name))", type: type,
                reason: "the end waits for \(what), which may be divided: into \(count)", risk: 0,
                slot: "split \(name)",
                edits: places.map { .split(task: context.id($0), chunks: count) })
        }
    }
}
