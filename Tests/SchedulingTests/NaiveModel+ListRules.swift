import Scheduling

/// The rules that take one ready task after the other, read off their papers a second time: everything is looked at anew in
/// every step.
extension NaiveModel {
    /// The twin of each rule that plans.
    static let twins: [(policy: SchedulingPolicy, plan: @Sendable (NaiveModel) -> [Run])] = [
        (.heft, { $0.heft(order: $0.rankOrder()) }), (.cpop, { $0.cpop() }), (.peft, { $0.peft() }),
        (.lookaheadHEFT, { $0.lookahead(order: $0.rankOrder()) }), (.minMin, { $0.byLevel(isLargest: false) }),
        (.maxMin, { $0.byLevel(isLargest: true) }), (.sufferage, { $0.sufferage() }), (.mct, { $0.mct() }),
        (.met, { $0.met() }), (.olb, { $0.olb() }), (.etf, { $0.etf() }), (.dps, { $0.dps() }),
    ]

    /// The tasks by their upward rank, of equal ranks the first of the file.
    func rankOrder() -> [Int] {
        let ranks = ranks()
        return tasks.indices.sorted { ranks[$0] != ranks[$1] ? ranks[$0] > ranks[$1] : $0 < $1 }
    }

    private func children(_ task: Int) -> [Int] { tasks.indices.filter { parents[$0].contains(task) } }

    private func nodes(_ task: Int) -> [Int] { cluster.nodes.indices.filter { fits(task, $0) } }

    private func mean(_ task: Int) -> Double {
        nodes(task).reduce(0) { $0 + length(task, $1) } / Double(nodes(task).count)
    }

    private func ready(_ runs: [Int: Run]) -> [Int] {
        tasks.indices.filter { runs[$0] == nil && parents[$0].allSatisfy { runs[$0] != nil } }
    }

    /// Takes the ready task that `first` says, and places it where `place` says, until all are.
    private func list(_ first: ([Int], [Int: Run]) -> Int?, _ place: (Int, [Int: Run]) -> Run?) -> [Run] {
        var runs: [Int: Run] = [:]
        while let task = first(ready(runs), runs) {
            guard let run = place(task, runs) else { return [] }
            runs[task] = run
        }
        return tasks.indices.compactMap { runs[$0] }
    }

    /// The first of `tasks` with the largest key.
    private func largest(_ tasks: [Int], _ key: (Int) -> Double) -> Int? {
        let keys = tasks.map(key)
        return keys.indices.first { keys[$0] == keys.max() }.map { tasks[$0] }
    }

    /// Equation 6 of Topcuoglu's paper.
    private func downwardRanks() -> [Double] {
        var ranks = [Double](repeating: 0, count: tasks.count)
        for task in tasks.indices {
            ranks[task] = parents[task].map { ranks[$0] + mean($0) + transfer($0, task) }.max() ?? 0
        }
        return ranks
    }

    /// Critical path on a processor.
    func cpop() -> [Run] {
        let lengths = zip(ranks(), downwardRanks()).map { $0 + $1 }
        var path: [Int] = []
        var next = largest(ready([:])) { lengths[$0] }
        while let task = next {
            path.append(task)
            next = largest(children(task)) { lengths[$0] }
        }
        // The most tasks that fit, then the least seconds.
        let sums = cluster.nodes.indices.map { node in
            let here = path.filter { fits($0, node) }
            return (here.count, here.reduce(0) { $0 + length($1, node) })
        }
        let critical = sums.indices.first { node in
            sums.allSatisfy { sums[node].0 > $0.0 || (sums[node].0 == $0.0 && sums[node].1 <= $0.1) }
        }
        return list { ready, _ in
            largest(ready) { lengths[$0] }
        } _: { task, runs in
            let slots = slots(task, runs, intoGaps: true)
            return path.contains(task)
                ? slots.first { $0.node == critical } ?? firstEnd(slots) : firstEnd(slots)
        }
    }

    /// Equation 3 of Arabnejad's and Barbosa's paper, node by node.
    func optimisticCosts() -> [[Double]] {
        var costs = tasks.map { _ in cluster.nodes.map { _ in 0.0 } }
        for task in tasks.indices.reversed() {
            for node in cluster.nodes.indices {
                costs[task][node] =
                    children(task).map { child in
                        nodes(child).map { other in
                            costs[child][other] + length(child, other) + (other == node ? 0 : transfer(task, child))
                        }.min() ?? .nan
                    }.max() ?? 0
            }
        }
        return costs
    }

