/// The lengths of a tensor's axes, outermost first; up to four, without a heap allocation.
public struct Shape: Hashable, Sendable {
    /// How many axes there are: 0 for a single number.
    public let rank: Int
    private let lengths: SIMD4<Int>

    /// Axes of the given lengths.
    public init(_ lengths: Int...) {
        self.init(lengths)
    }

    /// Axes of the given lengths: at most four, none negative, with a product that fits.
    public init(_ lengths: [Int]) {
        precondition(lengths.count <= 4, "a shape has at most four axes, not \(lengths)")
        precondition(lengths.allSatisfy { $0 >= 0 }, "an axis has no negative length: \(lengths)")
        var packed = SIMD4<Int>(repeating: 1)
        for (axis, length) in lengths.enumerated() { packed[axis] = length }
        self.rank = lengths.count
        self.lengths = packed
    }

    /// The length of an axis; negative axes count from the innermost.
    public subscript(axis: Int) -> Int {
        let place = axis < 0 ? axis + rank : axis
        precondition(place >= 0 && place < rank, "axis \(axis) of the shape \(self)")
        return lengths[place]
    }

    /// The number of scalars.
    public var count: Int { lengths[0] * lengths[1] * lengths[2] * lengths[3] }

    /// The lengths, outermost first.
    public var axes: [Int] { (0..<rank).map { lengths[$0] } }

    /// The lengths as four axes, with ones in front.
    var padded: SIMD4<Int> {
        var result = SIMD4<Int>(repeating: 1)
        for axis in 0..<rank { result[4 - rank + axis] = lengths[axis] }
        return result
    }

    /// The shape of an elementwise operation on this and `other`, by NumPy's rules of broadcasting; nil if they do not fit.
    public func broadcast(with other: Shape) -> Shape? {
        let (a, b) = (padded, other.padded)
        let rank = max(self.rank, other.rank)
        var axes: [Int] = []
        for axis in (4 - rank)..<4 {
            guard a[axis] == b[axis] || a[axis] == 1 || b[axis] == 1 else { return nil }
            axes.append(a[axis] == 1 ? b[axis] : a[axis])
        }
        return Shape(axes)
    }
}

extension Shape: CustomStringConvertible {
    /// The lengths in brackets, such as `[32, 16]`.
    public var description: String { "\(axes)" }
}

extension Shape: ExpressibleByArrayLiteral {
    /// Axes of the given lengths.
    public init(arrayLiteral lengths: Int...) {
        self.init(lengths)
    }
}
