import Kernels

/// The best move of a task to another place: there the longest path through it is the shortest.
///
/// Which places are worth it, and feasible, is the theorem of Mastrolilli and Gambardella, "Effective neighbourhood functions
/// for the flexible job shop problem", 2000, section 4: with the earliest start r of the task and the longest time q behind
/// its end, both without its neighbours on a machine, it belongs behind all tasks that end by r and before all whose rest,
/// themselves included, is at most q. Beside that, a task may change places with one that runs at about the same time on
/// another machine: where machines are full, two moves, of which the first would be much worse than staying.
///
/// Heads and tails are those of the schedule as it stands, so that the length is right but for what a move frees elsewhere.
struct CriticalMoves {
    /// A place for a task.
    struct Move {
        var task: Int
        var machine: Int
        /// How many tasks stand before it there, itself not counted.
        var index: Int
        /// The longest path through it, or through the task that it changes places with, in seconds.
        var length: Double
        /// The task that it changes places with; -1 for none.
        var partner: Int
    }

    /// The best move yet; nil for none.
    private(set) var best: Move?
    /// Moves that are no shorter than this are not taken.
    private var limit = Double.infinity
    /// Whether any move is as good as another.
    private var isBlind = false
    private var ties = 0
    /// Decides between moves that are equally good.
    var generator = SeededGenerator(seed: 0)
    private var ready: NodeMoments
    private var rest: NodeMoments
    /// Tasks on each side of a moment that a task may change places with.
    private let reach: Int

    /// Places on one machine that are looked at for a task.
    private static let mostPlaces = 16
    /// Machines that are looked at for a task.
    private static let mostMachines = 32

    init(_ problem: SearchProblem, reach: Int) {
        ready = NodeMoments(nodes: problem.nodeCount)
        rest = ready
        self.reach = reach
    }

    /// Forgets the best; from now on a move is drawn blindly, or the shortest is sought.
    mutating func clear(isBlind: Bool) {
        best = nil
        ties = 0
        self.isBlind = isBlind
    }

    /// Looks at the moves of `task`; those that are taken must be shorter than `limit`.
    mutating func look(at task: Int, in schedule: MachineSchedule, below limit: Double) {
        self.limit = limit
        let problem = schedule.problem
        let ownNode = Int(schedule.node(task))
        setMoments(of: task, schedule)
        if problem.isEmpty[task] {
            lookAtNodes(for: task, schedule)
            return
        }
        let isTied = problem.group[task] >= 0
        // Of many machines a part, another one each time.
        let step = isTied ? 1 : 1 + (problem.machineCount - 1) / Self.mostMachines
        for machine in stride(from: generator.below(step), to: problem.machineCount, by: step)
        where machine != Int(schedule.machine[task]) {
            let node = Int(problem.nodeOfMachine[machine])
            if isTied, node != ownNode { continue }
            let length = problem.length(task, onMachine: machine)
            guard isWorth(ready[node] + length + rest[node]) else { continue }
            insert(task, on: machine, length, ready[node], rest[node], schedule)
            exchange(task, on: machine, length, ready[node], rest[node], schedule)
        }
        moveBehind(task, ready[ownNode], rest[ownNode], schedule)
        moveBefore(task, ready[ownNode], rest[ownNode], schedule)
    }

    private func isWorth(_ length: Double) -> Bool {
        length < limit && (isBlind ? length < .infinity : length <= best?.length ?? .infinity)
    }

    /// Keeps the shortest, of equals one by chance.
    private mutating func consider(_ task: Int, _ machine: Int, _ index: Int, _ length: Double, with partner: Int = -1)
    {
        guard isWorth(length) else { return }
        if isBlind || length == best?.length {
            ties += 1
            guard generator.below(ties) == 0 else { return }
        } else {
            ties = 1
        }
        best = Move(task: task, machine: machine, index: index, length: length, partner: partner)
    }

    private mutating func setMoments(of task: Int, _ schedule: MachineSchedule) {
        let problem = schedule.problem
        ready.clear()
        for edge in problem.parentEdges(task) {
            let parent = Int(problem.parents[edge])
            ready.add(
                schedule.end(parent), on: Int(schedule.node(parent)), transfer: problem.parentTransfers[edge])
        }
        ready.close()
        rest.clear()
        for edge in problem.childEdges(task) {
            let child = Int(problem.children[edge])
            rest.add(schedule.rest(child), on: Int(schedule.node(child)), transfer: problem.childTransfers[edge])
        }
        rest.close()
    }

    /// Other nodes for an empty task, which takes no place there.
    private mutating func lookAtNodes(for task: Int, _ schedule: MachineSchedule) {
        let problem = schedule.problem
        guard problem.group[task] < 0 else { return }
        for node in 0..<problem.nodeCount where node != Int(schedule.node(task)) {
            let machine = Int(problem.firstMachine[node])
            guard machine < Int(problem.firstMachine[node + 1]), problem.length(task, onNode: node) == 0 else {
                continue
            }
            consider(task, machine, 0, ready[node] + rest[node])
        }
    }

