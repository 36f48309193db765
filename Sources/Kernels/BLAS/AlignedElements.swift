/// A copy of some elements that begins at a cache line, where the vectors of a product do not straddle two of them.
///
/// An array begins at any multiple of 16 bytes: products of one row with a matrix there take up to a fifth longer, those of
/// small matrices up to two fifths (AVX-512). It is for what is multiplied often.
public struct AlignedElements: Sendable {
    /// What holds the elements.
    public let storage: [Float]
    /// Where in it they lie.
    public let range: Range<Int>

    /// A copy of `elements`.
    public init(_ elements: [Float]) {
        let line = 64
        var storage = [Float](repeating: 0, count: elements.count + line / MemoryLayout<Float>.stride)
        let address = unsafe storage.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
        // An array that nobody else holds is filled where it lies.
        let offset = (line - address % line) % line / MemoryLayout<Float>.stride
        let range = offset..<offset + elements.count
        storage.withMutableSpan { Elementwise.copy(elements.span, into: &$0, range: range) }
        self.storage = storage
        self.range = range
    }
}
