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
        for (axis, length) in lengths.enumerated() { packed[axis] = length }
        self.init(rank: lengths.count, packed)
    }

    /// The first `rank` of the `lengths`; nil if one is negative or if their product is over 2⁶².
    private init?(rank: Int, _ lengths: FourLengths) {
        // The product without the zeros, so that a later axis cannot hide an overflow.
        var (product, isEmpty) = (1, false)
        for axis in 0..<rank {
            let length = lengths[axis]
            let (next, overflow) = product.multipliedReportingOverflow(by: max(length, 1))
            guard length >= 0, !overflow, next <= 1 << 62 else { return nil }
            product = next
            isEmpty = isEmpty || length == 0
        }
        self.rank = rank
        count = isEmpty ? 0 : product
        self.lengths = lengths
    }

    /// The shape of `rank` axes whose lengths `length` tells, without an array of them.
    init(rank: Int, _ length: (_ axis: Int) -> Int) {
        precondition(rank <= Self.maximumRank, "\(rank) axes are more than \(Self.maximumRank)")
        var packed = FourLengths(repeating: 1)
        for axis in 0..<rank { packed[axis] = length(axis) }
        self.init(checking: packed, rank: rank)
    }

    /// The shape of `rank` axes, of which there are up to four; for lengths that the compiler can see.
    @usableFromInline
    init(rank: Int, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
        precondition(rank <= Self.maximumRank, "\(rank) axes are more than \(Self.maximumRank)")
        self.init(checking: FourLengths(first, second, third, fourth), rank: rank)
    }

    private init(checking lengths: FourLengths, rank: Int) {
        guard let shape = Shape(rank: rank, lengths) else {
            preconditionFailure("no shape: \((0..<rank).map { lengths[$0] })")
        }
        self = shape
    }

    /// Axes of the given lengths: at most four, none negative.
    public init(_ lengths: some Collection<Int>) {
        guard let shape = Shape(exactly: lengths) else { preconditionFailure("no shape: \(Array(lengths))") }
        self = shape
    }

    /// Axes of the given lengths: at most four, none negative.
    @inlinable @inline(__always)
    public init(_ lengths: Int...) {
        self.init(unpacking: lengths)
    }

    /// Taken apart where it is written, so that a list of lengths in the source becomes no array.
    @inlinable @inline(__always)
    init(unpacking lengths: [Int]) {
        let rank = lengths.count
        self.init(
            rank: rank, rank > 0 ? lengths[0] : 1, rank > 1 ? lengths[1] : 1, rank > 2 ? lengths[2] : 1,
            rank > 3 ? lengths[3] : 1)
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
}

extension Shape {
    /// The same axes, but for one that has the given length.
    package func replacing(axis: Int, with length: Int) -> Shape {
        let place = place(of: axis)
        return Shape(rank: rank) { $0 == place ? length : lengths[$0] }
    }

    /// The same axes without one.
    package func removing(axis: Int) -> Shape {
        let place = place(of: axis)
        return Shape(rank: rank - 1) { lengths[$0 < place ? $0 : $0 + 1] }
    }

    /// The same axes with one more, whose place among them is `axis`; -1 is the innermost place.
    func inserting(axis: Int, length: Int) -> Shape {
        let place = axis < 0 ? axis + rank + 1 : axis
        precondition(place >= 0 && place <= rank, "no place \(axis) for another axis in the shape \(self)")
        precondition(rank < Self.maximumRank, "no fifth axis for the shape \(self)")
        return Shape(rank: rank + 1) { $0 == place ? length : lengths[$0 < place ? $0 : $0 - 1] }
    }

    /// The product of the lengths in a range of places.
    func product(of places: Range<Int>) -> Int {
        var product = 1
        for place in places { product *= lengths[place] }
        return product
    }

    /// The outermost axes, `count` of them.
    func outermost(_ count: Int) -> Shape {
        Shape(rank: count) { lengths[$0] }
    }

    /// The same axes, with the length 1 for those of `axes`, or without them.
    func reducing(_ axes: AxisSet, keepingAxes: Bool) -> Shape {
        if keepingAxes { return Shape(rank: rank) { axes.contains($0) ? 1 : lengths[$0] } }
        var kept = FourLengths(repeating: 1)
        var place = 0
        for axis in 0..<rank where !axes.contains(axis) {
            kept[place] = lengths[axis]
            place += 1
        }
        return Shape(rank: place) { kept[$0] }
    }
}

extension Shape: CustomStringConvertible {
    /// The lengths in brackets, such as `[32, 16]`.
    public var description: String { "\(axes)" }
}

extension Shape: ExpressibleByArrayLiteral {
    /// Axes of the given lengths.
    @inlinable @inline(__always)
    public init(arrayLiteral lengths: Int...) {
        self.init(unpacking: lengths)
    }
}
