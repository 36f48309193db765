import Simulation

/// A workflow on a cluster in flat arrays, and what its paths come to: what the features are computed from.
///
/// Edge k goes from `sources[k]` to `targets[k]`; those that end at task i lie at `offsets[i]..<offsets[i + 1]`. Seconds are the
/// mean over the nodes that a task fits on, and of transfers what they take between nodes.
struct TaskGraph {
    let taskCount: Int
    let nodeCount: Int
    /// No schedule is shorter, in seconds.
    let bound: Double
    /// Cores times speed of all nodes together.
    let capacity: Double
    let durations: [Double]
    /// Seconds on the fastest node.
    let shortest: [Double]
    let cores: [Double]
    /// Bytes that each task holds, over those of the largest node; 0 where that has no limit.
    let memoryShares: [Double]
    let offsets: [Int]
    let sources: [Int]
    let targets: [Int]
    let transfers: [Double]

    /// The longest time from the start of the workflow to that of each task, and from there to the end of the workflow.
    private(set) var topLevels: [Double]
    private(set) var bottomLevels: [Double]
    /// The most edges on a path to each task, and from it.
    private(set) var depths: [Int]
    private(set) var heights: [Int]
    private(set) var childCounts: [Int]
    /// The most core-seconds on a path from each task on, itself included.
    private(set) var pathWork: [Double]
    /// Core-seconds of each task and behind it, where what lies behind several is divided evenly among them.
    private(set) var workBehind: [Double]
    /// The number of the part that each task hangs together with.
    let components: [Int]
    let componentCount: Int

    init(_ instance: SchedulingInstance) {
        taskCount = instance.taskCount
        nodeCount = instance.nodeCount
        bound = instance.lowerBound
        capacity = instance.cluster.nodes.reduce(0) { $0 + $1.cores * $1.speed }
        durations = instance.meanDurations
        shortest = instance.shortestDurations
        cores = instance.cores
        let memory = instance.cluster.largestMemory()
        memoryShares = instance.memory.map { $0 > 0 ? $0 / memory : 0 }
        topLevels = [Double](repeating: 0, count: taskCount)
        (bottomLevels, pathWork, workBehind) = (topLevels, topLevels, topLevels)
        depths = [Int](repeating: 0, count: taskCount)
        (heights, childCounts) = (depths, depths)
        var (offsets, sources, targets, transfers): ([Int], [Int], [Int], [Double]) = ([0], [], [], [])
        offsets.reserveCapacity(taskCount + 1)
        for task in 0..<taskCount {
            instance.forEachParent(of: task) { parent, transfer in
                sources.append(parent)
                targets.append(task)
                transfers.append(transfer)
            }
            offsets.append(sources.count)
        }
        (self.offsets, self.sources, self.targets, self.transfers) = (offsets, sources, targets, transfers)
        (components, componentCount) = Self.components(taskCount, sources, targets)
        walkForwards(instance.graph.topologicalOrder)
        walkBackwards(instance.graph.topologicalOrder)
    }

    /// Core-seconds of `task`.
    func work(_ task: Int) -> Double { durations[task] * cores[task] }

    /// The number of tasks that `task` waits for.
    func parentCount(_ task: Int) -> Int { offsets[task + 1] - offsets[task] }

    /// When the files of edge `edge` can be on another node, from the start of the workflow, if nothing waits for room.
    func arrival(_ edge: Int) -> Double {
        topLevels[sources[edge]] + durations[sources[edge]] + transfers[edge]
    }

    private mutating func walkForwards(_ order: [Int]) {
        for task in order {
            var (top, depth) = (0.0, 0)
            for edge in offsets[task]..<offsets[task + 1] {
                top = max(top, arrival(edge))
                depth = max(depth, depths[sources[edge]] + 1)
            }
            topLevels[task] = top
            depths[task] = depth
        }
    }

    /// What lies behind a task is pushed to it by its children, which come first.
    private mutating func walkBackwards(_ order: [Int]) {
        for task in order.reversed() {
            bottomLevels[task] += durations[task]
            pathWork[task] += work(task)
            workBehind[task] += work(task)
            let share = workBehind[task] / Double(max(1, parentCount(task)))
            for edge in offsets[task]..<offsets[task + 1] {
                let parent = sources[edge]
                bottomLevels[parent] = max(bottomLevels[parent], transfers[edge] + bottomLevels[task])
                pathWork[parent] = max(pathWork[parent], pathWork[task])
                workBehind[parent] += share
                heights[parent] = max(heights[parent], heights[task] + 1)
                childCounts[parent] += 1
            }
        }
    }

    /// Which tasks hang together, numbered from 0. Union-find with path halving (Tarjan and van Leeuwen, 1984).
    private static func components(_ count: Int, _ sources: [Int], _ targets: [Int]) -> (ofTask: [Int], count: Int) {
        var leaders = Array(0..<count)
        func leader(_ task: Int) -> Int {
            var task = task
            while leaders[task] != task {
                leaders[task] = leaders[leaders[task]]
                task = leaders[task]
            }
            return task
        }
        for edge in sources.indices {
            let (first, second) = (leader(sources[edge]), leader(targets[edge]))
            leaders[max(first, second)] = min(first, second)
        }
        var numbers = [Int](repeating: -1, count: count)
        var found = 0
        for task in 0..<count {
            let leader = leader(task)
            // Leaders come before those they lead.
            if leader == task {
                numbers[task] = found
                found += 1
            } else {
                numbers[task] = numbers[leader]
            }
        }
        return (numbers, found)
    }
}
