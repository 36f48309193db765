import Simulation

/// The order of tasks on the machines of a problem, and the earliest times that follow from it.
///
/// The graph of dependencies and of neighbours on machines is the disjunctive graph of job shops (Roy and Sussmann, 1964):
/// the head of a task is its earliest start, its tail the longest time from its end to the end of all. When a task is moved,
/// only what changes with it is computed anew, along a topological order of that graph which is repaired where the move
/// breaks it (Pearce and Kelly, "A dynamic topological sort algorithm for directed acyclic graphs", 2007).
struct MachineSchedule {
    let problem: SearchProblem
    /// The tasks of one machine behind those of the other, at `offsets[machine]..<offsets[machine + 1]`.
    var sequence: [Int32]
    var offsets: [Int32]
    /// Where a task stands in `sequence`; -1 for empty ones, which stand nowhere.
    var place: [Int32]
    /// The machine of each task; of an empty one, the first of its node.
    var machine: [Int32]
    var lengths: [Double]
    var heads: [Double]
    var tails: [Double]
    var makespan = 0.0
    var order: [Int32]
    var position: [Int32]
    var isDirty: [Bool]
    var marks: [Int32]
    var mark: Int32 = 0
    var moved: [Int32] = []

    /// The order in which tasks start in `timetable`, on the machines of their nodes.
    init(_ problem: SearchProblem, _ timetable: Timetable) {
        self.problem = problem
        precondition(problem.hasMachines, "the nodes are no rows of machines")
        let count = problem.taskCount
        position = [Int32](repeating: 0, count: count)
        for (place, task) in problem.topologicalOrder.enumerated() { position[Int(task)] = Int32(place) }
        let positions = position
        order = problem.topologicalOrder.sorted { a, b in
            let (first, second) = (timetable.starts[Int(a)], timetable.starts[Int(b)])
            return first != second ? first < second : positions[Int(a)] < positions[Int(b)]
        }
        for (place, task) in order.enumerated() { position[Int(task)] = Int32(place) }
        var free = [Double](repeating: 0, count: problem.machineCount)
        var counts = [Int32](repeating: 0, count: problem.machineCount)
        machine = [Int32](repeating: 0, count: count)
        for task in order {
            let node = timetable.nodes[Int(task)]
            let first = Int(problem.firstMachine[node])
            let last = Int(problem.firstMachine[node + 1])
            var best = first
            if !problem.isEmpty[Int(task)] {
                for other in first..<last where free[other] < free[best] { best = other }
                free[best] = timetable.ends[Int(task)]
                counts[best] += 1
            }
            machine[Int(task)] = Int32(best)
        }
        offsets = [0]
        for count in counts { offsets.append((offsets.last ?? 0) + count) }
        sequence = [Int32](repeating: -1, count: Int(offsets.last ?? 0))
        place = [Int32](repeating: -1, count: count)
        var next = offsets
        for task in order where !problem.isEmpty[Int(task)] {
            let here = Int(machine[Int(task)])
            place[Int(task)] = next[here]
            sequence[Int(next[here])] = task
            next[here] += 1
        }
        lengths = (0..<count).map { [machine] in problem.length($0, onMachine: Int(machine[$0])) }
        heads = [Double](repeating: 0, count: count)
        tails = heads
        isDirty = [Bool](repeating: true, count: count)
        marks = [Int32](repeating: 0, count: count)
        updateHeads(from: 0, to: count - 1)
        for task in 0..<count { isDirty[task] = true }
        updateTails(from: count - 1, to: 0)
        updateMakespan()
    }

    /// The task before `task` on its machine; -1 for none.
    func predecessor(_ task: Int) -> Int {
        let here = Int(place[task])
        return here > 0 && here > Int(offsets[Int(machine[task])]) ? Int(sequence[here - 1]) : -1
    }

    /// The task behind `task` on its machine; -1 for none.
    func successor(_ task: Int) -> Int {
        let here = Int(place[task])
        return here >= 0 && here + 1 < Int(offsets[Int(machine[task]) + 1]) ? Int(sequence[here + 1]) : -1
    }

    func node(_ task: Int) -> Int32 { problem.nodeOfMachine[Int(machine[task])] }

    /// The timetable, every task at its earliest.
    func timetable() -> Timetable {
        var timetable = Timetable(count: problem.taskCount)
        for task in 0..<problem.taskCount {
            timetable.nodes[task] = Int(node(task))
            timetable.starts[task] = heads[task]
            timetable.placed[task] = heads[task]
            timetable.ends[task] = heads[task] + lengths[task]
        }
        for task in 0..<problem.taskCount {
            for place in problem.parentEdges(task) {
                timetable.ready[task] = max(timetable.ready[task], timetable.ends[Int(problem.parents[place])])
            }
        }
        return timetable
    }
}

extension MachineSchedule {
    /// When `task` ends.
    func end(_ task: Int) -> Double { heads[task] + lengths[task] }
    /// The longest time from the start of `task` to the end of all.
    func rest(_ task: Int) -> Double { lengths[task] + tails[task] }
}
