import Kernels

/// The samples of one epoch in batches, in an order that is a function of the seed and the epoch.
public struct Batches: Sequence, IteratorProtocol, Sendable {
    private let order: [Int]
    private let size: Int
    /// The place in the order at which the next batch begins.
    private var start = 0

    /// `count` samples in shuffled batches of `size`; the last batch may be smaller.
    public init(of count: Int, size: Int, seed: UInt64, epoch: Int) {
        precondition(count >= 0 && size > 0, "batches of \(size) out of \(count)")
        // Split once more: neighbours among the seeds of this generator give the same numbers one draw apart, and so orders
        // that hardly differ.
        var epochs = SeededGenerator(seed: seed &+ UInt64(epoch) &* 0x9E37_79B9_7F4A_7C15)
        var generator = epochs.split()
        order = (0..<count).shuffled(using: &generator)
        self.size = size
    }

    /// How many batches of `size` there are of `count` samples.
    static func count(of count: Int, size: Int) -> Int { (count + size - 1) / size }

    /// The next batch, as places of samples.
    public mutating func next() -> ArraySlice<Int>? {
        guard start < order.count else { return nil }
        defer { start += size }
        return order[start..<Swift.min(start + size, order.count)]
    }
}
