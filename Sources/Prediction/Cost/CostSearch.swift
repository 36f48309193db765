import Scheduling
import Simulation
import Workflows

/// Looks for the cheapest mix, allocation and rule that keep what is asked, each of them simulated.
///
/// From the whole cluster, and from the least of each pool that may be enough, it goes on by single steps: nodes less, more,
/// and exchanged between pools, as long as that is better. Where the mixes are few enough, all of them follow in the order of
/// their bounds (``CostBounds``), up to the first that cannot be cheaper than what was found: then nothing cheaper is left.
/// All that happens follows from the question; time, or the number of mixes, only ends it.
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
        return trials.question.iterations.map { iterations >= $0 } ?? isOver()
    }

    /// Looks at every allocation in turn, and then at what is left.
    mutating func run() {
        for place in candidates.indices where !isEnded {
            for counts in starts(place) { evaluate(counts, place) }
            descend(place)
        }
        guard let all = allMixes else { return }
        isProven = true
        for place in candidates.indices { exhaust(all, place) }
    }
}

// MARK: - Which is better
extension CostSearch {
    /// The part of the scenarios in which deadlines must be kept.
    private var wantedShare: Double { trials.question.predictsDurations ? trials.question.deadlineProbability : 1 }

    /// Whether `outcome` fails seldom enough.
    func failsSeldom(_ outcome: CostOutcome) -> Bool { outcome.failureRate <= trials.question.maxFailureRate }

    /// Whether `outcome` is all that is asked.
    func keeps(_ outcome: CostOutcome) -> Bool {
        failsSeldom(outcome) && outcome.keptShare >= wantedShare - 1e-9
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

    /// Whether `counts` may be better than the best so far, by their bounds.
    private mutating func mayBeBetter(_ counts: [Int], _ requests: Int) -> Bool {
        if let best, keeps(best), bounds[requests].price(of: counts) >= best.use.cost { return false }
        guard let deadline = trials.question.deadlineSeconds else { return true }
        let shortest = bounds[requests].makespans(on: counts)
        let late = shortest.count { $0 > deadline }
        return Double(late) <= (1 - wantedShare) * Double(shortest.count) + 1e-9
    }
}

// MARK: - Trials
extension CostSearch {
    /// Simulates `counts` with an allocation, unless that is known, and then without the nodes that had no task.
    private mutating func evaluate(_ counts: [Int], _ requests: Int) {
        guard counts.contains(where: { $0 > 0 }), known[Trial(counts: counts, requests: requests)] == nil, !isEnded
        else { return }
        let outcome = simulate(counts, requests)
        known[Trial(counts: counts, requests: requests)] = outcome
        guard let outcome else { return }
        if best.map({ isBetter(outcome, than: $0) }) ?? true { best = outcome }
        if outcome.used != counts { evaluate(outcome.used, requests) }
    }

    /// What the best of the rules comes to; nil where a task fits on no node.
    private mutating func simulate(_ counts: [Int], _ requests: Int) -> CostOutcome? {
        let workflows = prepared[requests] ?? trials.prepared(candidates[requests])
        prepared[requests] = workflows
        iterations += 1
        let nodePools = counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
        let cluster = trials.pools.cluster(counts, of: trials.question.cluster)
        guard let runs = trials.run(workflows, on: cluster, nodePools: nodePools, by: policies) else { return nil }
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

    /// All nodes, and the least of each pool alone that the bounds allow.
    private mutating func starts(_ requests: Int) -> [[Int]] {
        var starts = [sizes]
        for (pool, size) in sizes.enumerated() {
            var counts = [Int](repeating: 0, count: sizes.count)
            for count in 1...size {
                counts[pool] = count
                if mayBeBetter(counts, requests) {
                    starts.append(counts)
                    break
                }
            }
        }
        return starts
    }

    /// Goes from the best to the first better neighbour until there is none.
    private mutating func descend(_ requests: Int) {
        var isMoving = true
        while isMoving, !isEnded, let here = best {
            isMoving = false
            for counts in neighbours(of: here.counts) where mayBeBetter(counts, requests) {
                evaluate(counts, requests)
                if best != here {
                    isMoving = true
                    break
                }
                if isEnded { return }
            }
        }
    }

    /// Nodes less, exchanged, and more: by one, two, four and so on.
    private func neighbours(of counts: [Int]) -> [[Int]] {
        let sizes = sizes
        var found: [[Int]] = []
        func add(_ changes: (pool: Int, by: Int)...) {
            var next = counts
            for change in changes { next[change.pool] += change.by }
            if zip(next, sizes).allSatisfy({ $0 >= 0 && $0 <= $1 }) { found.append(next) }
        }
        let steps = sequence(first: 1) { $0 * 2 }.prefix { $0 <= sizes.max() ?? 1 }
        for step in steps.reversed() { for pool in sizes.indices { add((pool, -step)) } }
        for from in sizes.indices where counts[from] > 0 {
            for to in sizes.indices where to != from {
                for (less, more) in [(1, 1), (1, 2), (2, 1), (counts[from], 1), (counts[from], counts[from])] {
                    add((from, -less), (to, more))
                }
            }
        }
        for step in steps { for pool in sizes.indices { add((pool, step)) } }
        return found
    }

    /// Every mix; nil where there are too many.
    private var allMixes: [[Int]]? {
        var all: [[Int]] = [[]]
        for size in sizes {
            guard all.count * (size + 1) <= Self.mostMixes else { return nil }
            all = all.flatMap { head in (0...size).map { head + [$0] } }
        }
        return all.filter { $0.contains { $0 > 0 } }
    }

    /// Simulates all that may be better, the most promising first.
    private mutating func exhaust(_ all: [[Int]], _ requests: Int) {
        guard !isEnded else {
            isProven = false
            return
        }
        let sorted = all.map { (price: bounds[requests].price(of: $0), counts: $0) }
            .filter { $0.price < .infinity }
            .enumerated().sorted { ($0.element.price, $0.offset) < ($1.element.price, $1.offset) }
        for entry in sorted where mayBeBetter(entry.element.counts, requests) {
            let trial = Trial(counts: entry.element.counts, requests: requests)
            guard known[trial] == nil else { continue }
            guard !isEnded else {
                isProven = false
                return
            }
            evaluate(entry.element.counts, requests)
        }
    }

    /// No mix whose nodes are all used costs less.
    mutating func leastPrice() -> Double {
        let mixes = allMixes
        return candidates.indices.reduce(.infinity) { least, requests in
            guard let mixes else { return min(least, bounds[requests].leastPrice()) }
            return mixes.reduce(least) { min($0, bounds[requests].price(of: $1)) }
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
