import Kernels

/// The derivatives of a loss by the parameters of a model.
public struct Gradients: Sendable, Equatable {
    /// One array for each parameter, in the order of `forEachParameter`, row-major.
    public var parameters: [[Float]]

    /// The gradients `parameters`, in the order of `forEachParameter`.
    public init(_ parameters: [[Float]]) {
        self.parameters = parameters
    }

    /// The Euclidean norm over all parameters together.
    public var norm: Float {
        let norms = parameters.map { BLAS.norm($0.span) }
        return BLAS.norm(norms.span)
    }

    /// Scales all gradients so that their common norm is at most `maximumNorm` (Pascanu, Mikolov, Bengio, 2013).
    ///
    /// - Returns: the norm before.
    @discardableResult
    public mutating func clip(toNorm maximumNorm: Float) -> Float {
        let norm = norm
        if norm > maximumNorm { scale(by: maximumNorm / norm) }
        return norm
    }

    /// Multiplies all gradients by `factor`.
    public mutating func scale(by factor: Float) {
        for place in parameters.indices {
            parameters[place].withMutableSpan { gradient in Elementwise.update(&gradient) { $0 * factor } }
        }
    }

    /// The first parameter, in order, with a derivative that is infinite or not a number.
    public var firstNotFinite: Int? {
        parameters.firstIndex { !Reduction.isFinite($0.span) }
    }
}
