import Files
import Simulation
import Workflows

/// Other ways to a task's result that its user states, by time, cost and quality.
enum Replacing: SuggestionSource {
    static let type = "alternative"
    /// Tasks that are replaced one by one.
    private static let single = 8

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        let tasks = context.workflow.tasks
        let single = context.heaviestLinks.filter { !tasks[$0.task].wishes.alternatives.isEmpty }.prefix(single).flatMap
        {
            candidates(for: [$0.task], name: context.id($0.task), context)
        }
        let kinds = context.processes.flatMap { kind -> [Candidate] in
            let places = kind.tasks.filter { !tasks[$0].wishes.alternatives.isEmpty }
            return places.isEmpty ? [] : candidates(for: places, name: kind.name, context)
        }
        return single + kinds
    }

    /// One for each alternative that all of these tasks have, but for what is already taken.
    private static func candidates(for places: [Int], name: String, _ context: SuggestionContext) -> [Candidate] {
        let tasks = context.workflow.tasks
        return tasks[places[0]].wishes.alternatives.compactMap { alternative in
            let able = places.allSatisfy { place in
                tasks[place].wishes.alternative != alternative.name
                    && tasks[place].wishes.alternatives.contains { $0.name == alternative.name }
            }
            guard able else { return nil }
            let quality =
                alternative.quality == 1 ? "" : " with a quality of \(JSONValue.text(of: alternative.quality))"
            return Candidate(
                id: "alternative-\(Candidate.slug(name))-\(Candidate.slug(alternative.name))", type: type,
                reason: "\(alternative.name) comes to the result of \(name) in another time\(quality)", risk: 0,
                worth: .trade, edits: places.map { .replace(task: context.id($0), alternative: alternative.name) })
        }
    }
}
