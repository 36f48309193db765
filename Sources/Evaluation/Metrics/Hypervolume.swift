/// How good a front is as a whole: the volume of what its points dominate (Zitzler and Thiele, 1998).
enum Hypervolume {
    /// The volume of what the points `values` dominate and that dominates `reference`.
    ///
    /// By slicing one dimension after the other: While and others, "A faster algorithm for calculating hypervolume", 2006.
    static func volume(of values: [[Double]], to reference: [Double]) -> Double {
        let inside = values.filter { zip($0, reference).allSatisfy { $0 < $1 } }
        guard let dimension = reference.indices.last, !inside.isEmpty else { return 0 }
        if dimension == 0 { return reference[0] - (inside.map { $0[0] }.min() ?? reference[0]) }
        let sorted = inside.sorted { $0[dimension] < $1[dimension] }
        var volume = 0.0
        for (place, point) in sorted.enumerated() {
            let next = place + 1 < sorted.count ? sorted[place + 1][dimension] : reference[dimension]
            guard next > point[dimension] else { continue }
            let slice = sorted[...place].map { Array($0.dropLast()) }
            volume += (next - point[dimension]) * Self.volume(of: slice, to: Array(reference.dropLast()))
        }
        return volume
    }
}
