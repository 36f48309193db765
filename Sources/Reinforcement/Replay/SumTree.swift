import Kernels

/// Weights in a binary tree of their sums, from which places are drawn with the probability of their weights.
///
/// Schaul, Quan, Antonoglou, Silver, "Prioritized Experience Replay", ICLR 2016, appendix B.2.1. Sums are made anew from
/// both children on the way up, so that errors of rounding do not add up over the changes.
struct SumTree: Sendable, Equatable {
    /// The number of places.
    let count: Int
    /// The leaves begin at `first`; the children of the node i are 2 i and 2 i + 1.
    private let first: Int
    private var sums: [Double]

    /// `count` places of the weight 0.
    init(count: Int) {
        precondition(count > 0, "a tree of \(count) places")
        self.count = count
        var first = 1
        while first < count { first *= 2 }
        self.first = first
        sums = [Double](repeating: 0, count: 2 * first)
    }

    /// The sum of all weights.
    var total: Double { sums[1] }

    /// The weight of a place.
    ///
    /// - Complexity: a change is logarithmic in the places.
    subscript(place: Int) -> Double {
        get {
            precondition(place >= 0 && place < count, "the place \(place) of \(count)")
            return sums[first + place]
        }
        set {
            precondition(place >= 0 && place < count, "the place \(place) of \(count)")
            precondition(newValue >= 0 && newValue.isFinite, "a weight of \(newValue)")
            var node = first + place
            sums[node] = newValue
            while node > 1 {
                node /= 2
                sums[node] = sums[2 * node] + sums[2 * node + 1]
            }
        }
    }

    /// The place in whose part of the sum `weight` lies, with the weights behind each other; one whose weight is not 0.
    func place(at weight: Double) -> Int {
        precondition(total > 0, "no place of \(count) has a weight")
        var (node, left) = (1, weight)
        while node < first {
            node *= 2
            // To the right only where something is there: rounding may leave more than the sum.
            if left >= sums[node], sums[node + 1] > 0 {
                left -= sums[node]
                node += 1
            }
        }
        return node - first
    }

    /// `drawn` places, one from each of as many equal parts of the sum, so that large weights are drawn evenly.
    func places(drawn: Int, using generator: inout SeededGenerator) -> [Int] {
        let part = total / Double(drawn)
        return (0..<drawn).map { place(at: (Double($0) + generator.uniformDouble()) * part) }
    }
}
