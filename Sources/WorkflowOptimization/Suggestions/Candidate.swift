import Workflows

/// A change that has not been simulated yet.
struct Candidate {
    var id: String
    var type: String
    var reason: String
    /// The chance of harm that a simulation cannot show.
    var risk: Double
    /// What it does.
    var edits: [WorkflowEdit]

    /// The tasks that it is about, each once.
    var tasks: [String] {
        var seen: Set<String> = []
        return edits.flatMap(\.tasks).filter { seen.insert($0).inserted }
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
