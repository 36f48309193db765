extension CumulativeProblem {
    /// Tasks that are placed one by one at the most: that looks through most of what is placed already, and takes as long as the
    /// square of their number.
    static let mostSerialTasks = 2000

    /// Whether tasks are placed one by one (``SerialPass``): few enough, with a longest path of at least `share` of the time that the
    /// work takes.
    func isSerial(from share: Double) -> Bool {
        share < .infinity && taskCount <= Self.mostSerialTasks && pathOverWork >= share
    }

    /// The longest path over what the work takes if all cores, or all memory, are held throughout: from 1 on the path is what
    /// binds.
    var pathOverWork: Double {
        func seconds(_ held: [Double], of capacity: Double) -> Double {
            zip(durations, held).reduce(0) { $0 + $1.0 * $1.1 } / capacity
        }
        let work = max(seconds(demands, of: cores), hasMemory ? seconds(memoryDemands, of: memory) : 0)
        let path = bottomLevels.max() ?? 0
        return work > 0 ? path / work : path > 0 ? .infinity : 0
    }

    /// No schedule is shorter, in seconds: the larger of ``tailBound`` and the same with time running backwards.
    var lowerBound: Double { max(tailBound, reversed.tailBound) }

    /// The energy that must have been spent before the last moments.
    ///
    /// Behind a task lies its tail q, the longest path that follows it; of its length p at least
    /// p(t) = min(p, max(0, q + p - t)) runs earlier than t seconds before the end, whenever that is. So for every t,
    ///
    ///     Cmax >= t + sum over tasks of c p(t) / C
    ///
    /// for c of the C cores, and of the memory likewise. With t = 0 that is the work over the cores, with the longest t the
    /// critical path; between them the bound is larger than both where so little can run in the last moments that
    /// not all cores are held. It is the energetic reasoning of Erschler and Lopez (1990), over the windows from the start to
    /// t before the end. The largest value is at the end of a stretch on which the right-shifted tasks hold less than all.
    ///
    /// - Complexity: that of sorting the tasks.
    var tailBound: Double {
        let levels = bottomLevels
        var bound = levels.max() ?? 0
        bound = max(bound, energyBound(levels, demands, of: cores))
        if hasMemory { bound = max(bound, energyBound(levels, memoryDemands, of: memory)) }
        return bound
    }

    private func energyBound(_ levels: [Double], _ demands: [Double], of capacity: Double) -> Double {
        var changes: [(at: Double, held: Double)] = []
        changes.reserveCapacity(2 * taskCount)
        var energy = 0.0
        for task in 0..<taskCount where durations[task] > 0 {
            changes.append((max(0, levels[task] - durations[task]), demands[task]))
            changes.append((levels[task], -demands[task]))
            energy += durations[task] * demands[task]
        }
        changes.sort { $0.at < $1.at }
        var (bound, held, last) = (energy / capacity, 0.0, 0.0)
        for change in changes {
            energy -= held * (change.at - last)
            last = change.at
            held += change.held
            bound = max(bound, last + energy / capacity)
        }
        // What the sums may have lost.
        return bound * (1 - 1e-12 * Double(taskCount).squareRoot())
    }
}
