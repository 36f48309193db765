import Workflows

/// What each workflow of a running system holds, as far as it is known: what its running tasks are said to hold, and
/// what a decision places.
struct WorkflowShares {
    /// By what workflows are compared.
    enum Measure {
        /// Cores.
        case cores
        /// Cores times the core-seconds that are left: the weight of a workflow is one over its remaining work, with
        /// which the weighted fair share did best for Mao and others, "Learning scheduling algorithms for data
        /// processing clusters", 2019, section 7.1. Of those that hold nothing, the one with the least work is first.
        case coresForWork
        /// The larger one of its parts of all cores and of all memory: the dominant share of Ghodsi and others,
        /// "Dominant resource fairness", 2011, section 4.
        case dominant
    }

    /// A workflow, by what it holds; of equals the one with the smaller tie, then the first.
    private struct Claim: Comparable {
        var share: Double
        var tie: Double
        var place: Int
        var workflow: Int

        static func < (a: Claim, b: Claim) -> Bool {
            if a.share != b.share { return a.share < b.share }
            return a.tie != b.tie ? a.tie < b.tie : a.place < b.place
        }
    }

    /// The tasks of each workflow.
    private let workflows: [[Int]]
    private let measure: Measure
    private var cores: [Double]
    private var memory: [Double]
    private let work: [Double]
    private let allCores: Double
    /// Of the nodes that have a limit.
    private let allMemory: Double

    init(_ ready: ReadySet, in state: ClusterState, by measure: Measure) {
        workflows = ready.workflows
        self.measure = measure
        cores = [Double](repeating: 0, count: workflows.count)
        memory = cores
        work = workflows.map(ready.work)
        allCores = state.nodes.reduce(0) { $0 + $1.node.cores }
        allMemory = state.nodes.reduce(0) { $0 + ($1.node.memoryBytes ?? 0) }
        var numbers: [String: Int] = [:]
        for (number, tasks) in workflows.enumerated() {
            if let name = ready.tasks[tasks[0]].task.workflow { numbers[name] = number }
        }
        for task in state.nodes.lazy.flatMap(\.running) {
            guard let number = task.workflow.flatMap({ numbers[$0] }) else { continue }
            cores[number] += task.cores ?? 1
            memory[number] += task.memoryBytes ?? 0
        }
    }

    private func share(_ workflow: Int) -> Double {
        switch measure {
        case .cores: cores[workflow]
        case .coresForWork: cores[workflow] * work[workflow]
        case .dominant: max(cores[workflow] / allCores, allMemory > 0 ? memory[workflow] / allMemory : 0)
        }
    }

    /// Tries the tasks of `order`, always the first one of the workflow that holds the least, those of a larger
    /// priority before all others; what is placed counts as held. Of workflows that hold the same, that with the first
    /// task in the order comes first.
    ///
    /// - Parameter place: tries a task and says whether it was placed, or nil to end early.
    /// - Returns: whether all were tried.
    mutating func forEach(in order: [Int], of ready: ReadySet, place: (_ task: Int) -> Bool?) -> Bool {
        var workflowOf = [Int](repeating: 0, count: ready.count)
        for (number, tasks) in workflows.enumerated() { for task in tasks { workflowOf[task] = number } }
        var lines = [[Int]](repeating: [], count: workflows.count)
        var heads = [Int](repeating: 0, count: workflows.count)
        var first = 0
        while first < order.count {
            let priority = ready.tasks[order[first]].priority
            var present: [Int] = []
            while first < order.count, ready.tasks[order[first]].priority == priority {
                let workflow = workflowOf[order[first]]
                if heads[workflow] == lines[workflow].count { present.append(workflow) }
                lines[workflow].append(order[first])
                first += 1
            }
            var claims = BinaryHeap(present.enumerated().map { claim(of: $1, place: $0) })
            while let claim = claims.least {
                let task = lines[claim.workflow][heads[claim.workflow]]
                heads[claim.workflow] += 1
                guard let isPlaced = place(task) else { return false }
                if isPlaced {
                    cores[claim.workflow] += ready.needs[task].cores
                    memory[claim.workflow] += ready.needs[task].memory
                }
                if heads[claim.workflow] == lines[claim.workflow].count {
                    _ = claims.popLeast()
                } else if isPlaced {
                    claims.replace(at: 0, with: self.claim(of: claim.workflow, place: claim.place))
                }
            }
        }
        return true
    }

    private func claim(of workflow: Int, place: Int) -> Claim {
        Claim(
            share: share(workflow), tie: measure == .coresForWork ? work[workflow] : 0, place: place, workflow: workflow
        )
    }
}
