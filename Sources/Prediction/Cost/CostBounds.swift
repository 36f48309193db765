import Workflows

/// What no run on a mix of nodes can be below, whatever the rule: what need not be simulated is known by it.
///
/// **Price.** A task of d seconds that holds the share a of a node's cores and the share b of its memory takes part of what the
/// node costs. Tasks that run together hold no more than the whole of either, so for every λ in [0, 1] the node is on for at
/// least Σ d (λ a + (1 - λ) b) seconds; each task takes what is least of this over the pools of the mix that it fits on. Every
/// node that is used also costs its start, in which nothing runs, and the time after its last task:
///
///     price ≥ max over λ of Σ tasks min over pools of price d (λ a + (1 - λ) b) + Σ nodes price (start-up + 60 s)
///
/// **Time.** The longest path, every task on the fastest pool that it fits on, behind the shortest start; and the least T with
/// Σ nodes cores · speed · (T - start-up)⁺ ≥ Σ tasks runtime · cores.
///
/// Failed attempts, transfers and waiting only add to both. The bounds are those of mixes all of whose nodes are used.
///
/// For many tasks on many pools that takes long. There both are those on a node that has the best of each pool: the price of a core,
/// and of a byte, for a second of work, the speed, the overhead and the start.
struct CostBounds {
    private let pools: [NodePool]
    private let graph: WorkflowGraph
    private let scenarios: [CostScenario]
    private let requests: TaskRequests
    private let poolNames: [String?]
    /// Core-seconds at speed 1, by scenario.
    private let work: [Double]
    /// Byte-seconds at speed 1, by scenario.
    private let held: [Double]
    /// What is known of the mixes that take nodes of the same pools.
    private var ofPools: [[Bool]: PoolBounds] = [:]
    /// What was done to find bounds: tasks × pools × scenarios for those of one set of pools, without the pools where these are
    /// taken for one, and pools for every question.
    private(set) var effort = 0

    private struct PoolBounds {
        /// Price of the work, the mean over the scenarios; infinite where a task fits on no pool.
        var price: Double
        /// The longest path, by scenario.
        var paths: [Double]
    }

    /// Weights of the cores in what a node is on for.
    private static let weights = [0, 0.25, 0.5, 0.75, 1]
    /// What the bounds of one set of pools may take, by ``effort``; where it is more, its pools are taken for one.
    private static let mostEffort = 200_000
    /// Sums in another order differ in their last bits.
    private static let slack = 1 - 1e-9

