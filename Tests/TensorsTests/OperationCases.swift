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
    static let all = arithmetic + functions + reductions + products + shaping

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

    static let functions = [
        OperationCase("relu", [[3, 5]], .awayFromZero) { $0[0].relu() },
        OperationCase("tanh", [[3, 5]]) { $0[0].tanh() },
        OperationCase("sigmoid", [[3, 5]]) { $0[0].sigmoid() },
        OperationCase("exp", [[1, 1]]) { $0[0].exp() },
        OperationCase("log", [[3, 5]], .positive) { $0[0].log() },
        OperationCase("sqrt", [[7]], .positive) { $0[0].sqrt() },
        OperationCase("squared", [[3, 5]]) { $0[0].squared() },
        OperationCase("abs", [[3, 5]], .awayFromZero) { $0[0].abs() },
        OperationCase("softmax", [[3, 7]]) { $0[0].softmax() },
        OperationCase("softmax three axes", [[2, 3, 5]]) { $0[0].softmax() },
        OperationCase("softmax of one", [[3, 1]]) { $0[0].softmax() },
        OperationCase("log softmax", [[3, 7]]) { $0[0].logSoftmax() },
    ]

    static let reductions = [
        OperationCase("sum", [[2, 3, 5]]) { $0[0].sum() },
        OperationCase("mean", [[7]]) { $0[0].mean() },
        OperationCase("sum first", [[2, 3, 5]]) { $0[0].sum(alongAxis: 0) },
        OperationCase("sum middle", [[2, 3, 5]]) { $0[0].sum(alongAxis: 1, keepingAxis: true) },
        OperationCase("sum last", [[2, 3, 5]]) { $0[0].sum(alongAxis: -1) },
        OperationCase("mean last", [[3, 7]]) { $0[0].mean(alongAxis: -1, keepingAxis: true) },
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
        OperationCase("transposed", [[3, 5]]) { $0[0].transposed() },
        OperationCase("transposed outer", [[2, 3, 5]]) { $0[0].transposed(0, 1) },
        OperationCase("transposed far", [[2, 3, 5, 7]]) { $0[0].transposed(0, -1) },
        OperationCase("slice first", [[5, 3]]) { $0[0].slice(1..<4, alongAxis: 0) },
        OperationCase("slice last", [[2, 3, 7]]) { $0[0].slice(2..<5, alongAxis: -1) },
        OperationCase("slice twice", [[5, 3]]) {
            $0[0].slice(0..<2, alongAxis: 0) * $0[0].slice(1..<3, alongAxis: 0)
        },
        OperationCase("concatenate first", [[2, 3], [1, 3]]) { .concatenated($0, alongAxis: 0) },
        OperationCase("concatenate last", [[2, 3], [2, 1], [2, 5]]) { .concatenated($0, alongAxis: -1) },
    ]
}
