import Kernels
import Tensors
import Testing

/// One operation and the shapes that it is tried on; the golden file has a case of the same name and shapes.
struct OperationCase: Sendable, CustomTestStringConvertible {
    /// Which inputs the operation is smooth on.
    enum Domain {
        case plain
        case positive
        case awayFromZero
    }

    let name: String
    let shapes: [Shape]
    let domain: Domain
    let apply: @Sendable ([Tensor]) -> Tensor

    init(
        _ name: String, _ shapes: [Shape], _ domain: Domain = .plain, _ apply: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        self.name = name
        self.shapes = shapes
        self.domain = domain
        self.apply = apply
    }

    var testDescription: String { name }

    /// Random inputs of its shapes and domain.
    func inputs(seed: UInt64) -> [Tensor] {
        var generator = SeededGenerator(seed: seed)
        return shapes.map { shape in
            let normal = Tensor.normal(shape, using: &generator).scalars
            let values: [Float] =
                switch domain {
                case .plain: normal
                case .positive: normal.map { abs($0) + 0.1 }
                case .awayFromZero: normal.map { $0 < 0 ? $0 - 0.3 : $0 + 0.3 }
                }
            return Tensor(values, shape: shape)
        }
    }
}

extension OperationCase {
    static let all =
        arithmetic + selections + functions + softmaxes + reductions + products + linearMaps + shaping + gathering
        + joining

    static let arithmetic = [
        OperationCase("add same", [[3, 5], [3, 5]]) { $0[0] + $0[1] },
        OperationCase("add row", [[3, 5], [5]]) { $0[0] + $0[1] },
        OperationCase("add column", [[3, 1], [3, 5]]) { $0[0] + $0[1] },
        OperationCase("add outer", [[3, 1, 2], [7, 1]]) { $0[0] + $0[1] },
        OperationCase("add middle", [[2, 3, 5], [2, 1, 5]]) { $0[0] + $0[1] },
        OperationCase("subtract number", [[3, 5], []]) { $0[0] - $0[1] },
        OperationCase("subtract four axes", [[2, 1, 3, 1], [1, 5, 1, 2]]) { $0[0] - $0[1] },
        OperationCase("multiply same", [[1, 7], [1, 7]]) { $0[0] * $0[1] },
        OperationCase("multiply row", [[2, 3, 5], [5]]) { $0[0] * $0[1] },
        OperationCase("multiply column", [[5, 3], [5, 1]]) { $0[0] * $0[1] },
        OperationCase("divide same", [[3, 2], [3, 2]], .awayFromZero) { $0[0] / $0[1] },
        OperationCase("divide number", [[7], [1]], .awayFromZero) { $0[0] / $0[1] },
        OperationCase("divide by row", [[3, 1], [1, 5]], .awayFromZero) { $0[0] / $0[1] },
        OperationCase("add constant", [[3, 2]]) { 1.5 + $0[0] + 2 },
        OperationCase("constant minus", [[3, 2]]) { 1.5 - $0[0] },
        OperationCase("scale", [[3, 2]]) { -(2 * $0[0] * 0.5) / 4 },
        OperationCase("one over", [[5]], .awayFromZero) { 1 / $0[0] },
        OperationCase("used twice", [[3, 5]]) { $0[0] * $0[0] + $0[0] },
    ]

    static let selections = [
        OperationCase("maximum", [[3, 5], [5]]) { .maximum($0[0], $0[1]) },
        OperationCase("maximum of equals", [[3]]) { .maximum($0[0], $0[0] * 1) },
        OperationCase("maximum of a number", [[2, 3]]) { .maximum($0[0], -0.25) },
        OperationCase("minimum", [[3, 1], [1, 5]]) { .minimum($0[0], $0[1]) },
        OperationCase("minimum of a number", [[7]]) { .minimum($0[0], 0.25) },
        OperationCase("power", [[3, 5], [3, 1]], .positive) { $0[0].raised(to: $0[1]) },
        OperationCase("power of a number", [[3, 5]], .awayFromZero) { $0[0].raised(to: 3) },
        OperationCase("clipped", [[3, 7]]) { $0[0].clipped(to: -0.5...1) },
        OperationCase("masked", [[3, 5], [5]], .awayFromZero) { $0[0] * ($0[0] .> $0[1]) * ($0[1] .<= 0) },
        OperationCase("masked by equality", [[3, 5]]) {
            $0[0] * (Tensor.range(to: 5) .== Tensor.range(to: 3).reshaped([3, 1]))
        },
        OperationCase("replaced", [[3, 5], [3, 5]]) {
            $0[0].replacing(with: $0[1], where: Tensor([1, 0, 0, 1, 0], shape: [5]))
        },
        OperationCase("replaced by a row", [[3, 1], [5]]) {
            $0[0].replacing(with: $0[1], where: Tensor([1, 0, 1], shape: [3, 1]))
        },
        OperationCase("replaced by a larger mask", [[5], [1]]) {
            $0[0].replacing(with: $0[1], where: Tensor([1, 0, 1], shape: [3, 1]))
        },
        OperationCase("replaced by a number", [[2, 3, 3]]) {
            $0[0].replacing(with: -2, where: Tensor.range(to: 3) .> Tensor.range(to: 3).reshaped([3, 1]))
        },
    ]

