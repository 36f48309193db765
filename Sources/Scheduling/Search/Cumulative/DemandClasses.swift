/// Tasks put together by how many cores they hold, in classes that rise.
struct DemandClasses {
    /// The class of each task.
    let ofTask: [Int32]
    /// The smallest demand in each class.
    let least: [Double]

    var count: Int { least.count }

    /// At most twice `limit` classes: each demand is one of its own where there are no more than `limit` different ones; else
    /// each that as many tasks have as `limit` classes of equal size would hold, and the others are put together to that size.
    init(_ demands: [Double], limit: Int) {
        let sorted = demands.sorted()
        var runs: [(demand: Double, count: Int)] = []
        for demand in sorted {
            if runs.last?.demand == demand { runs[runs.count - 1].count += 1 } else { runs.append((demand, 1)) }
        }
        let share = runs.count <= limit ? 1 : max(1, demands.count / limit)
        var least: [Double] = []
        var held = share
        for run in runs {
            if held >= share || run.count >= share {
                least.append(run.demand)
                held = 0
            }
            held += run.count
        }
        ofTask = demands.map { demand in
            var (low, high) = (0, least.count)
            while high - low > 1 {
                let middle = (low + high) / 2
                if least[middle] <= demand { low = middle } else { high = middle }
            }
            return Int32(low)
        }
        self.least = least
    }
}
