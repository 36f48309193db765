import Kernels
import Tensors

extension GraphConvolution {
    /// The whole layer as one primitive. The sum over neighbours is taken on whichever side of W has fewer columns.
    func convolved(_ x: Tensor, _ graph: Adjacency, _ edges: Tensor?) -> Tensor {
        let run = GraphConvolutionRun(
            nodes: graph.nodes, inputs: weight.shape[1], outputs: weight.shape[0], edgeInputs: edges?.shape[1] ?? 0)
        let gathersFirst = run.inputs <= run.outputs
        let source = gathersFirst ? run.gathered(x.scalars, by: graph.matrix, width: run.inputs) : x.scalars
        var sums = Rows.repeated(bias.scalars, count: run.nodes)
        sums.withMutableSpan { sums in
            if let edges, let edgeWeight {
                BLAS.addProduct(
                    edges.scalars.span, run.edges, edgeWeight.scalars.span, run.edgeWeight.transposed, into: &sums,
                    run.results)
            }
            if gathersFirst {
                run.addProduct(of: source, weight, into: &sums)
            } else {
                var own = [Float](repeating: 0, count: sums.count)
                own.withMutableSpan { run.addProduct(of: source, weight, into: &$0) }
                graph.matrix.addProduct(with: own.span, width: run.outputs, into: &sums)
            }
        }
        let beforeActivation = activation == .gelu ? sums : []
        sums.withMutableSpan { activation.apply(to: &$0) }
        let result = sums
        let shape: Shape = [run.nodes, run.outputs]
        let hearsTracked = edges?.isTracked == true || edgeWeight?.isTracked == true
        guard x.isTracked || weight.isTracked || bias.isTracked || hearsTracked else {
            return Tensor(result, shape: shape)
        }
        let inputs = [x, weight, bias] + (edges.map { [$0] } ?? []) + (edgeWeight.map { [$0] } ?? [])
        return Tensor(result, shape: shape, inputs: inputs) { upstream, adjoints in
            var gradient = upstream
            gradient.withMutableSpan { activation.pullBack(&$0, result: result.span, sums: beforeActivation.span) }
            let g = gradient.span
            adjoints.accumulate(into: bias) { Rows.addSum(g, into: &$0) }
            if let edges, let edgeWeight {
                adjoints.accumulate(into: edges) {
                    BLAS.addProduct(g, run.results, edgeWeight.scalars.span, run.edgeWeight, into: &$0, run.edges)
                }
                adjoints.accumulate(into: edgeWeight) {
                    BLAS.addProduct(
                        g, run.results.transposed, edges.scalars.span, run.edges, into: &$0, run.edgeWeight)
                }
            }
            run.pullBack(gradient, x, weight, source, graph, gathersFirst: gathersFirst, &adjoints)
        }
    }
}

/// The sizes of a graph convolution, and how its matrices lie.
private struct GraphConvolutionRun: Sendable {
    let nodes: Int
    let inputs: Int
    let outputs: Int
    let edgeInputs: Int

    /// X [N, I]
    var features: MatrixLayout { MatrixLayout(rows: nodes, columns: inputs) }
    /// W [O, I]
    var weight: MatrixLayout { MatrixLayout(rows: outputs, columns: inputs) }
    /// S [N, F]
    var edges: MatrixLayout { MatrixLayout(rows: nodes, columns: edgeInputs) }
    /// V [O, F]
    var edgeWeight: MatrixLayout { MatrixLayout(rows: outputs, columns: edgeInputs) }
    /// Y [N, O]
    var results: MatrixLayout { MatrixLayout(rows: nodes, columns: outputs) }

    /// Adds x Wᵀ for x [N, I], by a transposed copy of W: products with one are a tenth faster or more.
    func addProduct(of x: [Float], _ w: Tensor, into sums: inout MutableSpan<Float>) {
        let transpose = Rows.transposed(w.scalars, width: inputs)
        BLAS.addProduct(
            x.span, features, transpose.span, MatrixLayout(rows: inputs, columns: outputs), into: &sums, results)
    }

    /// A product of a sparse matrix with `x`, [N, width].
    func gathered(_ x: [Float], by matrix: SparseMatrix, width: Int) -> [Float] {
        var sums = [Float](repeating: 0, count: nodes * width)
        sums.withMutableSpan { matrix.addProduct(with: x.span, width: width, into: &$0) }
        return sums
    }

    /// Adds to the gradients by X and W; `source` is what W was multiplied with.
    ///
    ///     Y = (Â X) Wᵀ:   δW = Gᵀ (Â X)     δX = Âᵀ (G W)
    ///     Y = Â (X Wᵀ):   δW = (Âᵀ G)ᵀ X    δX = (Âᵀ G) W
    func pullBack(
        _ gradient: [Float], _ x: Tensor, _ w: Tensor, _ source: [Float], _ graph: Adjacency, gathersFirst: Bool,
        _ adjoints: inout Adjoints
    ) {
        let heard = gathersFirst ? gradient : gathered(gradient, by: graph.transpose, width: outputs)
        adjoints.accumulate(into: w) {
            BLAS.addProduct(heard.span, results.transposed, source.span, features, into: &$0, weight)
        }
        adjoints.accumulate(into: x) { total in
            guard gathersFirst else {
                return BLAS.addProduct(heard.span, results, w.scalars.span, weight, into: &total, features)
            }
            var own = [Float](repeating: 0, count: total.count)
            own.withMutableSpan { BLAS.addProduct(heard.span, results, w.scalars.span, weight, into: &$0, features) }
            graph.transpose.addProduct(with: own.span, width: inputs, into: &total)
        }
    }
}