    /// Predicted earliest finish time.
    func peft() -> [Run] {
        let costs = optimisticCosts()
        let means = tasks.indices.map { task in
            nodes(task).reduce(0) { $0 + costs[task][$1] } / Double(nodes(task).count)
        }
        return list { ready, _ in
            largest(ready) { means[$0] }
        } _: { task, runs in
            slots(task, runs, intoGaps: true).min { $0.end + costs[task][$0.node] < $1.end + costs[task][$1.node] }
        }
    }

    /// HEFT that looks at the children, for tasks in this order.
    func lookahead(order: [Int]) -> [Run] {
        var runs: [Int: Run] = [:]
        for task in order {
            let tried = slots(task, runs, intoGaps: true).map { slot in
                var trial = runs
                trial[task] = slot
                for child in order where parents[child].contains(task) {
                    trial[child] = firstEnd(slots(child, trial, intoGaps: true))
                }
                let ends = order.filter { parents[$0].contains(task) }.compactMap { trial[$0]?.end }
                return (slot: slot, last: max(slot.end, ends.max() ?? 0))
            }
            runs[task] = tried.min { ($0.last, $0.slot.end) < ($1.last, $1.slot.end) }?.slot
        }
        return tasks.indices.compactMap { runs[$0] }
    }

    /// Earliest task first.
    func etf() -> [Run] {
        func first(_ task: Int, _ runs: [Int: Run]) -> Run? {
            slots(task, runs, intoGaps: false).min { $0.start < $1.start }
        }
        return list { ready, runs in
            largest(ready) { -(first($0, runs)?.start ?? .nan) }
        } _: { task, runs in
            first(task, runs)
        }
    }

    /// Dynamic priority scheduling.
    func dps() -> [Run] {
        let bottoms = ranks()
        func top(_ task: Int, _ runs: [Int: Run]) -> Double {
            parents[task].map { parent in
                let node = runs[parent]?.node ?? -1
                return top(parent, runs) + length(parent, node)
                    + (runs[task]?.node == node ? 0 : transfer(parent, task))
            }.max() ?? 0
        }
        return list { ready, runs in
            largest(ready) { bottoms[$0] - top($0, runs) }
        } _: { task, runs in
            firstEnd(slots(task, runs, intoGaps: false))
        }
    }

    /// Sufferage over all that are ready.
    func sufferage() -> [Run] {
        list { ready, runs in
            largest(ready) { task in
                let ends = slots(task, runs, intoGaps: false).map(\.end).sorted()
                return ends.count > 1 ? ends[1] - ends[0] : .infinity
            }
        } _: { task, runs in
            firstEnd(slots(task, runs, intoGaps: false))
        }
    }

    /// A level after the other, in each the task whose first end is the least, or the largest.
    func byLevel(isLargest: Bool) -> [Run] {
        let levels = levels()
        return list { ready, runs in
            let level = ready.map { levels[$0] }.min()
            return largest(ready.filter { levels[$0] == level }) { task in
                (firstEnd(slots(task, runs, intoGaps: false))?.end ?? .nan) * (isLargest ? 1 : -1)
            }
        } _: { task, runs in
            firstEnd(slots(task, runs, intoGaps: false))
        }
    }

    private func levels() -> [Int] {
        var levels = tasks.map { _ in 0 }
        for task in tasks.indices { levels[task] = 1 + (parents[task].map { levels[$0] }.max() ?? -1) }
        return levels
    }

    /// Level by level, each task where `place` says.
    private func inOrder(_ place: ([Run], [Int: Run]) -> Run?) -> [Run] {
        let levels = levels()
        return list { ready, _ in
            largest(ready) { -Double(levels[$0]) }
        } _: { task, runs in
            place(slots(task, runs, intoGaps: false), runs)
        }
    }

    /// Minimum completion time.
    func mct() -> [Run] { inOrder { slots, _ in firstEnd(slots) } }

    /// Minimum execution time.
    func met() -> [Run] {
        inOrder { slots, _ in slots.min { length($0.task, $0.node) < length($1.task, $1.node) } }
    }

    /// Opportunistic load balancing: free for the task, were its files there.
    func olb() -> [Run] {
        inOrder { slots, runs in
            func free(_ run: Run) -> Double {
                earliest(run.task, run.node, runs, from: beginning, intoGaps: false)
            }
            return slots.min { free($0) < free($1) }
        }
    }
}
