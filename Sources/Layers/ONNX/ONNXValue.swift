/// An array on its way through an ``ONNXGraph``: an input, a constant or the result of a node.
///
/// It belongs to the graph that made it.
public struct ONNXValue: Hashable, Sendable {
    /// Its name, unique in the graph.
    public let name: String

    init(name: String) { self.name = name }
}

/// What the elements of an array are; the raw value is the number in ONNX's `TensorProto.DataType`.
public enum ONNXElement: Int, Sendable {
    /// 32-bit floating point.
    case float = 1
    /// 32-bit whole numbers.
    case int32 = 6
    /// 64-bit whole numbers: indices and lengths.
    case int64 = 7
    /// Truth values.
    case bool = 9
}

/// One axis of an input or an output: a length, or a name where each call may have its own.
///
/// ```swift
/// let shape: [ONNXAxis] = ["N", 9, 16]
/// ```
public enum ONNXAxis: Hashable, Sendable {
    /// Always of this length.
    case length(Int)
    /// As long as the call makes it; axes of the same name are of the same length.
    case dynamic(String)
}

extension ONNXAxis: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, CustomStringConvertible {
    /// An axis of a length.
    public init(integerLiteral length: Int) { self = .length(length) }

    /// An axis with a name.
    public init(stringLiteral name: String) { self = .dynamic(name) }

    /// The length or the name.
    public var description: String {
        switch self {
        case .length(let length): "\(length)"
        case .dynamic(let name): name
        }
    }
}

/// An input or an output of a graph.
public struct ONNXSignature: Hashable, Sendable {
    /// Its name, by which a runtime takes and gives it.
    public var name: String
    /// What its elements are.
    public var element: ONNXElement
    /// Its axes.
    public var shape: [ONNXAxis]
}

/// A constant that a node is given beside its inputs; literals of whole numbers, of lists of them and of texts will do.
public enum ONNXAttribute: Sendable {
    /// A whole number.
    case integer(Int)
    /// A floating-point number.
    case float(Float)
    /// A text.
    case text(String)
    /// Whole numbers.
    case integers([Int])
}

extension ONNXAttribute: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// A whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }

    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }

    /// Whole numbers.
    public init(arrayLiteral values: Int...) { self = .integers(values) }
}