    static let functions = [
        OperationCase("relu", [[3, 5]], .awayFromZero) { $0[0].relu() },
        OperationCase("tanh", [[3, 5]]) { $0[0].tanh() },
        OperationCase("sigmoid", [[3, 5]]) { $0[0].sigmoid() },
        OperationCase("softplus", [[3, 5]]) { $0[0].softplus() },
        OperationCase("gelu", [[3, 7]]) { $0[0].gelu() },
        OperationCase("gelu of large", [[3, 7]]) { (4 * $0[0]).gelu() },
        OperationCase("gelu by tanh", [[3, 7]]) { $0[0].geluByTanh() },
        OperationCase("gelu by tanh of large", [[3, 7]]) { (4 * $0[0]).geluByTanh() },
        OperationCase("exp", [[1, 1]]) { $0[0].exp() },
        OperationCase("log", [[3, 5]], .positive) { $0[0].log() },
        OperationCase("sqrt", [[7]], .positive) { $0[0].sqrt() },
        OperationCase("squared", [[3, 5]]) { $0[0].squared() },
        OperationCase("abs", [[3, 5]], .awayFromZero) { $0[0].abs() },
    ]

    static let softmaxes = [
        OperationCase("softmax", [[3, 7]]) { $0[0].softmax() },
        OperationCase("softmax three axes", [[2, 3, 5]]) { $0[0].softmax() },
        OperationCase("softmax of one", [[3, 1]]) { $0[0].softmax() },
        OperationCase("softmax first", [[5, 3]]) { $0[0].softmax(alongAxis: 0) },
        OperationCase("softmax middle", [[2, 5, 3]]) { $0[0].softmax(alongAxis: 1) },
        OperationCase("softmax of nothing", [[0, 3]]) { $0[0].softmax() },
        OperationCase("log softmax", [[3, 7]]) { $0[0].logSoftmax() },
        OperationCase("log softmax first", [[7, 2, 3]]) { $0[0].logSoftmax(alongAxis: 0) },
        OperationCase("log sum exp last", [[3, 7]]) { $0[0].logSumExp(alongAxis: -1) },
        OperationCase("log sum exp first", [[5, 3]]) { $0[0].logSumExp(alongAxis: 0, keepingAxis: true) },
        OperationCase("log sum exp of two axes", [[2, 5, 3]]) { $0[0].logSumExp(alongAxes: [0, 2]) },
        OperationCase("log sum exp of one", [[1, 1]]) { $0[0].logSumExp(alongAxis: 1) },
    ]

    static let reductions = [
        OperationCase("sum", [[2, 3, 5]]) { $0[0].sum() },
        OperationCase("mean", [[7]]) { $0[0].mean() },
        OperationCase("sum first", [[2, 3, 5]]) { $0[0].sum(alongAxis: 0) },
        OperationCase("sum middle", [[2, 3, 5]]) { $0[0].sum(alongAxis: 1, keepingAxis: true) },
        OperationCase("sum last", [[2, 3, 5]]) { $0[0].sum(alongAxis: -1) },
        OperationCase("sum of two axes", [[2, 3, 5, 7]]) { $0[0].sum(alongAxes: [-1, 1]) },
        OperationCase("sum of neighbours", [[2, 3, 5, 7]]) { $0[0].sum(alongAxes: [1, 2], keepingAxes: true) },
        OperationCase("sum of all axes", [[2, 3, 5]]) { $0[0].sum(alongAxes: [0, 1, 2]) },
        OperationCase("sum of no axes", [[2, 3]]) { $0[0].sum(alongAxes: []) },
        OperationCase("sum of nothing", [[0, 3]]) { $0[0].sum(alongAxis: 0) },
        OperationCase("mean last", [[3, 7]]) { $0[0].mean(alongAxis: -1, keepingAxis: true) },
        OperationCase("mean of two axes", [[2, 3, 5]]) { $0[0].mean(alongAxes: [0, 1]) },
        OperationCase("max", [[3, 5]]) { $0[0].max() },
        OperationCase("max first", [[5, 3]]) { $0[0].max(alongAxis: 0, keepingAxis: true) },
        OperationCase("max last", [[3, 11]]) { $0[0].max(alongAxis: -1) },
        OperationCase("max of two axes", [[2, 3, 5]]) { $0[0].max(alongAxes: [0, 2]) },
        OperationCase("min last", [[3, 11]]) { $0[0].min(alongAxis: -1) },
        OperationCase("min middle", [[2, 3, 5]]) { $0[0].min(alongAxis: 1) },
        OperationCase("variance last", [[3, 7]]) { $0[0].variance(alongAxis: -1, correction: 0) },
        OperationCase("variance first, unbiased", [[7, 3]]) {
            $0[0].variance(alongAxis: 0, correction: 1, keepingAxis: true)
        },
        OperationCase("variance of two axes", [[2, 3, 5]]) { $0[0].variance(alongAxes: [0, 2], correction: 1) },
        OperationCase("variance of one", [[3, 1]]) { $0[0].variance(alongAxis: 1, correction: 0) },
    ]

