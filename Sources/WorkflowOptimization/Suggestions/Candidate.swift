import Workflows

/// A change that has not been simulated yet.
struct Candidate {
    /// When a change is worth being offered.
    enum Worth {
        /// It shortens the run, or uses less without prolonging it.
        case gain
        /// It gives up one objective for another.
        case trade
        /// It makes the workflow simpler and does no harm.
        case tidiness
    }

    var id: String
    var type: String
    var reason: String
    /// The chance of harm that a simulation cannot show.
    var risk: Double
    /// Of candidates with the same slot, ways to do one thing, only the best is kept.
    var slot: String?
    var worth = Worth.gain
    /// Its place among all that are proposed.
    var turn = 0
    /// What it does.
    var edits: [WorkflowEdit]

    /// The tasks that it is about, each once.
    var tasks: [String] {
        var seen: Set<String> = []
        return edits.flatMap(\.tasks).filter { seen.insert($0).inserted }
    }

    /// Candidates that are tried, at the most: each is simulated and held until the answer is there.
    static let most = 256

    /// The candidates of all `lists`, those of each in turn, so that a short budget leaves no list out, each with a name
    /// of its own; no more than ``most``.
    static func inTurn(_ lists: [[Candidate]]) -> [Candidate] {
        let rounds = lists.map(\.count).max() ?? 0
        let turns = (0..<rounds).lazy.flatMap { round in
            lists.compactMap { $0.indices.contains(round) ? $0[round] : nil }
        }
        var names: Set<String> = []
        return turns.prefix(most).enumerated().map { turn, candidate in
            var named = candidate
            named.turn = turn
            var number = 1
            while !names.insert(named.id).inserted {
                number += 1
                named.id = "\(candidate.id)-\(number)"
            }
            return named
        }
    }

    /// Places of `candidates`, that with the largest of `gains` first: those that gain something, of several ways to do one thing
    /// only the best, then the other ways, then the rest. What is not a number gains nothing.
    static func order(_ candidates: [Candidate], byGains gains: [Double]) -> [Int] {
        precondition(gains.count == candidates.count, "\(gains.count) gains of \(candidates.count) changes")
        let gains = gains.map { $0.isNaN ? 0 : $0 }
        let order = candidates.indices.sorted { gains[$0] != gains[$1] ? gains[$0] > gains[$1] : $0 < $1 }
        let gaining = order.prefix { gains[$0] > 0 }
        var slots: Set<String> = []
        let isFirst = gaining.map { place in candidates[place].slot.map { slots.insert($0).inserted } ?? true }
        let both = zip(gaining, isFirst)
        return both.filter(\.1).map(\.0) + both.filter { !$0.1 }.map(\.0) + order.dropFirst(gaining.count)
    }

    /// Letters, digits and dashes of `text`, for names.
    static func slug(_ text: String) -> String {
        String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(48))
    }
}
