/// Decodes orders where nodes are rows of machines, each of which runs one task at a time.
///
/// Of machines on which a task ends at the same time it takes the one that stands idle for it the shortest, so that larger
/// gaps are left.
struct MachineDecoder: ListDecoder {
    let problem: SearchProblem
    private var machine: [Int32]
    private(set) var starts: [Double]
    private(set) var ends: [Double]
    /// The gaps of each machine, one behind the other, the last of them without an end.
    private var gapBegin: [Double] = []
    private var gapEnd: [Double] = []
    private var nextGap: [Int32] = []
    private var firstGap: [Int32]
    private var ready: NodeMoments
    private var nodeOfGroup: [Int32]
    let shortestRests: [Double]
    /// No task is shorter: what is left of a gap below that is of no use.
    private let leastLength: Double

    init(_ problem: SearchProblem) {
        precondition(problem.hasMachines || problem.taskCount == 0, "the nodes are no rows of machines")
        self.problem = problem
        let count = problem.taskCount
        machine = [Int32](repeating: 0, count: count)
        starts = [Double](repeating: 0, count: count)
        ends = starts
        firstGap = [Int32](repeating: 0, count: problem.machineCount)
        ready = NodeMoments(nodes: problem.nodeCount)
        nodeOfGroup = [Int32](repeating: -1, count: Int(problem.group.max() ?? -1) + 1)
        shortestRests = problem.shortestRests
        leastLength = problem.lengths.reduce(.infinity) { $1 > 0 ? min($0, $1) : $0 }
    }

    func node(_ task: Int) -> Int { Int(problem.nodeOfMachine[Int(machine[task])]) }

    mutating func clear() {
        gapBegin.removeAll(keepingCapacity: true)
        gapEnd.removeAll(keepingCapacity: true)
        nextGap.removeAll(keepingCapacity: true)
        // The gap without an end has the number of its machine.
        for machine in 0..<problem.machineCount {
            gapBegin.append(0)
            gapEnd.append(.infinity)
            nextGap.append(-1)
            firstGap[machine] = Int32(machine)
        }
        for group in nodeOfGroup.indices { nodeOfGroup[group] = -1 }
    }

    /// A place for a task.
    private struct Place {
        var machine = -1
        var gap = -1
        /// The gap before that one; -1 for none or unknown.
        var before = -1
        var start = 0.0
        var end = Double.infinity
        var idle = 0.0
    }

    mutating func place(_ task: Int) -> Double {
        ready.clear()
        for edge in problem.parentEdges(task) {
            let parent = Int(problem.parents[edge])
            ready.add(ends[parent], on: node(parent), transfer: problem.parentTransfers[edge])
        }
        ready.close()
        let group = Int(problem.group[task])
        let bound = group >= 0 ? nodeOfGroup[group] : -1
        var best = Place()
        for machine in 0..<problem.machineCount where bound < 0 || problem.nodeOfMachine[machine] == bound {
            let length = problem.length(task, onMachine: machine)
            let ready = ready[Int(problem.nodeOfMachine[machine])]
            guard length < .infinity, ready + length <= best.end else { continue }
            if problem.isEmpty[task] {
                if ready < best.end { best = Place(machine: machine, start: ready, end: ready) }
            } else {
                look(at: machine, from: ready, length, &best)
            }
        }
        machine[task] = Int32(best.machine)
        starts[task] = best.start
        ends[task] = best.end
        if group >= 0 { nodeOfGroup[group] = problem.nodeOfMachine[best.machine] }
        if best.gap >= 0 { fill(best) }
        return best.end
    }

    /// The first gap of `machine` that is large enough, if it is better than `best`.
    private func look(at machine: Int, from ready: Double, _ length: Double, _ best: inout Place) {
        var (before, gap) = (-1, machine)
        if gapBegin[gap] > ready {
            gap = Int(firstGap[machine])
            while gapEnd[gap] < max(gapBegin[gap], ready) + length {
                before = gap
                gap = Int(nextGap[gap])
            }
        }
        let start = max(gapBegin[gap], ready)
        let (end, idle) = (start + length, start - gapBegin[gap])
        guard end < best.end || (end == best.end && idle < best.idle) else { return }
        best = Place(machine: machine, gap: gap, before: before, start: start, end: end, idle: idle)
    }

    /// Takes the time of a task out of a gap; what is left of it is kept where a task may fit.
    private mutating func fill(_ place: Place) {
        let gap = place.gap
        let keepsFront = place.start - gapBegin[gap] >= leastLength
        let keepsBack = gapEnd[gap] - place.end >= leastLength
        if keepsBack {
            if keepsFront {
                gapBegin.append(gapBegin[gap])
                gapEnd.append(place.start)
                nextGap.append(Int32(gap))
                link(gapBegin.count - 1, at: place)
            }
            gapBegin[gap] = place.end
        } else if keepsFront {
            gapEnd[gap] = place.start
        } else {
            link(Int(nextGap[gap]), at: place)
        }
    }

    /// Puts another gap behind the one before that of `place`.
    private mutating func link(_ gap: Int, at place: Place) {
        var before = place.before
        if before < 0, Int(firstGap[place.machine]) != place.gap {
            before = Int(firstGap[place.machine])
            while Int(nextGap[before]) != place.gap { before = Int(nextGap[before]) }
        }
        if before >= 0 { nextGap[before] = Int32(gap) } else { firstGap[place.machine] = Int32(gap) }
    }
}
