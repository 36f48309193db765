/// The numbers of values: the first that comes has 0, and each that differs from all before it the next one.
///
/// A table with open addressing and linear probing (Knuth, "The Art of Computer Programming", volume 3, section 6.4, algorithm
/// L), at most half full. A dictionary would do, but for its first use with keys of a type: to see that these can be hashed, the
/// runtime looks through all conformances in the process, which takes as long as planning a hundred tasks. For the same reason
/// it is public: only what is public is made for its values where other modules use it, and what is not asks the runtime too.
public struct ValueNumbers<Value: Hashable> {
    /// The values by their numbers.
    @inlinable public var values: [Value] { known }
    @usableFromInline var known: [Value] = []
    @usableFromInline var hashes: [Int] = []
    /// Numbers by hash, -1 where there is none; as many places as a power of two.
    @usableFromInline var slots = [Int32](repeating: -1, count: 16)

    /// No values.
    @inlinable public init() {}

    /// The number of `value`, which it has from now on.
    @inlinable public mutating func number(of value: Value) -> Int {
        var hasher = Hasher()
        value.hash(into: &hasher)
        let hash = hasher.finalize()
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let number = Int(slots[slot])
            if hashes[number] == hash, known[number] == value { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(known.count)
        known.append(value)
        hashes.append(hash)
        if 2 * known.count > slots.count { grow() }
        return known.count - 1
    }

    @inlinable mutating func grow() {
        slots = [Int32](repeating: -1, count: 2 * slots.count)
        for number in hashes.indices {
            var slot = hashes[number] & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number)
        }
    }
}

extension ValueNumbers: Sendable where Value: Sendable {}
