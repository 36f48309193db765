import Kernels
import Layers
import Tensors

/// A workflow as the network reads it: normalised features, and who hears from whom.
struct GraphInput: Sendable {
    /// X [N, I]
    let nodes: Tensor
    /// From parents to children, each child hearing their mean.
    let forwards: Adjacency
    /// From children to parents.
    let backwards: Adjacency
    /// [N, 16], the mean features of the edges that come into each task, and of those that go out.
    let edgesIn: Tensor
    let edgesOut: Tensor

    /// What the network reads of `graph`.
    ///
    /// - Parameters:
    ///   - spreads: as ``NodeFeatures/values(_:spreads:)`` takes them.
    ///   - more: further features of the tasks, [N, K], which are read as they are.
    ///   - readsEdges: whether messages go along dependencies; without, none are put in, and what they cost is saved.
    init(
        _ graph: TaskGraph, spreads: [Double]? = nil, scales: GraphScales, more: Tensor? = nil, readsEdges: Bool
    ) {
        let edges = readsEdges ? zip(graph.sources, graph.targets).map { (source: $0, target: $1) } : []
        forwards = Adjacency(nodes: graph.taskCount, edges: edges, normalization: .row, selfLoops: false)
        backwards = forwards.reversed
        let own = scales.nodes.normalized(NodeFeatures.values(graph, spreads: spreads))
        nodes = more.map { .concatenated([own, $0], alongAxis: 1) } ?? own
        guard readsEdges else {
            (edgesIn, edgesOut) = (
                .zeros([graph.taskCount, EdgeFeatures.count]), .zeros([graph.taskCount, EdgeFeatures.count])
            )
            return
        }
        let features = scales.edges.normalized(EdgeFeatures.values(graph))
        edgesIn = forwards.sums(ofEdges: features)
        edgesOut = backwards.sums(ofEdges: features)
    }
}

/// What the features of tasks and of edges are normalised by.
struct GraphScales: Sendable, Equatable {
    var nodes: FeatureScales
    var edges: FeatureScales

    /// The means and deviations over all tasks and edges of `graphs`, with the spreads of their tasks.
    init(of graphs: [TaskGraph], spreads: [[Double]]? = nil) {
        let rows = graphs.indices.flatMap { NodeFeatures.values(graphs[$0], spreads: spreads?[$0]) }
        nodes = FeatureScales(of: rows, width: NodeFeatures.count)
        edges = FeatureScales(of: graphs.flatMap { EdgeFeatures.values($0) }, width: EdgeFeatures.count)
    }

    init(nodes: FeatureScales, edges: FeatureScales) {
        (self.nodes, self.edges) = (nodes, edges)
    }
}

/// Takes features to mean 0 and deviation 1: (x - m) k, brought into [-6, 6].
///
/// A feature that was the same everywhere has k = 0: what was not learned from says nothing.
struct FeatureScales: Sendable, Equatable {
    /// m
    let means: [Float]
    /// k
    let factors: [Float]

    /// Deviations under this are as good as none.
    private static let leastDeviation = 1e-4
    private static let bound: Float = 6

    init(means: [Float], factors: [Float]) {
        precondition(means.count == factors.count, "\(means.count) means with \(factors.count) factors")
        (self.means, self.factors) = (means, factors)
    }

    /// The means and deviations of the columns of `values`, row-major in rows of `width`.
    init(of values: [Float], width: Int) {
        let rows = max(1, values.count / width)
        var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        for (place, value) in values.enumerated() { sums[place % width] += Double(value) }
        let means = sums.map { $0 / Double(rows) }
        for (place, value) in values.enumerated() {
            let difference = Double(value) - means[place % width]
            squares[place % width] += difference * difference
        }
        self.means = means.map { Float($0) }
        factors = squares.map { square in
            let deviation = (square / Double(rows)).squareRoot()
            return deviation > Self.leastDeviation ? Float(1 / deviation) : 0
        }
    }

    /// The rows `values` as a normalised tensor [N, width].
    func normalized(_ values: [Float]) -> Tensor {
        let width = means.count
        var result = Tensor(values, shape: [values.count / width, width])
        let (means, factors) = (means.span, factors.span)
        result.update { values in
            Rows.forEach(&values, width: width) { row in
                for place in 0..<width {
                    row[place] = clamped(
                        (row[place] - means[place]) * factors[place], from: -Self.bound, to: Self.bound)
                }
            }
        }
        return result
    }
}
