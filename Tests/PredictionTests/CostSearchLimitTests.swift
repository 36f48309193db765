import Foundation
import Kernels
import TestSupport
import Testing
import Workflows

@testable import Prediction

/// A forecast of `seconds` and `bytes` that may be off by a half.
private func forecast(seconds: Double, bytes: Double) -> ResourcePrediction {
    func quantity(_ target: ResourceTarget, _ middle: Double) -> PredictedQuantity {
        PredictedQuantity(
            target, p05: middle / 2, p50: middle, p95: middle * 1.5, allocation: middle * 3, reason: "",
            source: .heuristic)
    }
    return ResourcePrediction(
        cpu: quantity(.cpu, 1), memory: quantity(.memory, bytes), duration: quantity(.duration, seconds), retry: [],
        samples: 50, cold: false)
}

/// `count` tasks in `count / 10` chains on `nodes` nodes of which no two cost the same, on forecasts.
private func manyPools(
    tasks count: Int, nodes: Int, deadline: Double? = nil, budget: Duration
) throws -> CostQuestion {
    let tasks = (0..<count).map { place in
        CostTask(seconds: 600, memory: 2e9, parents: place < count / 10 ? [] : [place - count / 10])
    }
    let cluster = Cluster(
        nodes: (0..<nodes).flatMap { place in
            pool("n\(place)x", 1, cores: 2, memory: 8e9, price: 1 + Double(place) / Double(nodes))
        })
    return CostQuestion(
        try costWorkflow(tasks), on: cluster, deadlineSeconds: deadline,
        forecasts: tasks.map { forecast(seconds: $0.seconds, bytes: $0.memory) }, predictsDurations: true,
        budget: budget)
}

private func search(_ question: CostQuestion, isOver: @escaping () -> Bool) throws -> CostSearch {
    let trials = try CostTrials(question)
    let defined = TaskRequests.asDefined(question, largest: trials.largest)
    var search = CostSearch(
        trials, TaskRequests.candidates(question, beside: defined, largest: trials.largest) + [defined],
        policies: CostOptimizer.policies, isOver: isOver)
    search.run()
    return search
}

/// Fourteen nodes at different prices are 2^14 mixes of as many sets of pools, each with bounds of its own.
@Test func whenTimeIsOverTheSearchEndsAtOnce() throws {
    let question = try manyPools(tasks: 100, nodes: 14, budget: .seconds(2))
    var search = try search(question) { true }
    #expect(search.iterations == 1 && search.best != nil && !search.isProven)
    // One mix was simulated, and of no other the bounds were looked at; what is said of all takes a bounded time.
    let looked = search.effort
    #expect(looked < 10_000)
    let least = search.leastPrice()
    #expect(search.effort - looked <= CostSearch.effortOfLeastPrice + 1_000_000)
    #expect(least > 0 && least <= search.best?.use.cost ?? 0)
}

/// Seconds of a processor that this thread has taken.
private func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Whatever the number of mixes that may be looked at, an answer takes its budget and little more, and says that it ended early.
@Test(arguments: [(100, 14, nil as Double?), (100, 1000, 30_000), (1000, 1000, 9000)])
func aSearchKeepsItsBudget(tasks: Int, nodes: Int, deadline: Double?) throws {
    let question = try manyPools(tasks: tasks, nodes: nodes, deadline: deadline, budget: .milliseconds(500))
    // The processor's time, which other work on the machine does not prolong.
    let began = processorSeconds()
    let found = try CostOptimizer.plan(question)
    let seconds = processorSeconds() - began
    #expect(
        seconds < 3 * slowness,
        "\(tasks) tasks on \(nodes) nodes took \(seconds) s, with \(found.iterations) mixes")
    #expect(!found.isProven && found.lowerBound > 0 && found.lowerBound <= found.outcome.use.cost)
}

/// Where a number of mixes ends the search, what lies between two of them is bounded too: here no mix but the first may keep the
/// deadline, by the bounds of thousands.
@Test func aNumberOfMixesBoundsTheLooksToo() throws {
    var question = try manyPools(tasks: 20, nodes: 6000, deadline: 100, budget: .seconds(2))
    question.iterations = 3
    let found = try search(question) { false }
    // All nodes, and those of them that were used.
    #expect(
        found.iterations == 2 && found.effort >= 3 * CostSearch.effortPerMix, "\(found.iterations), \(found.effort)")
    #expect(found.effort <= 3 * CostSearch.effortPerMix + 1_000_000, "\(found.effort)")
}

