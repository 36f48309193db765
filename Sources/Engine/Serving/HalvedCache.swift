/// What was worked out lately, within a bound: of two halves, the one that is not asked for is dropped when the other is full.
struct HalvedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Half {
        var values: [Key: (value: Value, size: Int)] = [:]
        var size = 0
    }

    private let half: Int
    private var (young, old) = (Half(), Half())
    /// Questions that were answered from it, and those that were not.
    private(set) var (hits, misses) = (0, 0)

    /// - Parameter size: of all that is kept, at the most.
    init(size: Int) { half = size / 2 }

    /// What is kept for `key`, with the hit or the miss noted.
    mutating func value(for key: Key) -> Value? {
        if let (value, _) = young.values[key] {
            hits += 1
            return value
        }
        guard let (value, size) = old.values.removeValue(forKey: key) else {
            misses += 1
            return nil
        }
        hits += 1
        old.size -= size
        insert(value, for: key, size: size)
        return value
    }

    /// Keeps `value` unless it is larger than half of it all.
    mutating func insert(_ value: Value, for key: Key, size: Int) {
        guard size <= half else { return }
        if young.size + size > half { (old, young) = (young, Half()) }
        let before = young.values.updateValue((value, size), forKey: key)
        young.size += size - (before?.size ?? 0)
    }
}
