import Workflows

/// Candidates that were simulated one by one, and of these the ones that are worth offering.
struct SuggestionTrials {
    /// A candidate that helps, with what it leads to alone.
    struct Tried {
        var candidate: Candidate
        var outcome: Outcome
        /// Seconds gained with the workflow's own durations, and in each sample.
        var gains: [Double]
    }

    private let question: OptimizationQuestion
    private let before: Outcome
    private(set) var tried: [Tried] = []
    /// The learned model by whose expectations they were simulated; nil where none was, or as they were proposed.
    private(set) var orderedBy: String?

    init(_ question: OptimizationQuestion, before: ResourceUse) {
        self.question = question
        self.before = Outcome(use: before, quality: 1)
    }

    /// Differences up to this are those of rounding.
    private var slack: Double { 1e-9 * before.use.makespan }

    /// Simulates each candidate alone, in their order, and drops what does not help or cannot be carried out. Where there is
    /// time for all, their order changes nothing: what is kept is in the order in which it was proposed.
    ///
    /// - Parameter model: the learned model by whose expectations they are ordered.
    mutating func evaluate(_ all: [Candidate], orderedBy model: String? = nil, _ runs: inout SimulatedRuns) throws {
        var helpful: [Tried] = []
        for candidate in all where runs.hasTime() {
            orderedBy = model
            guard let outcome = try runs.outcome(of: candidate.edits), isWorth(outcome, candidate) else { continue }
            helpful.append(
                Tried(candidate: candidate, outcome: outcome, gains: [before.use.makespan - outcome.use.makespan]))
        }
        var places: [String: Int] = [:]
        for found in helpful.sorted(by: { $0.candidate.turn < $1.candidate.turn }) {
            guard let slot = found.candidate.slot, let place = places[slot] else {
                if let slot = found.candidate.slot { places[slot] = tried.count }
                tried.append(found)
                continue
            }
            if found.outcome.isBetter(than: tried[place].outcome, by: question.stated) { tried[place] = found }
        }
        dropSupersets()
    }

    /// Drops what changes all that another changes, and more, without coming to more in anything that counts. What may be
    /// recommended gives way only to what may be too.
    private mutating func dropSupersets() {
        let sets = tried.map { Set($0.candidate.edits) }
        let mayRecommend = tried.map { question.mayRecommend($0.candidate) }
        tried = tried.indices.filter { place in
            guard tried[place].candidate.worth != .tidiness else { return true }
            return !tried.indices.contains { other in
                sets[other].count < sets[place].count && (mayRecommend[other] || !mayRecommend[place])
                    && sets[other].isSubset(of: sets[place])
                    && !question.stated.contains {
                        let figure = tried[other].outcome.figure($0)
                        return tried[place].outcome.figure($0) < figure - 1e-3 * abs(figure)
                    }
            }
        }.map { tried[$0] }
    }

    private func isWorth(_ outcome: Outcome, _ candidate: Candidate) -> Bool {
        if outcome.isBetter(than: before, by: question.stated) { return true }
        return switch candidate.worth {
        case .gain: false
        case .trade: outcome.betters(before)
        case .tidiness: outcome.isHarmless(beside: before)
        }
    }

    /// Runs what helps with resampled durations, before and after with the same ones, and drops what then mostly
    /// prolongs the run without being meant to.
    mutating func resample(_ runs: inout SimulatedRuns) throws {
        samples: for sample in 0..<SimulatedRuns.samples {
            for place in tried.indices {
                guard runs.hasTime(for: 2) else { break samples }
                tried[place].gains.append(try runs.gain(of: tried[place].candidate.edits, sample: sample))
            }
        }
        guard question.stated[0] == .makespan else { return }
        tried = tried.filter { $0.candidate.worth == .trade && $0.gains[0] < -slack || losses($0) <= 0.5 }
    }

    /// The share of the runs that the change makes longer.
    private func losses(_ tried: Tried) -> Double {
        Double(tried.gains.count { $0 < -slack }) / Double(tried.gains.count)
    }

    /// What is offered, the one that gains the most first: of the gain that it promises only so much counts as came true of those
    /// of its type, of a loss all, and how often they missed is a risk.
    var suggestions: [OptimizationSuggestion] {
        tried.map { tried in
            let weight = question.weight(of: tried.candidate.type)
            return OptimizationSuggestion(
                id: tried.candidate.id, type: tried.candidate.type, tasks: tried.candidate.tasks,
                reason: tried.candidate.reason,
                gainSeconds: .init(of: tried.gains),
                cost: tried.outcome.use.cost - before.use.cost,
                risk: max(tried.candidate.risk, losses(tried), 1 - weight),
                verified: tried.candidate.worth == .trade || tried.gains[0] >= -slack, weight: weight,
                changes: tried.candidate.edits)
        }.sorted {
            let (left, right) = ($0.weightedGain, $1.weightedGain)
            return left != right ? left > right : $0.id < $1.id
        }
    }
}

extension OptimizationSuggestion {
    /// The gain that may be counted on, in seconds.
    fileprivate var weightedGain: Double { gainSeconds.p50 > 0 ? weight * gainSeconds.p50 : gainSeconds.p50 }
}
