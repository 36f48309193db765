import Files
import Kernels
import Layers
import Prediction
import Tensors
import Workflows

/// The shape of a ``ResidualNetwork``, kept in the manifest of a version.
public protocol ResidualArchitecture: Hashable, Sendable {
    /// Past executions of the task's own type that are read, K.
    var history: Int { get }
    /// Past executions of the task's run, or else of its workflow, of other types, M.
    var context: Int { get }
    /// All whole numbers that make it up, by name.
    var fields: [String: Int] { get }

    /// The shape as a manifest states it.
    /// - Throws: `InputError` that names a field that is missing or out of bounds: a hostile manifest asks for no more
    ///   memory than a large model.
    init(_ fields: [String: Int]) throws
}

extension ResidualArchitecture {
    /// Executions in a sequence, M + K + 1, the task itself being the last.
    public var length: Int { history + context + 1 }
}

/// A network that reads past executions and a task, and answers with quantiles of what the base leaves.
public protocol ResidualNetwork: Module {
    /// Its shape.
    associatedtype Architecture: ResidualArchitecture

    /// The kind of model, as in the catalog.
    static var kind: String { get }
    /// What it is called in a reason, such as `the LSTM`.
    static var words: String { get }

    /// Fresh weights, whose first answer is the same for each task: ``QuantileHeads/start``.
    init(_ architecture: Architecture, using generator: inout SeededGenerator)

    /// Scaled residuals [B, 3, Q] at the Q levels of `ForecastLevels.all`, for sequences of B tasks.
    func callAsFunction(_ sequences: Sequences) -> Tensor

    /// The same of `sequences` [N, T, 16] and `mask` [N, T] in ONNX's operators.
    func export(_ sequences: ONNXValue, mask: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue
}

/// Encoded sequences of several tasks.
public struct Sequences: Sendable {
    /// [B, T, 16], as ``SequenceEncoder`` writes it.
    public var inputs: Tensor
    /// [B, T]: 1 for an execution, 0 for the padding in front.
    public var mask: Tensor
}

/// Three heads of quantiles over one state, for CPU, memory and duration: from [B, H] to [B, 3, Q].
public struct QuantileHeads: Module {
    /// In the order of the targets.
    var heads: [QuantileHead]

    /// The levels Q.
    static let levels = ForecastLevels.all.map { Float($0) }
    /// Residuals over their spread before anything is learned: those of a logistic distribution whose median absolute
    /// deviation is 1 / 1.4826, ln(q / (1 - q)) / (1.4826 ln 3).
    static let start = ForecastLevels.all.map { logarithm($0 / (1 - $0)) / (1.4826 * logarithm(3.0)) }

    /// Heads that answer ``start`` whatever the state.
    init(inputs: Int) {
        var biases = [Float(Self.start[0])]
        for (low, high) in zip(Self.start, Self.start.dropFirst()) {
            // softplus(b) = high - low
            biases.append(naturalLogarithm(exponential(Float(high - low)) - 1))
        }
        let linear = Linear(
            weight: .zeros([biases.count, inputs]), bias: Tensor(biases, shape: [biases.count]))
        heads = ResourceTarget.allCases.map { _ in QuantileHead(linear: linear, quantiles: Self.levels) }
    }

    /// [B, 3, Q] of states [B, H].
    func callAsFunction(_ states: Tensor) -> Tensor { .stacked(heads.map { $0(states) }, alongAxis: 1) }

    /// `cpu.linear.weight` and so on.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        for (place, target) in ResourceTarget.allCases.enumerated() {
            try heads[place].forEachParameter(named: target.rawValue, body)
        }
    }

    /// The same of states [N, H]: `Unsqueeze` (opset 13) and `Concat` (13).
    func export(_ states: ONNXValue, to graph: inout ONNXGraph) -> ONNXValue {
        let parts = zip(heads, ResourceTarget.allCases).map { head, target in
            let quantiles = graph.scope(target.rawValue) { head.export(states, to: &$0) }
            return graph.node("Unsqueeze", quantiles, graph.constant([1]))
        }
        return graph.nodes("Concat", parts, results: 1, attributes: ["axis": 1])[0]
    }
}

extension ResidualArchitecture {
    /// The value of a field, within bounds.
    static func field(_ name: String, of fields: [String: Int], _ range: ClosedRange<Int>) throws -> Int {
        guard let value = fields[name] else {
            throw InputError(
                "is missing: a version of another layout, to be trained again", field: "architecture.\(name)")
        }
        guard range.contains(value) else {
            throw InputError(
                "is \(value), not \(range.lowerBound) to \(range.upperBound)", field: "architecture.\(name)")
        }
        return value
    }
}

extension ResidualArchitecture {
    /// Checks what a manifest says of the numbers that go in and come out.
    static func checkEnds(of fields: [String: Int]) throws {
        for (name, wanted) in [
            ("inputs", SequenceEncoder.width), ("outputs", 3), ("quantiles", QuantileHeads.levels.count),
        ] {
            let value = try field(name, of: fields, 1...1024)
            guard value == wanted else {
                throw InputError("is \(value), not \(wanted)", field: "architecture.\(name)")
            }
        }
    }
}
