import Workflows

/// A change that has not been simulated yet.
struct Candidate {
    var id: String
    var type: String
    var reason: String
    /// The chance of harm that a simulation cannot show.
    var risk: Double
    var changes: [TaskChange]

    /// `workflow` with the changes of all `candidates`; `places` are those of its tasks.
    static func apply(_ candidates: [Candidate], to workflow: Workflow, places: [String: Int]) -> Workflow {
        var workflow = workflow
        for change in merged(candidates.flatMap(\.changes)) {
            guard let place = places[change.task] else { continue }
            workflow.update(place) { task in
                task.wishes.cores = change.cores ?? task.wishes.cores
                task.wishes.memoryBytes = change.memoryBytes ?? task.wishes.memoryBytes
                task.wishes.priority = change.priority ?? task.wishes.priority
            }
        }
        return workflow
    }

    /// One change for each task, in the order in which they are first named; the same whatever the order of `changes`
    /// of one task: the highest priority and the largest request count.
    static func merged(_ changes: [TaskChange]) -> [TaskChange] {
        var places: [String: Int] = [:]
        var merged: [TaskChange] = []
        for change in changes {
            guard let place = places[change.task] else {
                places[change.task] = merged.count
                merged.append(change)
                continue
            }
            merged[place].cores = larger(merged[place].cores, change.cores)
            merged[place].memoryBytes = larger(merged[place].memoryBytes, change.memoryBytes)
            merged[place].priority = larger(merged[place].priority, change.priority)
        }
        return merged
    }

    private static func larger(_ a: Double?, _ b: Double?) -> Double? {
        guard let a, let b else { return a ?? b }
        return max(a, b)
    }

    /// Candidates that are tried, at the most: each is simulated and held until the answer is there.
    static let most = 256

    /// The candidates, those of the two kinds in turn, so that a short budget leaves none of them out, each with a name
    /// of its own; no more than ``most``.
    static func inTurn(_ first: [Candidate], _ second: [Candidate]) -> [Candidate] {
        let places = 0..<max(first.count, second.count)
        let turns = places.flatMap { place in
            [first, second].compactMap { $0.indices.contains(place) ? $0[place] : nil }
        }
        var names: Set<String> = []
        return turns.prefix(most).map { candidate in
            var named = candidate
            var number = 1
            while !names.insert(named.id).inserted {
                number += 1
                named.id = "\(candidate.id)-\(number)"
            }
            return named
        }
    }

    /// Letters, digits and dashes of `text`, for names.
    static func slug(_ text: String) -> String {
        String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(48))
    }
}
