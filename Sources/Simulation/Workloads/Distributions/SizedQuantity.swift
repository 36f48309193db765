import Glibc
import Kernels

/// A quantity of a task, such as its duration, that may depend on the size of its input.
public struct SizedQuantity: Sendable, Hashable {
    /// How it depends on the size of the input.
    public enum Dependence: Sendable, Hashable {
        /// Not at all: there is one distribution.
        case none
        /// As a power of it: value = (input bytes / reference)^exponent × a draw from the one distribution. It is the log-linear
        /// regression ln value = a + exponent · ln input + residual with the residuals as a distribution of their own.
        case power(exponent: Double, referenceBytes: Double)
        /// In steps: one distribution for inputs up to each of these sizes, in ascending order, and one beyond them.
        case steps(upTo: [Double])
    }

    /// How it depends on the size of the input.
    public var dependence: Dependence
    /// What is drawn from: one distribution, or one for each step.
    public private(set) var distributions: [Distribution]
    /// How well these describe what they were fitted to; of steps, the worst of them.
    public var fit: GoodnessOfFit?

    /// A quantity that does not depend on the input, or does as a power of it.
    public init(_ distribution: Distribution, _ dependence: Dependence = .none, fit: GoodnessOfFit? = nil) {
        self.init([distribution], dependence, fit: fit)
    }

    /// A quantity with a distribution for each step.
    public init(_ distributions: [Distribution], _ dependence: Dependence, fit: GoodnessOfFit? = nil) {
        var expected = 1
        if case .steps(let bounds) = dependence { expected = bounds.count + 1 }
        precondition(distributions.count == expected, "\(distributions.count) distributions for \(expected) steps")
        self.dependence = dependence
        self.distributions = distributions
        self.fit = fit
    }

    /// A random value for a task that reads `inputBytes`; a size under a byte counts as one.
    public func draw(inputBytes: Double?, using generator: inout SeededGenerator) -> Double {
        switch dependence {
        case .none: distributions[0].draw(using: &generator)
        case .power: distributions[0].draw(using: &generator) * growth(at: inputBytes)
        case .steps(let bounds): distributions[step(of: inputBytes, bounds)].draw(using: &generator)
        }
    }

    /// What a draw is multiplied with at this size of input.
    func growth(at inputBytes: Double?) -> Double {
        guard case .power(let exponent, let reference) = dependence, let inputBytes else { return 1 }
        return pow(max(inputBytes, 1) / reference, exponent)
    }

    private func step(of inputBytes: Double?, _ bounds: [Double]) -> Int {
        guard let inputBytes else { return 0 }
        return bounds.firstIndex { inputBytes <= $0 } ?? bounds.count
    }
}