    init(_ workflow: Workflow, _ pools: [NodePool], _ requests: TaskRequests, _ scenarios: [CostScenario]) {
        self.pools = pools
        self.requests = requests
        self.scenarios = scenarios
        graph = workflow.graph
        poolNames = workflow.tasks.map(\.wishes.pool)
        work = scenarios.map { zip($0.runtimes, requests.cores).reduce(0) { $0 + $1.0 * $1.1 } }
        held = scenarios.map { zip($0.runtimes, requests.memory).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// The least price of a run on `counts` nodes of each pool, the mean over the scenarios; infinite where a task fits on no
    /// node.
    mutating func price(of counts: [Int]) -> Double {
        let ends = zip(pools, counts).reduce(0) { sum, entry in
            let node = entry.0.node
            return sum + Double(entry.1) * node.pricePerHour / 3600 * (node.startupSeconds + CostTrials.idleSeconds)
        }
        return (bounds(counts).price + ends) * Self.slack
    }

    /// The least price on any mix: of a node of each pool for every set of pools, where that takes no more than `limit` by
    /// ``effort``; else the work at the best prices of all pools, and the end of the cheapest node.
    mutating func leastPrice(within limit: Int) -> Double {
        let sets = 1 << min(pools.count, 20)
        if pools.count < 20, sets * effortOfSet(pools.count) <= limit {
            return (1..<sets).reduce(.infinity) { least, set in
                min(least, price(of: pools.indices.map { set >> $0 & 1 }))
            }
        }
        let ends = pools.map { $0.node.pricePerHour / 3600 * ($0.node.startupSeconds + CostTrials.idleSeconds) }
        return (bounds([Int](repeating: 1, count: pools.count)).price + (ends.min() ?? 0)) * Self.slack
    }

    /// The least makespan on `counts` nodes of each pool, by scenario; infinite where a task fits on no node.
    mutating func makespans(on counts: [Int]) -> [Double] {
        let bounds = bounds(counts)
        let used = counts.indices.filter { counts[$0] > 0 }.map { (pool: pools[$0].node, count: Double(counts[$0])) }
        let byStart = used.sorted { $0.pool.startupSeconds < $1.pool.startupSeconds }
        return zip(work, bounds.paths).map { work, path in
            var (least, speed, offset) = (0.0, 0.0, 0.0)
            // Between two starts what has been done grows along a straight line.
            for (place, entry) in byStart.enumerated() {
                let rate = entry.count * entry.pool.cores * entry.pool.speed
                speed += rate
                offset += rate * entry.pool.startupSeconds
                least = (work + offset) / speed
                if place + 1 == byStart.count || least <= byStart[place + 1].pool.startupSeconds { break }
            }
            return max(path, work > 0 ? least : 0) * Self.slack
        }
    }

    /// What the bounds of a set of `pools` pools take.
    private func effortOfSet(_ pools: Int) -> Int { max(requests.cores.count, 1) * pools * scenarios.count }

    private mutating func bounds(_ counts: [Int]) -> PoolBounds {
        let key = counts.map { $0 > 0 }
        effort += key.count
        if let known = ofPools[key] { return known }
        let present = key.indices.filter { key[$0] }
        let isLarge = effortOfSet(present.count) > Self.mostEffort
        effort += effortOfSet(isLarge ? 1 : present.count)
        let found = isLarge ? boundsOnTheBest(of: present) : bounds(on: present)
        if ofPools.count >= CostSearch.mostMixes { ofPools.removeAll() }
        ofPools[key] = found
        return found
    }

    private func bounds(on present: [Int]) -> PoolBounds {
        var fits: [[Int]] = []
        for task in graph.topologicalOrder.indices { fits.append(present.filter { self.fits(task, $0) }) }
        let isWhole = fits.allSatisfy { !$0.isEmpty }
        return PoolBounds(
            price: isWhole
                ? scenarios.reduce(0) { $0 + price($1, fits) } / Double(scenarios.count) : .infinity,
            paths: scenarios.map { scenario in
                isWhole
                    ? path(present) { task in
                        fits[task].reduce(.infinity) { min($0, seconds(scenario.runtimes[task], $1)) }
                    } : .infinity
            })
    }

    /// The bounds on a node that is as good as the best of the pools `present` in each respect.
    private func boundsOnTheBest(of present: [Int]) -> PoolBounds {
        var (perCore, perByte, speed, overhead) = (Double.infinity, Double.infinity, 0.0, Double.infinity)
        for pool in present {
            let node = pools[pool].node
            let price = node.pricePerHour / 3600 / node.speed
            perCore = min(perCore, price / node.cores)
            perByte = min(perByte, price / (node.memoryBytes ?? .infinity))
            speed = max(speed, node.speed)
            overhead = min(overhead, node.taskOverheadSeconds)
        }
        let prices = zip(work, held).map { max($0 * perCore, $1 * perByte) }
        return PoolBounds(
            price: prices.reduce(0, +) / Double(scenarios.count),
            paths: scenarios.map { scenario in
                path(present) { scenario.runtimes[$0] > 0 ? scenario.runtimes[$0] / speed + overhead : 0 }
            })
    }

    private func fits(_ task: Int, _ pool: Int) -> Bool {
        let node = pools[pool].node
        return requests.cores[task] <= node.cores && requests.memory[task] <= node.memoryBytes ?? .infinity
            && (poolNames[task] == nil || poolNames[task] == node.pool)
    }

    private func seconds(_ runtime: Double, _ pool: Int) -> Double {
        runtime > 0 ? runtime / pools[pool].node.speed + pools[pool].node.taskOverheadSeconds : 0
    }

    private func price(_ scenario: CostScenario, _ fits: [[Int]]) -> Double {
        let sums = Self.weights.map { weight in
            fits.indices.reduce(0) { sum, task in
                sum
                    + fits[task].reduce(.infinity) { least, pool in
                        let node = pools[pool].node
                        let share =
                            weight * requests.cores[task] / node.cores
                            + (1 - weight) * requests.memory[task] / (node.memoryBytes ?? .infinity)
                        return min(least, node.pricePerHour / 3600 * seconds(scenario.runtimes[task], pool) * share)
                    }
            }
        }
        return sums.max() ?? 0
    }

    /// The longest path of tasks that take `seconds`, behind the shortest start.
    private func path(_ present: [Int], _ seconds: (Int) -> Double) -> Double {
        let costs = graph.topologicalOrder.indices.map(seconds)
        let start = present.map { pools[$0].node.startupSeconds }.min() ?? 0
        let length = graph.upwardRanks(costs: costs).max() ?? 0
        return length > 0 ? start + length : 0
    }
}