/// Time that ends after any number of looks at it gives what as many mixes give.
@Test func whatTimeEndsIsWhatAsManyMixesGive() throws {
    var counts: Set<Int> = []
    for seed in 500..<504 {
        var question = try drawnCostQuestion(seed: UInt64(seed))
        question.iterations = nil
        for limit in stride(from: 1, through: 120, by: 7) {
            var looks = 0
            let timed = try search(question) {
                looks += 1
                return looks > limit
            }
            var counted = question
            counted.iterations = timed.iterations
            let again = try search(counted) { false }
            #expect(again.best == timed.best && again.front == timed.front && timed.iterations > 0)
            if looks > limit { #expect(!timed.isProven) }
            counts.insert(timed.iterations)
        }
    }
    #expect(counts.count > 5)
}

/// All single changes, exchanges and their doubles, written down as they are defined.
private func listedNeighbours(of counts: [Int], sizes: [Int]) -> [[Int]] {
    var found: [[Int]] = []
    func add(_ changes: (pool: Int, by: Int)...) {
        var next = counts
        for change in changes { next[change.pool] += change.by }
        if zip(next, sizes).allSatisfy({ $0 >= 0 && $0 <= $1 }) { found.append(next) }
    }
    let steps = [1, 2, 4, 8, 16, 32].filter { $0 <= sizes.max() ?? 1 }
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

@Test func neighboursAreAllStepsAndExchangesInTheirOrder() {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<200 {
        let sizes = (0..<Int.random(in: 1...5, using: &generator)).map { _ in Int.random(in: 1...40, using: &generator)
        }
        let counts = sizes.map { Int.random(in: 0...$0, using: &generator) }
        #expect(Array(NeighbouringMixes(of: counts, sizes: sizes)) == listedNeighbours(of: counts, sizes: sizes))
    }
}

/// Where pools are taken for one, bounds are below those of each pool by itself, and they are not loose where pools are alike.
@Test func boundsOfManyPoolsAreBelowTheExactOnes() throws {
    var (ratio, count) = (0.0, 0)
    for seed in 0..<6 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let tasks = (0..<1300).map { place in
            CostTask(
                seconds: Double.random(in: 10...900, using: &generator),
                cores: Double(Int.random(in: 1...3, using: &generator)),
                memory: Double.random(in: 1e9...8e9, using: &generator), parents: place < 50 ? [] : [place - 50])
        }
        let nodes = (0..<200).flatMap { place in
            pool(
                "n\(place)x", 1, cores: 4, memory: seed % 2 == 0 ? 32e9 : nil,
                speed: Double.random(in: 0.9...1.1, using: &generator),
                price: Double.random(in: 0.9...1.1, using: &generator),
                start: Double(place % 7), overhead: Double(place % 3))
        }
        let question = CostQuestion(try costWorkflow(tasks), on: Cluster(nodes: nodes), iterations: 1)
        let trials = try CostTrials(question)
        let defined = TaskRequests.asDefined(question, largest: trials.largest)
        var bounds = CostBounds(question.workflow, trials.pools, defined, trials.scenarios)
        let all = [Int](repeating: 1, count: trials.pools.count)
        // 1,300 × 200 is above what is done exactly, and each single pool and pair below.
        let (price, span) = (bounds.price(of: all), bounds.makespans(on: all)[0])
        var (cheapest, shortest) = (Double.infinity, Double.infinity)
        let ends = trials.pools.map { $0.node.pricePerHour / 3600 * ($0.node.startupSeconds + 60) }
        for pool in trials.pools.indices {
            let single = trials.pools.indices.map { $0 == pool ? 1 : 0 }
            cheapest = min(cheapest, bounds.price(of: single) - ends[pool])
            // Two hundred nodes as good as this one: the path alone.
            shortest = min(shortest, bounds.makespans(on: single.map { $0 * 1_000_000 })[0])
        }
        let work = price - ends.reduce(0, +)
        #expect(work <= cheapest && work > 0.6 * cheapest, "\(work) and \(cheapest)")
        #expect(span > 0 && bounds.makespans(on: all.map { $0 * 1_000_000 })[0] <= shortest * (1 + 1e-9))
        ratio += work / cheapest
        count += 1
    }
    #expect(ratio / Double(count) > 0.7)
}
