import Kernels
import Tensors

/// What the network reads of each task: 32 numbers, none of which changes when all seconds are multiplied by the same factor.
///
/// Seconds stand over the lower bound of the makespan, cores over those of the cluster, core-seconds over those of the workflow:
/// a network that has learned from queries of minutes then knows simulations of hours.
enum NodeFeatures {
    /// Name and unit of each.
    static let columns: [(name: String, unit: String)] = [
        ("duration", "ln of the bound"), ("cores", "ln of all cores"), ("bottomLevel", "ln of the bound"),
        ("topLevel", "ln of the bound"), ("work", "ln of all core-seconds"), ("workBehind", "ln of all core-seconds"),
        ("pathWork", "ln of all core-seconds"), ("componentWork", "ln of all core-seconds"),
        ("componentPath", "ln of the bound"), ("coreShare", "of all cores"), ("children", "ln of 1 + count"),
        ("parents", "ln of 1 + count"), ("ownShareOfPath", "of the bottom level"),
        ("bottomLevelInComponent", "of its longest path"), ("bottomLevelInWorkflow", "of its longest path"),
        ("criticality", "longest path through it, of the longest"),
        ("slack", "ln of 0.005 + what the longest path through it leaves of the bound"),
        ("headroom", "ln of 0.005 + what the bottom level leaves of the bound"), ("depth", "of the most edges"),
        ("height", "of the most edges"),
        ("componentTasks", "ln of the share of tasks"), ("memory", "of the largest node"),
        ("transferIn", "of the bound"), ("transferOut", "of the bound"), ("childCores", "mean, of all cores"),
        ("childDuration", "mean, ln of the bound"), ("onlyParent", "share of children that wait for it alone"),
        ("spread", "standard deviation of the logarithm of the duration; 0 where none is given"),
        ("slowness", "ln of mean over fastest"),
        ("parallelism", "ln of work over cores, over the longest path"), ("tasks", "ln of their number"),
        ("nodes", "ln of their number"),
    ]

    static var count: Int { columns.count }

    /// The numbers of all tasks, row by row, as they are.
    ///
    /// - Parameter spreads: the standard deviation of the logarithm of each duration; 0 without. Bottlenecks rest on them;
    ///   priorities are learned and asked for without any.
    static func values(_ graph: TaskGraph, spreads: [Double]?) -> [Float] {
        let sums = ComponentSums(graph), children = ChildSums(graph)
        let work = max(sums.work.reduce(0, +), .leastNormalMagnitude)
        let longest = max(sums.path.max() ?? 0, .leastNormalMagnitude)
        let edges = Double(max(1, graph.depths.max() ?? 0))
        let bound = max(graph.bound, .leastNormalMagnitude)
        let ofAll = [
            share(work / graph.capacity / longest), naturalLogarithm(Float(graph.taskCount)),
            naturalLogarithm(Float(graph.nodeCount)),
        ]
        var values: [Float] = []
        values.reserveCapacity(graph.taskCount * count)
        for task in 0..<graph.taskCount {
            let (duration, bottom, top) = (graph.durations[task], graph.bottomLevels[task], graph.topLevels[task])
            let component = graph.components[task]
            let path = max(sums.path[component], .leastNormalMagnitude)
            let childCount = Double(max(1, graph.childCounts[task]))
            values.append(share(duration / bound))
            values.append(share(graph.cores[task] / graph.capacity))
            values.append(share(bottom / bound))
            values.append(share(0.01 + top / bound))
            values.append(share(graph.work(task) / work))
            values.append(share(graph.workBehind[task] / work))
            values.append(share(graph.pathWork[task] / work))
            values.append(share(sums.work[component] / work))
            values.append(share(path / bound))
            values.append(Float(graph.cores[task] / graph.capacity))
            values.append(naturalLogarithm(1 + Float(graph.childCounts[task])))
            values.append(naturalLogarithm(1 + Float(graph.parentCount(task))))
            values.append(bottom > 0 ? Float(duration / bottom) : 1)
            values.append(Float(bottom / path))
            values.append(Float(bottom / longest))
            values.append(Float((top + bottom) / longest))
            values.append(share(0.005 + max(0, 1 - (top + bottom) / bound)))
            values.append(share(0.005 + max(0, 1 - bottom / bound)))
            values.append(Float(Double(graph.depths[task]) / edges))
            values.append(Float(Double(graph.heights[task]) / edges))
            values.append(share(Double(sums.tasks[component]) / Double(graph.taskCount)))
            values.append(Float(graph.memoryShares[task]))
            values.append(Float(children.transfersIn[task] / bound))
            values.append(Float(children.transfersOut[task] / bound))
            values.append(Float(children.cores[task] / childCount / graph.capacity))
            values.append(share(children.durations[task] / childCount / bound))
            values.append(Float(Double(children.waitingAlone[task]) / childCount))
            values.append(Float(spreads?[task] ?? 0))
            values.append(duration > 0 ? share(duration / graph.shortest[task]) : 0)
            values.append(contentsOf: ofAll)
        }
        return values
    }

    /// ln x, where what is under a millionth is as good as that.
    static func share(_ x: Double) -> Float { naturalLogarithm(max(Float(x), 1e-6)) }
}

/// What the tasks of each part of a workflow come to.
private struct ComponentSums {
    var work: [Double]
    /// The longest path.
    var path: [Double]
    var tasks: [Int]

    init(_ graph: TaskGraph) {
        work = [Double](repeating: 0, count: graph.componentCount)
        path = work
        tasks = [Int](repeating: 0, count: graph.componentCount)
        for task in 0..<graph.taskCount {
            let component = graph.components[task]
            work[component] += graph.work(task)
            path[component] = max(path[component], graph.bottomLevels[task])
            tasks[component] += 1
        }
    }
}

/// What the edges of each task come to.
private struct ChildSums {
    var transfersIn: [Double]
    var transfersOut: [Double]
    var cores: [Double]
    var durations: [Double]
    /// Children that have no other parent.
    var waitingAlone: [Int]

    init(_ graph: TaskGraph) {
        transfersIn = [Double](repeating: 0, count: graph.taskCount)
        (transfersOut, cores, durations) = (transfersIn, transfersIn, transfersIn)
        waitingAlone = [Int](repeating: 0, count: graph.taskCount)
        for edge in graph.sources.indices {
            let (parent, child) = (graph.sources[edge], graph.targets[edge])
            transfersIn[child] += graph.transfers[edge]
            transfersOut[parent] += graph.transfers[edge]
            cores[parent] += graph.cores[child]
            durations[parent] += graph.durations[child]
            if graph.parentCount(child) == 1 { waitingAlone[parent] += 1 }
        }
    }
}
