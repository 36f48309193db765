import Kernels
import Tensors

/// Adds to each element of a sequence what tells its place: y_t = x_t + p_t, from [B, T, D] to the same shape.
///
/// p is fixed, with p_{t, 2 i} = sin(t / 10000^(2 i / D)) and p_{t, 2 i + 1} = cos of the same angle: Vaswani et al.,
/// "Attention Is All You Need", 2017, section 3.5. One that is learned is an ``Embedding`` of the places.
public struct PositionalEncoding: Layer {
    /// p, of shape [L, D], for the longest sequence.
    public let table: Tensor

    /// For sequences of up to `longest` elements of `width` numbers.
    public init(width: Int, longest: Int) {
        table = Tensor(PositionalTable.sinusoids(places: longest, width: width), shape: [longest, width])
    }

    /// y for x of shape [B, T, D], where T is at most L.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(
            x.shape.rank == 3 && x.shape[1] <= table.shape[0] && x.shape[2] == table.shape[1],
            "a positional encoding \(table.shape) of sequences \(x.shape)")
        return x + table.slice(0..<x.shape[1], alongAxis: 0)
    }

    /// None.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {}
}
