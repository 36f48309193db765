import CAllocations
import Tensors

/// A piece of work whose allocations are counted.
struct Work {
    /// What is done.
    let name: String
    /// How much of it: batch, steps, nodes. Work of one name makes as many allocations at each size.
    let size: String
    /// Makes the work; what it prepares is not counted.
    let prepare: () -> () -> Void
}

/// What one round of a work asked the allocator for.
struct Count: Equatable {
    let allocations: Int
    let bytes: Int

    /// Of `body`.
    init(_ body: () -> Void) {
        let (allocations, bytes) = (allocations_made(), allocated_bytes())
        body()
        (self.allocations, self.bytes) = (allocations_made() - allocations, allocated_bytes() - bytes)
    }
}

extension Work {
    /// One line of JSON: the most allocations and bytes of some rounds, after some in which what lasts is made.
    func report() -> String {
        let round = prepare()
        for _ in 0..<2 { round() }
        let counts = (0..<3).map { _ in Count(round) }
        let allocations = counts.map(\.allocations)
        return "{\"work\":\"\(name)\",\"size\":\"\(size)\",\"allocations\":\(allocations.max() ?? 0),"
            + "\"fewest\":\(allocations.min() ?? 0),\"bytes\":\(counts.map(\.bytes).max() ?? 0)}"
    }
}

/// Uses a result, so that the work for it is not optimised away.
@inline(never)
func keep(_ value: Tensor) {
    withExtendedLifetime(value) {}
}
