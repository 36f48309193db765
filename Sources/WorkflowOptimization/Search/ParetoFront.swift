/// Points of which no other is as good in every figure and better in one; less is better.
enum ParetoFront {
    /// Places of the points of `values` that no other dominates, in lexicographic order; of equal ones the first.
    static func places(of values: [[Double]]) -> [Int] {
        let order = values.indices.sorted {
            values[$0] != values[$1] ? values[$0].lexicographicallyPrecedes(values[$1]) : $0 < $1
        }
        // What dominates a point, or equals it, stands before it in this order.
        var front: [Int] = []
        for place in order {
            let isDominated = front.contains { zip(values[$0], values[place]).allSatisfy { $0 <= $1 } }
            if !isDominated { front.append(place) }
        }
        return front
    }

    /// The point of a front that lies farthest from the straight line between the front's ends, towards what would be best in
    /// every figure; each figure counted from its best to its worst on the front.
    ///
    /// The ends are the best by the first figures and what lies farthest from it; where no point lies before the line, it is
    /// the first end. Branke and others, "Finding knees in multi-objective optimization", 2004.
    static func knee(of front: [[Double]]) -> Int? {
        guard let first = front.indices.min(by: { front[$0].lexicographicallyPrecedes(front[$1]) }) else { return nil }
        let low = front[0].indices.map { figure in front.map { $0[figure] }.min() ?? 0 }
        let high = front[0].indices.map { figure in front.map { $0[figure] }.max() ?? 0 }
        let points = front.map { point in
            point.indices.map { high[$0] > low[$0] ? (point[$0] - low[$0]) / (high[$0] - low[$0]) : 0 }
        }
        func square(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let start = points[first]
        guard let last = points.indices.max(by: { square(points[$0], start) < square(points[$1], start) }) else {
            return first
        }
        let line = zip(points[last], start).map { $0 - $1 }
        let length = line.reduce(0) { $0 + $1 * $1 }
        guard length > 0 else { return first }
        var best = (place: first, distance: 1e-12)
        for (place, point) in points.enumerated() {
            let along = zip(zip(point, start), line).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 } / length
            let foot = zip(start, line).map { $0 + along * $1 }
            guard point.reduce(0, +) < foot.reduce(0, +) else { continue }
            let distance = square(point, foot)
            if distance > best.distance { best = (place, distance) }
        }
        return best.place
    }
}
