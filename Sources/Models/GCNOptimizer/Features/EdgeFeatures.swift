import Kernels

/// What the network reads of each dependency: 16 numbers, none of which changes when all seconds are multiplied by the same
/// factor.
enum EdgeFeatures {
    /// Name and unit of each.
    static let columns: [(name: String, unit: String)] = [
        ("transfer", "of the bound"), ("transferShare", "of transfer and child"), ("isLatest", "0 or 1"),
        ("wait", "until the last parent, of the bound"), ("isLongest", "0 or 1"),
        ("slack", "behind it, of the bound"), ("durations", "ln of child over parent"),
        ("cores", "ln of child over parent"), ("coreDifference", "of all cores"), ("work", "ln of child over parent"),
        ("bottomLevels", "ln of child over parent"), ("levels", "ln of their difference in depth"),
        ("parentShare", "1 / parents of the child"), ("childShare", "1 / children of the parent"),
        ("criticality", "longest path through it, of the longest"), ("topLevel", "of the child, of the bound"),
    ]

    static var count: Int { columns.count }

    /// The numbers of all edges, row by row, as they are.
    static func values(_ graph: TaskGraph) -> [Float] {
        let bound = max(graph.bound, .leastNormalMagnitude)
        let longest = max(graph.bottomLevels.max() ?? 0, .leastNormalMagnitude)
        let slack = 1e-9 * longest
        var values: [Float] = []
        values.reserveCapacity(graph.sources.count * count)
        for edge in graph.sources.indices {
            let (parent, child, transfer) = (graph.sources[edge], graph.targets[edge], graph.transfers[edge])
            let wait = graph.topLevels[child] - graph.arrival(edge)
            let behind =
                graph.bottomLevels[parent] - graph.durations[parent] - transfer - graph.bottomLevels[child]
            let through = graph.arrival(edge) + graph.bottomLevels[child]
            let length = transfer + graph.durations[child]
            values.append(Float(transfer / bound))
            values.append(length > 0 ? Float(transfer / length) : 0)
            values.append(wait <= slack ? 1 : 0)
            values.append(Float(wait / bound))
            values.append(behind <= slack ? 1 : 0)
            values.append(Float(behind / bound))
            values.append(ratio(graph.durations[child], graph.durations[parent]))
            values.append(ratio(graph.cores[child], graph.cores[parent]))
            values.append(Float((graph.cores[child] - graph.cores[parent]) / graph.capacity))
            values.append(ratio(graph.work(child), graph.work(parent)))
            values.append(ratio(graph.bottomLevels[child], graph.bottomLevels[parent]))
            values.append(naturalLogarithm(Float(graph.depths[child] - graph.depths[parent])))
            values.append(1 / Float(graph.parentCount(child)))
            values.append(1 / Float(graph.childCounts[parent]))
            values.append(Float(through / longest))
            values.append(Float(graph.topLevels[child] / bound))
        }
        return values
    }

    /// ln (x / y), bounded where one of them is nothing.
    private static func ratio(_ x: Double, _ y: Double) -> Float {
        guard x > 0, y > 0 else { return x > 0 ? 7 : y > 0 ? -7 : 0 }
        return min(max(naturalLogarithm(Float(x / y)), -7), 7)
    }
}
