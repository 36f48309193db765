import Scheduling
import Simulation
import Workflows

/// Looks for the cheapest mix, allocation and rule that keep what is asked, each of them simulated.
///
/// From the whole cluster, and from the least of each pool that may be enough, it goes on by single steps: nodes less, more,
/// and exchanged between pools, as long as that is better. Where the mixes are few enough, all of them follow in the order of
/// their bounds (``CostBounds``), up to the first that cannot be cheaper than what was found: then nothing cheaper is left.
/// All that happens follows from the question; time, or the number of mixes, only ends it. One mix is simulated whatever the time,
/// so that there is an answer; one that is being simulated when time is over is given up.
struct CostSearch {
    private let trials: CostTrials
    /// The allocations that are tried.
    let candidates: [TaskRequests]
    private let policies: [SchedulingPolicy]
    private let isOver: () -> Bool
    private var bounds: [CostBounds]
    private var prepared: [Int: [(workflow: Workflow, runtimes: [Double])]] = [:]
    private var known: [Trial: CostOutcome?] = [:]
    /// The best so far.
    private(set) var best: CostOutcome?
    /// Of what fails seldom enough, and keeps deadlines or not, what nothing else is cheaper and shorter than.
    private(set) var front: [CostOutcome] = []
    /// Mixes that were simulated.
    private(set) var iterations = 0
    /// Whether no mix that was not simulated can be cheaper.
    private(set) var isProven = false

    private struct Trial: Hashable {
        var counts: [Int]
        var requests: Int
    }

    /// Mixes up to which all of them are looked at.
    static let mostMixes = 20_000
    /// What the price that no mix is below may take to find, by ``CostBounds/effort``: some hundredths of a second.
    static let effortOfLeastPrice = 1_000_000
    /// What looking for a mix to simulate may take where not time, but the number of mixes ends the search.
    static let effortPerMix = 10_000_000

    init(
        _ trials: CostTrials, _ candidates: [TaskRequests], policies: [SchedulingPolicy],
        isOver: @escaping () -> Bool
    ) {
        self.trials = trials
        self.candidates = candidates
        self.policies = policies
        self.isOver = isOver
        bounds = candidates.map {
            CostBounds(trials.question.workflow, trials.pools, $0, trials.scenarios)
        }
    }

    private var isEnded: Bool {
        guard iterations > 0 else { return false }
        guard let limit = trials.question.iterations else { return isOver() }
        return iterations >= limit || effort / Self.effortPerMix >= limit
    }

    /// What was done so far to find bounds (``CostBounds/effort``).
    var effort: Int { bounds.reduce(0) { $0 + $1.effort } }

    /// Looks at every allocation in turn, and then at what is left.
    mutating func run() {
        for place in candidates.indices where !isEnded {
            start(place)
            descend(place)
        }
        guard let all = allMixes else { return }
        isProven = true
        for place in candidates.indices { exhaust(all, place) }
    }
}

// MARK: - Which is better
extension CostSearch {
    /// Whether `outcome` fails seldom enough.
    func failsSeldom(_ outcome: CostOutcome) -> Bool {
        trials.question.allows(failureRate: outcome.failureRate)
    }

    /// Whether `outcome` is all that is asked.
    func keeps(_ outcome: CostOutcome) -> Bool {
        failsSeldom(outcome) && trials.question.isInTime(share: outcome.keptShare)
    }

    /// What keeps all is better than what does not; then the cheaper, the shorter, the one of fewer nodes. Of what does not,
    /// the one that fails seldom enough, keeps deadlines more often, is shorter.
    private func isBetter(_ a: CostOutcome, than b: CostOutcome) -> Bool {
        guard keeps(a) == keeps(b) else { return keeps(a) }
        if keeps(a) {
            return (a.use.cost, a.use.makespan, a.counts.reduce(0, +))
                < (b.use.cost, b.use.makespan, b.counts.reduce(0, +))
        }
        guard failsSeldom(a) == failsSeldom(b) else { return failsSeldom(a) }
        return (-a.keptShare, a.use.makespan, a.use.cost) < (-b.keptShare, b.use.makespan, b.use.cost)
    }

    /// Whether `counts` may be better than `best`, by their bounds.
    private mutating func mayBeBetter(_ counts: [Int], _ requests: Int, than best: CostOutcome?) -> Bool {
        if let best, keeps(best), bounds[requests].price(of: counts) >= best.use.cost { return false }
        guard let deadline = trials.question.deadlineSeconds else { return true }
        let shortest = bounds[requests].makespans(on: counts)
        let late = shortest.count { $0 > deadline }
        return Double(late) <= (1 - trials.question.wantedShare) * Double(shortest.count) + 1e-9
    }
}

// MARK: - Trials
extension CostSearch {
    /// Simulates `counts` with an allocation, unless that is known, and then without the nodes that had no task.
    private mutating func evaluate(_ counts: [Int], _ requests: Int) {
        guard counts.contains(where: { $0 > 0 }), known[Trial(counts: counts, requests: requests)] == nil, !isEnded
        else { return }
        let outcome = simulate(counts, requests)
        if known.count < Self.mostMixes { known[Trial(counts: counts, requests: requests)] = outcome }
        guard let outcome else { return }
        if best.map({ isBetter(outcome, than: $0) }) ?? true { best = outcome }
        if outcome.used != counts { evaluate(outcome.used, requests) }
    }

