import Files
import Workflows

/// Mixes of nodes beside the one that was chosen, each run in the simulator with the same allocation.
public struct CostMixes {
    /// The pools of the cluster; a mix is how many nodes it takes of each.
    public let pools: [NodePool]
    private let question: CostQuestion
    private var search: CostSearch

    /// - Parameters:
    ///   - question: what was asked; neither its budget nor its number of mixes counts here.
    ///   - requests: what every task asks for.
    ///   - isOver: whether to give up a mix while it is run, but for the first.
    /// - Throws: `InputError` where the workflow cannot run on the cluster, or `requests` are not those of its tasks.
    public init(
        _ question: CostQuestion, asking requests: TaskRequests, unless isOver: @escaping () -> Bool = { false }
    ) throws {
        let count = question.workflow.tasks.count
        guard requests.cores.count == count, requests.memory.count == count else {
            throw InputError("asks for \(requests.cores.count) tasks, and the workflow has \(count)", field: "tasks")
        }
        var question = question
        question.iterations = nil
        let trials = try CostTrials(question)
        self.question = question
        pools = trials.pools
        search = CostSearch(trials, [requests], policies: CostOptimizer.policies, isOver: isOver)
    }

    /// How many of `nodes`, by their names, are of each pool; nil where one is not in the cluster.
    public func counts(of nodes: [String]) -> [Int]? {
        var pool: [String: Int] = [:]
        for (number, places) in pools.map(\.places).enumerated() {
            for place in places { pool[question.cluster.nodes[place].name] = number }
        }
        var counts = [Int](repeating: 0, count: pools.count)
        for node in nodes {
            guard let number = pool[node] else { return nil }
            counts[number] += 1
        }
        return counts
    }

    /// What the best of the rules comes to on `counts` nodes of each pool; nil where a task fits on no node, or it was given up.
    public mutating func point(of counts: [Int]) -> CostPlan.Point? {
        search.simulate(counts, 0).map { search.point($0) }
    }

    /// The mixes beside `counts`: nodes less, exchanged between two pools, and more.
    public func neighbours(of counts: [Int]) -> some Sequence<[Int]> {
        NeighbouringMixes(of: counts, sizes: pools.map(\.places.count))
    }
}