    /// Places on a machine that the task is not on.
    private mutating func insert(
        _ task: Int, on machine: Int, _ length: Double, _ ready: Double, _ rest: Double, _ schedule: MachineSchedule
    ) {
        let (low, high) = (Int(schedule.offsets[machine]), Int(schedule.offsets[machine + 1]))
        let first = schedule.firstPlace(low, high, endingAfter: ready)
        let last = schedule.firstPlace(low, high, withRestUpTo: rest)
        if first >= last {
            consider(task, machine, first - low, ready + length + rest)
            return
        }
        // Of many places those at equal distances.
        for place in stride(from: first, through: last, by: 1 + (last - first) / Self.mostPlaces) {
            let begin = place > low ? max(ready, schedule.end(Int(schedule.sequence[place - 1]))) : ready
            let tail = place < high ? max(rest, schedule.rest(Int(schedule.sequence[place]))) : rest
            consider(task, machine, place - low, begin + length + tail)
        }
    }

    /// Tasks on another machine to change places with.
    private mutating func exchange(
        _ task: Int, on machine: Int, _ length: Double, _ ready: Double, _ rest: Double, _ schedule: MachineSchedule
    ) {
        let problem = schedule.problem
        let (low, high) = (Int(schedule.offsets[machine]), Int(schedule.offsets[machine + 1]))
        let (own, ownNode) = (Int(schedule.machine[task]), schedule.node(task))
        let (before, behind) = (schedule.predecessor(task), schedule.successor(task))
        let begin = before >= 0 ? schedule.end(before) : 0
        let tail = behind >= 0 ? schedule.rest(behind) : 0
        let near = schedule.firstPlace(low, high, endingAfter: schedule.heads[task])
        let from = max(low, near - reach + 1)
        for place in from..<max(from, min(high, near + reach + 1)) {
            let other = Int(schedule.sequence[place])
            let otherLength = problem.length(other, onMachine: own)
            guard otherLength < .infinity, problem.group[other] < 0 || schedule.node(other) == ownNode else { continue }
            let start = place > low ? max(ready, schedule.end(Int(schedule.sequence[place - 1]))) : ready
            let left = place + 1 < high ? max(rest, schedule.rest(Int(schedule.sequence[place + 1]))) : rest
            let through = start + length + left
            guard isWorth(through), isWorth(begin + otherLength + tail) else { continue }
            let throughOther =
                max(begin, schedule.arrival(other, on: ownNode)) + otherLength
                + max(tail, schedule.departure(other, on: ownNode))
            consider(task, machine, place - low, max(through, throughOther), with: other)
        }
    }

    /// Later places on its own machine: those that it passes move up.
    private mutating func moveBehind(_ task: Int, _ ready: Double, _ rest: Double, _ schedule: MachineSchedule) {
        let machine = Int(schedule.machine[task])
        let low = Int(schedule.offsets[machine])
        let before = schedule.predecessor(task)
        var end = before >= 0 ? schedule.end(before) : 0
        var next = schedule.successor(task)
        var left = Self.mostPlaces
        while next >= 0, left > 0, schedule.rest(next) > rest {
            left -= 1
            end = max(end, schedule.arrival(next)) + schedule.lengths[next]
            let behind = schedule.successor(next)
            let tail = behind >= 0 ? max(rest, schedule.rest(behind)) : rest
            consider(
                task, machine, Int(schedule.place[next]) - low, max(ready, end) + schedule.lengths[task] + tail)
            next = behind
        }
    }

    /// Earlier places on its own machine: those that it passes move down.
    private mutating func moveBefore(_ task: Int, _ ready: Double, _ rest: Double, _ schedule: MachineSchedule) {
        let machine = Int(schedule.machine[task])
        let low = Int(schedule.offsets[machine])
        let behind = schedule.successor(task)
        var tail = behind >= 0 ? schedule.rest(behind) : 0
        var next = schedule.predecessor(task)
        var left = Self.mostPlaces
        while next >= 0, left > 0, schedule.end(next) > ready {
            left -= 1
            tail = max(tail, schedule.departure(next)) + schedule.lengths[next]
            let before = schedule.predecessor(next)
            let begin = before >= 0 ? max(ready, schedule.end(before)) : ready
            consider(
                task, machine, Int(schedule.place[next]) - low, begin + schedule.lengths[task] + max(rest, tail))
            next = before
        }
    }
}

extension MachineSchedule {
    /// The first of the places `low..<high` of one machine whose task ends after `moment`.
    func firstPlace(_ low: Int, _ high: Int, endingAfter moment: Double) -> Int {
        var (low, high) = (low, high)
        while low < high {
            let middle = (low + high) / 2
            if end(Int(sequence[middle])) > moment { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The first of those places behind which, its task included, lies no more than `seconds`.
    func firstPlace(_ low: Int, _ high: Int, withRestUpTo seconds: Double) -> Int {
        var (low, high) = (low, high)
        while low < high {
            let middle = (low + high) / 2
            if rest(Int(sequence[middle])) <= seconds { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension SeededGenerator {
    /// Uniform in 0..<bound, by multiplication (Lemire, "Fast random integer generation in an interval", 2019, without the
    /// rejection: off by less than bound / 2^32).
    mutating func below(_ bound: Int) -> Int { Int(((next() >> 32) &* UInt64(bound)) >> 32) }
}
