import Foundation
import Tensors

/// Values and gradients that an independent implementation made, from a file of a `Golden` folder.
public struct GoldenCases: Decodable, Sendable {
    /// One array.
    public struct Values: Decodable, Sendable {
        let shape: [Int]
        /// Row-major.
        public let values: [Float]

        /// The array as a tensor.
        public var tensor: Tensor { Tensor(values, shape: Shape(shape)) }
    }

    /// One operation on given inputs.
    public struct Case: Decodable, Sendable {
        /// What it was applied to.
        public let inputs: [Values]
        /// A mask, for cases with one.
        public let mask: Values?
        /// The result.
        public let output: Values
        /// The gradient of a loss by the result.
        public let upstream: Values
        /// The gradients of that loss by the inputs.
        public let gradients: [Values]
    }

    /// The cases by name.
    public let cases: [String: Case]

    /// Reads the file `name` of the golden `folder` beside the test `source`.
    public static func read(
        _ name: String, besideTest source: String, folder: String = "Golden"
    ) throws -> GoldenCases {
        let place = URL(fileURLWithPath: source).deletingLastPathComponent()
        let data = try Data(contentsOf: place.appendingPathComponent(folder + "/" + name))
        return try JSONDecoder().decode(GoldenCases.self, from: data)
    }
}

extension GoldenCases.Case {
    /// The largest differences of the output and of each gradient from those of `operation`; infinite if a shape differs.
    public func differences(of operation: ([Tensor]) -> Tensor) -> (output: Float, gradients: [Float]) {
        let inputs = self.inputs.map(\.tensor)
        let output = operation(inputs)
        let sameShape = output.shape == self.output.tensor.shape
        let found = Self.gradients(operation, inputs, upstream.values)
        return (
            sameShape ? largestDifference(output.scalars, self.output.values) : .infinity,
            zip(found, gradients).map { largestDifference($0, $1.values) }
        )
    }

    private static func gradients(
        _ operation: ([Tensor]) -> Tensor, _ inputs: [Tensor], _ upstream: [Float]
    ) -> [[Float]] {
        NumericalChecks.gradients(of: operation, at: inputs, upstream: upstream)
    }
}