    /// What the best of the rules comes to; nil where a task fits on no node.
    mutating func simulate(_ counts: [Int], _ requests: Int) -> CostOutcome? {
        let workflows = prepared[requests] ?? trials.prepared(candidates[requests])
        prepared[requests] = workflows
        let nodePools = counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
        let cluster = trials.pools.cluster(counts, of: trials.question.cluster)
        let mayStop = iterations > 0 && trials.question.iterations == nil
        let runs: [(policy: SchedulingPolicy, run: CostTrials.Run)]?
        do {
            runs = try trials.run(workflows, on: cluster, nodePools: nodePools, by: policies) { mayStop && isOver() }
        } catch {
            isProven = false
            return nil
        }
        iterations += 1
        guard let runs else { return nil }
        var best: CostOutcome?
        for (policy, run) in runs {
            let outcome = CostOutcome(
                counts: counts, requests: requests, policy: policy, use: run.use, keptShare: run.keptShare,
                failureRate: run.failureRate, used: run.used)
            note(outcome)
            if best.map({ isBetter(outcome, than: $0) }) ?? true { best = outcome }
        }
        return best
    }

    /// `outcome` with the names of its pools and of its allocation.
    func point(_ outcome: CostOutcome) -> CostPlan.Point {
        CostPlan.Point(
            counts: zip(trials.pools, outcome.counts).compactMap {
                $1 == 0 ? nil : CostPlan.Count(pool: $0.name, count: $1)
            },
            outcome: CostPlan.Outcome(
                policy: outcome.policy.rawValue, allocation: candidates[outcome.requests].name, use: outcome.use,
                failureRate: outcome.failureRate, deadlineProbability: outcome.keptShare))
    }

    /// Keeps what nothing else is cheaper and shorter than.
    private mutating func note(_ outcome: CostOutcome) {
        guard failsSeldom(outcome) else { return }
        let (cost, makespan) = (outcome.use.cost, outcome.use.makespan)
        let count = outcome.counts.reduce(0, +)
        guard
            !front.contains(where: { other in
                let isSame = other.use.cost == cost && other.use.makespan == makespan
                return other.use.cost <= cost && other.use.makespan <= makespan
                    && (!isSame || other.counts.reduce(0, +) <= count)
            })
        else { return }
        front.removeAll { $0.use.cost >= cost && $0.use.makespan >= makespan }
        front.append(outcome)
        front.sort { $0.use.cost < $1.use.cost }
    }
}

// MARK: - Where it looks
extension CostSearch {
    private var sizes: [Int] { trials.pools.map(\.places.count) }

    /// Looks at all nodes, and at the least of each pool alone that the bounds allow.
    private mutating func start(_ requests: Int) {
        let before = best
        evaluate(sizes, requests)
        for (pool, size) in sizes.enumerated() {
            var counts = [Int](repeating: 0, count: sizes.count)
            for count in 1...size {
                if isEnded { return }
                counts[pool] = count
                if mayBeBetter(counts, requests, than: before) {
                    evaluate(counts, requests)
                    break
                }
            }
        }
    }

    /// Goes from the best to the first better neighbour until there is none.
    private mutating func descend(_ requests: Int) {
        var isMoving = true
        while isMoving, let here = best {
            isMoving = false
            for counts in NeighbouringMixes(of: here.counts, sizes: sizes) {
                if isEnded { return }
                guard mayBeBetter(counts, requests, than: best) else { continue }
                evaluate(counts, requests)
                if best != here {
                    isMoving = true
                    break
                }
            }
        }
    }

    /// Every mix; nil where there are too many.
    private var allMixes: [[Int]]? {
        guard sizes.reduce(1, { min($0 * ($1 + 1), Self.mostMixes + 1) }) <= Self.mostMixes else { return nil }
        let all = sizes.reduce([[Int]()]) { heads, size in heads.flatMap { head in (0...size).map { head + [$0] } } }
        return all.filter { $0.contains { $0 > 0 } }
    }

    /// Simulates all that may be better, the most promising first.
    private mutating func exhaust(_ all: [[Int]], _ requests: Int) {
        var priced: [(price: Double, place: Int)] = []
        for (place, counts) in all.enumerated() {
            guard !isEnded else {
                isProven = false
                return
            }
            let price = bounds[requests].price(of: counts)
            if price < .infinity { priced.append((price, place)) }
        }
        for (_, place) in priced.sorted(by: <) {
            let counts = all[place]
            guard mayBeBetter(counts, requests, than: best), known[Trial(counts: counts, requests: requests)] == nil
            else { continue }
            guard !isEnded else {
                isProven = false
                return
            }
            evaluate(counts, requests)
        }
    }

    /// No mix whose nodes are all used costs less.
    mutating func leastPrice() -> Double {
        let isLarge = allMixes == nil
        return candidates.indices.reduce(.infinity) { least, requests in
            let own = bounds[requests].leastPrice(within: isLarge ? 0 : Self.effortOfLeastPrice / candidates.count)
            return min(least, own)
        }
    }

    /// No mix ends sooner, in seconds: the mean over the scenarios.
    mutating func leastMakespan() -> Double {
        candidates.indices.reduce(.infinity) { least, requests in
            let makespans = bounds[requests].makespans(on: sizes)
            return min(least, makespans.reduce(0, +) / Double(makespans.count))
        }
    }
}
