import Kernels
import Tensors

/// Which nodes of a graph hear from which, and how much it counts: Â [N, N], sparse, with one row for each node that
/// hears.
///
/// Messages go along the edges, from source to target; ``reversed`` is the graph in which they go back.
///
/// ```swift
/// let graph = Adjacency(nodes: 3, edges: [(0, 1), (1, 2)], normalization: .symmetric)
/// let scores = convolution(features, over: graph)      // [3, I] to [3, O]
/// ```
public struct Adjacency: Sendable {
    /// How the weights A of the edges become Â, with tᵢ the sum of the weights that come into a node and sⱼ the sum of
    /// those that go out of it, self-loops included.
    public enum Normalization: String, Sendable, CaseIterable {
        /// Â = A
        case none
        /// Âᵢⱼ = Aᵢⱼ / √(tᵢ sⱼ): D^-1/2 A D^-1/2 where the graph is undirected (Kipf and Welling, 2017, equation 2).
        case symmetric
        /// Âᵢⱼ = Aᵢⱼ / tᵢ: each node hears the weighted mean of its sources.
        case row
    }

    /// N
    public let nodes: Int
    /// Where each edge begins and ends, as given.
    public let edges: [(source: Int, target: Int)]
    /// A for each edge.
    public let weights: [Float]
    /// How Â came from the weights.
    public let normalization: Normalization
    /// Whether each node hears itself, too.
    public let selfLoops: Bool
    /// The element of Â that each edge adds, and behind them those of the self-loops.
    let coefficients: [Float]
    let matrix: SparseMatrix
    let transpose: SparseMatrix

    /// The graph of `edges` between the nodes 0 to N - 1.
    ///
    /// - Parameters:
    ///   - weights: A for each edge, from 0 on; 1 if nil.
    ///   - selfLoops: whether each node hears itself, too, with the weight 1.
    /// - Complexity: linear in nodes and edges.
    public init(
        nodes: Int, edges: [(source: Int, target: Int)], weights: [Float]? = nil,
        normalization: Normalization = .symmetric, selfLoops: Bool = true
    ) {
        let weights = weights ?? [Float](repeating: 1, count: edges.count)
        precondition(nodes >= 0 && weights.count == edges.count, "\(weights.count) weights for \(edges.count) edges")
        precondition(weights.allSatisfy { $0 >= 0 && $0.isFinite }, "weights of edges are finite and not negative")
        let loops = 0..<(selfLoops ? nodes : 0)
        let entries = edges.map { (row: $0.target, column: $0.source) } + loops.map { (row: $0, column: $0) }
        let elements = Self.normalized(weights + loops.map { _ in 1 }, entries, nodes: nodes, normalization)
        self.nodes = nodes
        self.edges = edges
        self.weights = weights
        self.normalization = normalization
        self.selfLoops = selfLoops
        coefficients = elements
        matrix = SparseMatrix(rows: nodes, columns: nodes, entries: entries, values: elements)
        transpose = matrix.transposed()
    }

    /// The same edges from target to source, normalised anew.
    public var reversed: Adjacency {
        Adjacency(
            nodes: nodes, edges: edges.map { ($0.target, $0.source) }, weights: weights, normalization: normalization,
            selfLoops: selfLoops)
    }

    private static func normalized(
        _ weights: [Float], _ entries: [(row: Int, column: Int)], nodes: Int, _ normalization: Normalization
    ) -> [Float] {
        guard normalization != .none else { return weights }
        // In double precision, where neither the sums nor their products overflow or become 0.
        var (coming, going) = ([Double](repeating: 0, count: nodes), [Double](repeating: 0, count: nodes))
        for (entry, weight) in zip(entries, weights) {
            precondition(
                entry.row >= 0 && entry.row < nodes && entry.column >= 0 && entry.column < nodes,
                "an edge from \(entry.column) to \(entry.row) among \(nodes) nodes")
            coming[entry.row] += Double(weight)
            going[entry.column] += Double(weight)
        }
        return zip(entries, weights).map { entry, weight in
            // A weight of 0 may be all that its node has.
            guard weight > 0 else { return 0 }
            let sum = normalization == .row ? coming[entry.row] : (coming[entry.row] * going[entry.column]).squareRoot()
            return Float(Double(weight) / sum)
        }
    }
}

extension Adjacency {
    /// What each node hears of its edges' features: S [N, F] with Sᵢ = Σ Âₖ eₖ over the edges k that end at i, for
    /// features e [E, F] in the order of ``edges``. Self-loops have no features.
    ///
    /// A linear message W x + V e from each neighbour (Gilmer et al., 2017) then sums up to Â X Wᵀ + S Vᵀ, so that one
    /// sum serves all layers of a network.
    public func sums(ofEdges features: Tensor) -> Tensor {
        precondition(
            features.shape.rank == 2 && features.shape[0] == edges.count,
            "features \(features.shape) for \(edges.count) edges")
        let width = features.shape[1]
        var sums = [Float](repeating: 0, count: nodes * width)
        sums.withMutableSpan { sums in
            for (place, edge) in edges.enumerated() {
                let (e, coefficient) = (
                    features.scalars.span.extracting(place * width..<(place + 1) * width), coefficients[place]
                )
                var sum = sums._mutatingExtracting(edge.target * width..<(edge.target + 1) * width)
                Elementwise.update(&sum, with: e) { $0 + coefficient * $1 }
            }
        }
        return Tensor(sums, shape: [nodes, width], inputs: [features]) { upstream, adjoints in
            adjoints.accumulate(into: features) { total in
                for (place, edge) in edges.enumerated() {
                    let coefficient = coefficients[place]
                    let g = upstream.span.extracting(edge.target * width..<(edge.target + 1) * width)
                    var own = total._mutatingExtracting(place * width..<(place + 1) * width)
                    Elementwise.update(&own, with: g) { $0 + coefficient * $1 }
                }
            }
        }
    }
}
