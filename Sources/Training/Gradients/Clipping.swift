import Kernels
import Tensors

/// A bound on the gradients of a step.
public enum Clipping: Sendable, Equatable {
    /// None.
    case none
    /// Every derivative is brought into [-c, c].
    case value(Float)
    /// All derivatives are scaled alike, so that their common Euclidean norm is at most c: `g ← g min(1, c / ‖g‖)`.
    ///
    /// Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1.
    case norm(Float)

    /// Bounds `gradients`, whose norm is known.
    func callAsFunction(_ gradients: inout Gradients, norm: Float) {
        switch self {
        case .none: break
        case .value(let bound): gradients.clip(toMagnitude: bound)
        case .norm(let bound): if norm > bound { gradients.scale(by: bound / norm) }
        }
    }
}

extension Gradients {
    /// Brings every derivative into [-c, c], where c is the `bound`.
    public mutating func clip(toMagnitude bound: Float) {
        precondition(bound >= 0, "a bound of \(bound) is no magnitude")
        for place in parameters.indices {
            parameters[place].withMutableSpan { gradient in
                Elementwise.update(&gradient) { min(max($0, -bound), bound) }
            }
        }
    }

    /// Adds `share` times the derivatives of another loss by the same parameters.
    ///
    /// Gradients of the mean losses of micro-batches, each added with its share of the samples, are those of the mean
    /// loss of the whole batch.
    public mutating func add(_ other: Gradients, share: Float) {
        precondition(
            other.parameters.count == parameters.count,
            "gradients by \(other.parameters.count) parameters onto \(parameters.count)")
        for place in parameters.indices {
            let addend = other.parameters[place]
            parameters[place].withMutableSpan { gradient in
                Elementwise.update(&gradient, with: addend.span) { $0 + share * $1 }
            }
        }
    }
}
