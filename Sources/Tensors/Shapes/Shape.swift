/// The lengths of a tensor's axes, outermost first; up to four, without a heap allocation.
///
/// ```swift
/// let shape: Shape = [32, 16]
/// shape.count     // 512
/// shape[-1]       // 16
/// ```
public struct Shape: Hashable, Sendable {
    /// The largest number of axes.
    public static let maximumRank = 4

    /// How many axes there are: 0 for a single number.
    public let rank: Int
    /// The number of elements: the product of the lengths, 1 for a single number.
    public let count: Int
    /// Lengths of the axes, outermost first; behind them stand ones.
    private let lengths: FourLengths

    /// Axes of the given lengths; nil if there are more than four, if one is negative or if their product is over 2⁶².
    ///
    /// For lengths that come from outside, such as a file's.
    public init?(exactly lengths: some Collection<Int>) {
        guard lengths.count <= Self.maximumRank else { return nil }
        var packed = FourLengths(repeating: 1)
        // The product without the zeros, so that a later axis cannot hide an overflow.
        var (product, isEmpty) = (1, false)
        for (axis, length) in lengths.enumerated() {
            let (next, overflow) = product.multipliedReportingOverflow(by: max(length, 1))
            guard length >= 0, !overflow, next <= 1 << 62 else { return nil }
            packed[axis] = length
            product = next
            isEmpty = isEmpty || length == 0
        }
        rank = lengths.count
        count = isEmpty ? 0 : product
        self.lengths = packed
    }

    /// Axes of the given lengths: at most four, none negative.
    public init(_ lengths: some Collection<Int>) {
        guard let shape = Shape(exactly: lengths) else { preconditionFailure("no shape: \(Array(lengths))") }
        self = shape
    }

    /// Axes of the given lengths: at most four, none negative.
    public init(_ lengths: Int...) {
        self.init(lengths)
    }

    /// The length of an axis; negative axes count from the innermost.
    public subscript(axis: Int) -> Int {
        lengths[place(of: axis)]
    }

    /// The lengths, outermost first.
    public var axes: [Int] { (0..<rank).map { lengths[$0] } }

    /// The lengths as four axes, with ones in front.
    var padded: FourLengths {
        var result = FourLengths(repeating: 1)
        for axis in 0..<rank { result[4 - rank + axis] = lengths[axis] }
        return result
    }

    /// The axis counted from the outermost.
    func place(of axis: Int) -> Int {
        let place = axis < 0 ? axis + rank : axis
        precondition(place >= 0 && place < rank, "axis \(axis) of the shape \(self)")
        return place
    }

    /// The same axes, but for one that has the given length.
    func replacing(axis: Int, with length: Int) -> Shape {
        var axes = axes
        axes[place(of: axis)] = length
        return Shape(axes)
    }

    /// The same axes without one.
    func removing(axis: Int) -> Shape {
        var axes = axes
        axes.remove(at: place(of: axis))
        return Shape(axes)
    }

    /// The same axes with one more, whose place among them is `axis`; -1 is the innermost place.
    func inserting(axis: Int, length: Int) -> Shape {
        let place = axis < 0 ? axis + rank + 1 : axis
        precondition(place >= 0 && place <= rank, "no place \(axis) for another axis in the shape \(self)")
        precondition(rank < Self.maximumRank, "no fifth axis for the shape \(self)")
        var axes = axes
        axes.insert(length, at: place)
        return Shape(axes)
    }

    /// The axes counted from the outermost, in order; each may be named once.
    func places(of axes: [Int]) -> [Int] {
        let places = axes.map { place(of: $0) }.sorted()
        precondition(Set(places).count == places.count, "an axis twice in \(axes) of the shape \(self)")
        return places
    }

    /// The same axes with the length 1 at `places`, or without those.
    func reducing(places: [Int], keepingAxes: Bool) -> Shape {
        var axes = axes
        for place in places.reversed() {
            if keepingAxes { axes[place] = 1 } else { axes.remove(at: place) }
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