    static let products = [
        OperationCase("matmul", [[3, 5], [5, 2]]) { $0[0].matmul($0[1]) },
        OperationCase("matmul right", [[3, 5], [2, 5]]) { $0[0].matmul($0[1], transposed: true) },
        OperationCase("matmul left", [[5, 3], [5, 2]]) { $0[0].matmul($0[1], transposingSelf: true) },
        OperationCase("matmul both", [[5, 3], [2, 5]]) {
            $0[0].matmul($0[1], transposed: true, transposingSelf: true)
        },
        OperationCase("matmul one row", [[1, 7], [7, 3]]) { $0[0].matmul($0[1]) },
        OperationCase("matmul one column", [[3, 7], [1, 7]]) { $0[0].matmul($0[1], transposed: true) },
        OperationCase("matmul inner one", [[3, 1], [1, 5]]) { $0[0].matmul($0[1]) },
        OperationCase("matmul batches", [[2, 3, 5], [2, 5, 7]]) { $0[0].matmul($0[1]) },
        OperationCase("matmul batches right", [[2, 3, 5], [2, 7, 5]]) { $0[0].matmul($0[1], transposed: true) },
        OperationCase("matmul batches left", [[2, 5, 3], [2, 5, 7]]) { $0[0].matmul($0[1], transposingSelf: true) },
        OperationCase("matmul batches both", [[2, 5, 3], [2, 7, 5]]) {
            $0[0].matmul($0[1], transposed: true, transposingSelf: true)
        },
        OperationCase("matmul shared right", [[2, 3, 5], [5, 7]]) { $0[0].matmul($0[1]) },
        OperationCase("matmul shared right transposed", [[2, 3, 5], [1, 7, 5]]) {
            $0[0].matmul($0[1], transposed: true)
        },
        OperationCase("matmul shared right of a transposed left", [[2, 5, 3], [5, 7]]) {
            $0[0].matmul($0[1], transposingSelf: true)
        },
        OperationCase("matmul shared left", [[3, 5], [2, 5, 7]]) { $0[0].matmul($0[1]) },
        OperationCase("matmul outer batches", [[2, 1, 3, 5], [3, 5, 2]]) { $0[0].matmul($0[1]) },
        OperationCase("matmul four axes", [[2, 3, 5, 2], [2, 3, 7, 2]]) { $0[0].matmul($0[1], transposed: true) },
        OperationCase("matmul batches of one row", [[3, 1, 5], [3, 5, 7]]) { $0[0].matmul($0[1]) },
        OperationCase("matmul no batches", [[0, 3, 5], [0, 5, 7]]) { $0[0].matmul($0[1]) },
    ]

    static let linearMaps = [
        OperationCase("linear", [[3, 5], [2, 5], [2]]) { $0[0].linear(weight: $0[1], bias: $0[2]) },
        OperationCase("linear one row", [[1, 5], [7, 5], [7]]) { $0[0].linear(weight: $0[1], bias: $0[2]) },
        OperationCase("linear relu", [[3, 5], [2, 5], [2]]) {
            $0[0].linear(weight: $0[1], bias: $0[2], activation: .relu)
        },
        OperationCase("linear tanh", [[3, 5], [2, 5], [2]]) {
            $0[0].linear(weight: $0[1], bias: $0[2], activation: .tanh)
        },
        OperationCase("linear sigmoid", [[3, 5], [2, 5], [2]]) {
            $0[0].linear(weight: $0[1], bias: $0[2], activation: .sigmoid)
        },
    ]

