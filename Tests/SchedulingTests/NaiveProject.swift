import Workflows

/// A workflow on one node, and two ways to schedule it, slowly and plainly: nothing of the code that is tested is used.
struct NaiveProject {
    let count: Int
    let durations: [Double]
    let parents: [[Int]]
    let cores: [Double]
    let memory: [Double]
    let allCores: Double
    let allMemory: Double

    init(_ random: RandomInstance) {
        let model = NaiveModel(random)
        count = model.tasks.count
        durations = model.tasks.indices.map { model.length($0, 0) }
        parents = model.parents
        cores = durations.indices.map { [durations] in durations[$0] > 0 ? model.cores[$0] : 0 }
        memory = durations.indices.map { [durations] in durations[$0] > 0 ? model.memory[$0] : 0 }
        allCores = random.cluster.nodes[0].cores
        allMemory = random.cluster.nodes[0].memoryBytes ?? .infinity
    }

    private init(_ forwards: NaiveProject, parents: [[Int]]) {
        count = forwards.count
        (durations, cores, memory) = (forwards.durations, forwards.cores, forwards.memory)
        (allCores, allMemory) = (forwards.allCores, forwards.allMemory)
        self.parents = parents
    }

    /// The same with time running backwards.
    var reversed: NaiveProject {
        NaiveProject(self, parents: (0..<count).map { task in (0..<count).filter { parents[$0].contains(task) } })
    }

    /// Whether `tasks`, which run at the same time, have room.
    private func fits(_ tasks: [Int]) -> Bool {
        tasks.reduce(0) { $0 + cores[$1] } <= allCores && tasks.reduce(0) { $0 + memory[$1] } <= allMemory
    }

    /// Ends of tasks that start as soon as their parents have ended and there is room, those first that have the larger key;
    /// those of no length before all others.
    func listEnds(_ keys: [Double]) -> [Double] {
        let sorted = (0..<count).sorted { keys[$0] != keys[$1] ? keys[$0] > keys[$1] : $0 < $1 }
        let order = sorted.filter { durations[$0] == 0 } + sorted.filter { durations[$0] > 0 }
        var ends = [Double](repeating: .infinity, count: count)
        var started: [Int] = []
        var now = 0.0
        while started.count < count {
            var hasStarted = true
            while hasStarted {
                let next = order.first { task in
                    !started.contains(task) && parents[task].allSatisfy { ends[$0] <= now }
                        && fits(started.filter { ends[$0] > now } + [task])
                }
                hasStarted = next != nil
                if let next {
                    started.append(next)
                    ends[next] = now + durations[next]
                }
            }
            now = started.map { ends[$0] }.filter { $0 > now }.min() ?? now
        }
        return ends
    }

    /// Ends of tasks that are placed one after the other, each as early as its parents, room and `notBefore` allow.
    func serialEnds(_ order: [Int], notBefore: (Int) -> Double = { _ in 0 }) -> [Double] {
        var ends = [Double](repeating: .infinity, count: count)
        var placed: [Int] = []
        for task in order {
            let ready = max(notBefore(task), parents[task].reduce(0) { max($0, ends[$1]) })
            let candidates = [ready] + placed.map { ends[$0] }.filter { $0 > ready }.sorted()
            let start = candidates.first { start in
                // What is held only grows where something starts.
                let moments = [start] + placed.map { ends[$0] - durations[$0] }
                return durations[task] == 0
                    || moments.filter { $0 >= start && $0 < start + durations[task] }.allSatisfy { moment in
                        fits(placed.filter { ends[$0] - durations[$0] <= moment && moment < ends[$0] } + [task])
                    }
            }
            ends[task] = (start ?? .nan) + durations[task]
            placed.append(task)
        }
        return ends
    }

    /// The shortest makespan: that of some order of the serial method, for it makes every active schedule (Sprecher, Kolisch,
    /// Drexl, 1995).
    var optimum: Double {
        func best(_ order: [Int]) -> Double {
            if order.count == count { return serialEnds(order).max() ?? 0 }
            return (0..<count).filter { task in !order.contains(task) && parents[task].allSatisfy(order.contains) }
                .map { best(order + [$0]) }.min() ?? 0
        }
        return best([])
    }
}
