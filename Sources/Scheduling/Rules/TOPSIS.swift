import Simulation

extension QueueOrder {
    /// TOPSIS: on a node with room, the task that is closest to the ideal. The criteria, each at an equal weight, are the cores
    /// and the memory that it asks for, its seconds on that node and the core-seconds that remain of its workflow, of which
    /// less is better, and the seconds that it has waited, of which more is.
    ///
    /// With x the value of a task over the Euclidean norm of the values of all candidates, and d+ and d- the distances to the
    /// best and to the worst value of each criterion, the closeness is d- / (d+ + d-).
    ///
    /// Hwang and Yoon, "Multiple Attribute Decision Making: Methods and Applications", 1981, section on TOPSIS.
    static let topsis = QueueOrder.best(window: 256) { candidates, node in
        var toBest = [Double](repeating: 0, count: candidates.count)
        var toWorst = toBest
        let criteria: [@Sendable (Candidate) -> Double] = [
            { $0.cores }, { $0.memory }, { $0.seconds / node.speed + node.overheadSeconds },
            { $0.remainingCoreSeconds }, { -$0.waited },
        ]
        for value in criteria {
            var (least, most, squares) = (Double.infinity, -Double.infinity, 0.0)
            for candidate in candidates {
                let value = value(candidate)
                least = min(least, value)
                most = max(most, value)
                squares += value * value
            }
            guard squares > 0 else { continue }
            for (place, candidate) in candidates.enumerated() {
                let value = value(candidate)
                toBest[place] += (value - least) * (value - least) / squares
                toWorst[place] += (most - value) * (most - value) / squares
            }
        }
        var best = (place: 0, closeness: -1.0)
        for place in candidates.indices {
            let (near, far) = (toBest[place].squareRoot(), toWorst[place].squareRoot())
            let closeness = near + far > 0 ? far / (near + far) : 0
            if closeness > best.closeness { best = (place, closeness) }
        }
        return best.place
    }
}