    static let shaping = [
        OperationCase("reshaped", [[3, 4]]) { $0[0].reshaped([2, 6]) },
        OperationCase("axis inserted", [[3, 5]]) { $0[0].insertingAxis(at: 1) },
        OperationCase("axis inserted last", [[3, 5]]) { $0[0].insertingAxis(at: -1) },
        OperationCase("axis removed", [[3, 1, 5]]) { $0[0].removingAxis(1) },
        OperationCase("broadcast", [[3, 1, 2]]) { $0[0].broadcast(to: [2, 3, 5, 2]) },
        OperationCase("broadcast to nothing", [[1, 3]]) { $0[0].broadcast(to: [0, 3]) },
        OperationCase("transposed", [[3, 5]]) { $0[0].transposed() },
        OperationCase("transposed large", [[19, 37]]) { $0[0].transposed() },
        OperationCase("transposed outer", [[2, 3, 5]]) { $0[0].transposed(0, 1) },
        OperationCase("transposed far", [[2, 3, 5, 7]]) { $0[0].transposed(0, -1) },
        OperationCase("permuted three", [[2, 3, 5]]) { $0[0].permuted([2, 0, 1]) },
        OperationCase("permuted four", [[2, 3, 5, 7]]) { $0[0].permuted([3, 1, 0, 2]) },
        OperationCase("permuted heads", [[2, 5, 3, 7]]) { $0[0].permuted([0, 2, 1, -1]) },
        OperationCase("permuted ones", [[1, 3, 1, 5]]) { $0[0].permuted([2, 3, 0, 1]) },
    ]

    static let gathering = [
        OperationCase("slice first", [[5, 3]]) { $0[0].slice(1..<4, alongAxis: 0) },
        OperationCase("slice last", [[2, 3, 7]]) { $0[0].slice(2..<5, alongAxis: -1) },
        OperationCase("slice from", [[2, 7, 3]]) { $0[0].slice(2..., alongAxis: 1) },
        OperationCase("slice by steps", [[3, 7]]) { $0[0].slice(1..., by: 2, alongAxis: 1) },
        OperationCase("slice of nothing", [[3, 7]]) { $0[0].slice(2..<2, alongAxis: 1) },
        OperationCase("slice twice", [[5, 3]]) {
            $0[0].slice(0..<2, alongAxis: 0) * $0[0].slice(1..<3, alongAxis: 0)
        },
        OperationCase("slice at", [[2, 5, 3]]) { $0[0].slice(3, alongAxis: 1) },
        OperationCase("slice at the end", [[2, 5, 3]]) { $0[0].slice(-1, alongAxis: -1) },
        OperationCase("take first", [[5, 3]]) { $0[0].take([4, 0, 4, 1], alongAxis: 0) },
        OperationCase("take middle", [[2, 5, 3]]) { $0[0].take([1, 1, 3], alongAxis: 1) },
        OperationCase("take last", [[3, 7]]) { $0[0].take([6, 0, 6], alongAxis: -1) },
        OperationCase("take none", [[5, 3]]) { $0[0].take([], alongAxis: 0) },
        OperationCase("scatter adding first", [[5, 3], [4, 3]]) {
            $0[0].scatterAdding($0[1], at: [4, 0, 4, 1], alongAxis: 0)
        },
        OperationCase("scatter adding last", [[2, 3], [2, 5]]) {
            $0[0].scatterAdding($0[1], at: [2, 2, 0, 2, 1], alongAxis: -1)
        },
        OperationCase("gather last", [[3, 5]]) { $0[0].gather([4, 0, 4], alongAxis: -1) },
        OperationCase("gather middle", [[2, 3, 2]]) { $0[0].gather([2, 0, 1, 1], alongAxis: 1, keepingAxis: true) },
        OperationCase("scattered last", [[3]]) { $0[0].scattered(to: [1, 0, 1], alongAxis: -1, count: 2) },
        OperationCase("scattered middle", [[2, 3]]) {
            $0[0].scattered(to: [4, 0, 1, 1, 2, 0], alongAxis: 1, count: 5)
        },
    ]

    static let joining = [
        OperationCase("concatenate first", [[2, 3], [1, 3]]) { .concatenated($0, alongAxis: 0) },
        OperationCase("concatenate last", [[2, 3], [2, 1], [2, 5]]) { .concatenated($0, alongAxis: -1) },
        OperationCase("concatenate nothing", [[2, 3], [2, 0]]) { .concatenated($0, alongAxis: 1) },
        OperationCase("stacked", [[2, 3], [2, 3], [2, 3]]) { .stacked($0) },
        OperationCase("stacked last", [[2, 3], [2, 3]]) { .stacked($0, alongAxis: -1) },
        OperationCase("stacked numbers", [[], [], []]) { .stacked($0) },
        OperationCase("unstacked", [[2, 3, 5]]) {
            let parts = $0[0].unstacked(alongAxis: 1)
            return parts[2] * parts[0] + parts[1]
        },
    ]
}
