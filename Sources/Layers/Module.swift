import Tensors

/// A layer or a network: a value with parameters, called like a function.
///
/// A module of modules hands out the parameters of each part under its name:
///
/// ```swift
/// struct Network: Module {
///     var hidden: Linear
///     var output: Linear
///
///     func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x)) }
///
///     mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
///         try hidden.forEachParameter(named: "hidden", body)
///         try output.forEachParameter(named: "output", body)
///     }
/// }
/// ```
/// A module from one tensor to one tensor is a ``Layer``, and layers join in a ``Sequential`` without such a type.
public protocol Module: Parameterized, Sendable {}

extension Module {
    /// Hands out the parameters of this part of a module, with the part's name and a dot in front of theirs.
    public mutating func forEachParameter(
        named name: String, _ body: (String, inout Tensor) throws -> Void
    ) rethrows {
        try forEachParameter { own, parameter in
            // In one piece of the right size: a string that grows as it is joined is allocated twice.
            var whole = name
            whole.reserveCapacity(name.utf8.count + 1 + own.utf8.count)
            whole += "."
            whole += own
            try body(whole, &parameter)
        }
    }

    /// Names and shapes of the parameters, in order.
    public var parameterShapes: [(name: String, shape: Shape)] {
        var copy = self
        var shapes: [(String, Shape)] = []
        copy.forEachParameter { shapes.append(($0, $1.shape)) }
        return shapes
    }

    /// The number of scalars to learn.
    public var parameterCount: Int {
        parameterShapes.reduce(0) { $0 + $1.shape.count }
    }
}
