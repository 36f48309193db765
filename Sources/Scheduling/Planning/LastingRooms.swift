import Simulation
import Workflows

/// When each node has room for good, and from that where a task ends or starts first behind all that is placed.
///
/// Behind what is placed, a task starts when its files are there and its node has room for it from then on. That room is the same
/// for all tasks that hold alike, and changes only on the node that was placed on. So it is kept in a row for each class of such
/// tasks, in which the nodes of one kind stand side by side, with the two of each kind that have room first; a row is brought up
/// to date when it is asked for.
///
/// - Complexity: a question takes the kinds of nodes, or for files that arrive after the first node of a kind has room, its nodes;
///   where there are more classes than rows, and another one had the row, a look at every node before.
struct LastingRooms {
    /// Of the nodes of one kind: the places of the two that have room first, of equals the first, -1 where there is none; and of
    /// those that have it later than both no one has it before `beyond`.
    private struct Earliest {
        var (first, second) = (-1, -1)
        var beyond = Double.infinity
    }

    private let rowWidth: Int
    /// The nodes, kind by kind, the place of each, and where each kind begins.
    private let nodes: [Int]
    private let placeOf: [Int]
    private let offsets: [Int]
    private let kindOf: [Int]
    private let speeds: [Double]
    private let overheads: [Double]
    /// The class of each task.
    private let classOf: [Int]
    /// The kinds of nodes that the tasks of each class fit on.
    private let kinds: [[Int]]

    /// By class, modulo the number of rows, and place: from when on there is room for good.
    private var rooms: [Double]
    /// By row and kind.
    private var earliest: [Earliest]
    /// By row: when the first node that its tasks fit on has room.
    private var first: [Double]
    /// The class of each row, and up to which placement it is up to date.
    private var holders: [Int]
    private var seen: [Int]
    /// The placements after the last one that changed a row.
    private var changed: [Int]

    /// Rows hold so many values together at the most, or one row.
    static let mostValues = 1 << 20

    /// What makes tasks hold alike.
    private struct Holding: Hashable {
        var cores: Double
        var memory: Double
        /// The number of the choice of nodes.
        var choice: Int
        /// Tasks of no length need no room.
        var isEmpty: Bool
    }

    /// The rooms behind what is placed in `draft` and will be.
    init(of draft: PlanDraft, mostValues: Int = Self.mostValues) {
        let instance = draft.instance
        let groups = NodeGroups(of: instance)
        (rowWidth, kindOf) = (instance.nodeCount, groups.ofNode)
        nodes = groups.members.flatMap { $0 }
        var (placeOf, offsets) = ([Int](repeating: 0, count: rowWidth), [0])
        for (place, node) in nodes.enumerated() { placeOf[node] = place }
        for members in groups.members { offsets.append(offsets[offsets.count - 1] + members.count) }
        (self.placeOf, self.offsets) = (placeOf, offsets)
        speeds = groups.firsts.map { instance.cluster.nodes[$0].speed }
        overheads = groups.firsts.map { instance.cluster.nodes[$0].taskOverheadSeconds }
        (classOf, kinds) = Self.classes(of: draft)
        let count = min(kinds.count, max(1, mostValues / max(1, rowWidth)))
        rooms = [Double](repeating: 0, count: count * rowWidth)
        earliest = [Earliest](repeating: Earliest(), count: count * groups.count)
        first = [Double](repeating: 0, count: count)
        holders = [Int](repeating: -1, count: count)
        seen = [Int](repeating: 0, count: count)
        changed = seen
    }

    private static func classes(of draft: PlanDraft) -> (classOf: [Int], kinds: [[Int]]) {
        let (instance, choices) = (draft.instance, draft.choices)
        let isBounded = memoryIsScarce(in: draft)
        var numbers = ValueNumbers<Holding>()
        var last = -1
        let classOf = (0..<instance.taskCount).map { task -> Int in
            let holding = Holding(
                cores: instance.cores[task], memory: isBounded ? instance.memory[task] : 0,
                choice: choices.choice(of: task), isEmpty: instance.runtimes[task] == 0)
            // Neighbours mostly hold the same.
            if last >= 0, numbers.values[last] == holding { return last }
            last = numbers.number(of: holding)
            return last
        }
        return (classOf, numbers.values.map { choices.kinds[$0.choice] })
    }

    /// Whether memory may ever be what a node lacks: as many of the largest tasks as its cores can hold have more.
    private static func memoryIsScarce(in draft: PlanDraft) -> Bool {
        let instance = draft.instance
        let (least, most) = (instance.cores.min() ?? 0, instance.memory.max() ?? 0)
        var largest: [Double] = []
        var sums = [0.0]
        return zip(instance.cluster.nodes, draft.board.timelines).contains { node, timeline in
            guard let memory = node.memoryBytes else { return false }
            // What stands there already is not known one by one.
            guard timeline.closing == 0, least > 0 else { return true }
            let count = min(Double(instance.taskCount), (node.cores / least * (1 + 1e-9)).rounded(.down))
            if count * most * (1 + 1e-9) <= memory { return false }
            if largest.isEmpty { largest = instance.memory.sorted(by: >) }
            while sums.count <= Int(count) { sums.append(sums[sums.count - 1] + largest[sums.count - 1]) }
            return sums[Int(count)] > memory
        }
    }

    /// The number of what `task` holds: tasks with the same find the same room.
    func holding(of task: Int) -> Int { classOf[task] }

    /// The row of `task`, up to date.
    private mutating func row(for task: Int, _ draft: PlanDraft) -> Int {
        let number = classOf[task]
        let row = number < holders.count ? number : number % holders.count
        let placed = draft.placedNodes.count
        let isKept = holders[row] == number
        if isKept, seen[row] == placed { return row }
        if isKept, placed - seen[row] < rowWidth {
            for placement in seen[row]..<placed where update(row, draft.placedNodes[placement], task, draft) {
                changed[row] = placement + 1
            }
        } else {
            changed[row] = placed
            for place in 0..<rowWidth { rooms[row * rowWidth + place] = room(for: task, on: nodes[place], draft) }
            for kind in speeds.indices { findEarliest(of: kind, in: row) }
        }
        if changed[row] > seen[row] || !isKept { findFirst(in: row, number) }
        (holders[row], seen[row]) = (number, placed)
        return row
    }

    private func room(for task: Int, on node: Int, _ draft: PlanDraft) -> Double {
        draft.instance.runtimes[task] == 0
            ? -.infinity : draft.lastingRoom(for: task, ready: -.infinity, on: node)
    }

    /// Looks again at one node of a row; whether it has another room.
    private mutating func update(_ row: Int, _ node: Int, _ task: Int, _ draft: PlanDraft) -> Bool {
        let (place, kind) = (placeOf[node], kindOf[node])
        let moment = room(for: task, on: node, draft)
        if rooms[row * rowWidth + place] == moment { return false }
        rooms[row * rowWidth + place] = moment
        let two = earliest[row * speeds.count + kind]
        if two.first == place || two.second == place {
            findEarliest(of: kind, in: row)
        } else if two.second >= 0, moment > rooms[row * rowWidth + two.second] {
            earliest[row * speeds.count + kind].beyond = min(two.beyond, moment)
        }
        return true
    }

    private mutating func findEarliest(of kind: Int, in row: Int) {
        let base = row * rowWidth
        var (first, second) = (-1, -1)
        var (least, next) = (Double.infinity, Double.infinity)
        for place in offsets[kind]..<offsets[kind + 1] {
            let moment = rooms[base + place]
            if first < 0 || moment < least {
                (second, next) = (first, least)
                (first, least) = (place, moment)
            } else if second < 0 || moment < next {
                (second, next) = (place, moment)
            }
        }
        var beyond = Double.infinity
        for place in offsets[kind]..<offsets[kind + 1] {
            let moment = rooms[base + place]
            if moment > next, moment < beyond { beyond = moment }
        }
        earliest[row * speeds.count + kind] = Earliest(first: first, second: second, beyond: beyond)
    }

    private mutating func findFirst(in row: Int, _ number: Int) {
        var least = Double.infinity
        for kind in kinds[number] {
            least = min(least, rooms[row * rowWidth + earliest[row * speeds.count + kind].first])
        }
        first[row] = least
    }

    private func duration(_ task: Int, onKind kind: Int, _ draft: PlanDraft) -> Double {
        let runtime = draft.instance.runtimes[task]
        return runtime > 0 ? runtime / speeds[kind] + overheads[kind] : 0
    }
}

/// Questions.
extension LastingRooms {
    /// Whether the last placement may have changed the room that `task` finds.
    mutating func hasChanged(for task: Int, _ draft: PlanDraft) -> Bool {
        changed[row(for: task, draft)] == draft.placedNodes.count
    }

    /// Whether the files of `task` are everywhere before any node has room for it: when they come makes no difference then, and
    /// never will.
    mutating func isSettled(_ task: Int, _ arrival: FileArrival, _ draft: PlanDraft) -> Bool {
        first[row(for: task, draft)] >= arrival.elsewhere
    }

    /// The slot of `task` on `node`; its files are there before there is room where no `arrival` is told.
    mutating func slot(of task: Int, _ arrival: FileArrival?, on node: Int, _ draft: PlanDraft) -> PlanDraft.Slot {
        let room = rooms[row(for: task, draft) * rowWidth + placeOf[node]]
        let start = arrival.map { max($0.moment(on: node), room) } ?? room
        return PlanDraft.Slot(node: node, start: start, finish: start + duration(task, onKind: kindOf[node], draft))
    }

    /// Where `task` ends first, and where it does of the other nodes; of equally good nodes the first.
    mutating func twoEarliestFinishes(of task: Int, _ arrival: FileArrival?, _ draft: PlanDraft) -> (
        best: PlanDraft.Slot, second: PlanDraft.Slot
    ) {
        var (best, second) = (PlanDraft.Slot(), PlanDraft.Slot())
        forEachSlot(of: task, arrival, draft) { slot in
            if slot.precedes(best) {
                (best, second) = (slot, best)
            } else if slot.precedes(second) {
                second = slot
            }
        }
        return (best, second)
    }

    /// Where `task` starts first; of equally good nodes the first.
    mutating func earliestStart(of task: Int, _ arrival: FileArrival?, _ draft: PlanDraft) -> PlanDraft.Slot {
        var best = PlanDraft.Slot()
        forEachSlot(of: task, arrival, draft) { slot in
            if slot.start < best.start || slot.start == best.start && slot.node < best.node { best = slot }
        }
        return best
    }

    /// The node on which `task` runs shortest; of equally good nodes the first.
    func shortest(of task: Int, _ draft: PlanDraft) -> Int {
        let bound = draft.bound(of: task)
        if bound >= 0 { return bound }
        var (best, least) = (-1, Double.infinity)
        // Kinds stand in the order of their first nodes.
        for kind in kinds[classOf[task]] {
            let length = duration(task, onKind: kind, draft)
            if length < least { (best, least) = (nodes[offsets[kind]], length) }
        }
        return best
    }

    /// Calls `body` with slots of `task`, of each kind of nodes with the two best at the least.
    @inline(__always)
    private mutating func forEachSlot(
        of task: Int, _ arrival: FileArrival?, _ draft: PlanDraft, _ body: (PlanDraft.Slot) -> Void
    ) {
        let bound = draft.bound(of: task)
        if bound >= 0 { return body(slot(of: task, arrival, on: bound, draft)) }
        let row = row(for: task, draft)
        let base = row * rowWidth
        for kind in kinds[classOf[task]] {
            let length = duration(task, onKind: kind, draft)
            let two = earliest[row * speeds.count + kind]
            let first = two.first
            if let arrival, rooms[base + first] < arrival.elsewhere {
                forEachStart(onKind: kind, base, arrival) { place, start in
                    body(PlanDraft.Slot(node: nodes[place], start: start, finish: start + length))
                }
                continue
            }
            let moment = rooms[base + first]
            body(PlanDraft.Slot(node: nodes[first], start: moment, finish: moment + length))
            guard two.second >= 0 else { continue }
            let next = rooms[base + two.second]
            body(PlanDraft.Slot(node: nodes[two.second], start: next, finish: next + length))
            // Where rounding makes other rooms end alike, of those nodes others may come first.
            if moment < next && moment + length == next + length
                || two.beyond < .infinity && two.beyond + length == next + length
            {
                for place in offsets[kind]..<offsets[kind + 1] where place != first && place != two.second {
                    let moment = rooms[base + place]
                    body(PlanDraft.Slot(node: nodes[place], start: moment, finish: moment + length))
                }
            }
        }
    }

    /// Calls `body` with the starts on the nodes of one kind, up to the second with room before the files are everywhere: behind
    /// it only the node that has them earlier can be better.
    @inline(__always)
    private func forEachStart(
        onKind kind: Int, _ base: Int, _ arrival: FileArrival, _ body: (_ place: Int, _ start: Double) -> Void
    ) {
        let early = arrival.node >= 0 && kindOf[arrival.node] == kind ? placeOf[arrival.node] : -1
        if early >= 0 { body(early, max(rooms[base + early], arrival.moment(on: arrival.node))) }
        var count = 0
        for place in offsets[kind]..<offsets[kind + 1] where place != early {
            let moment = rooms[base + place]
            body(place, max(moment, arrival.elsewhere))
            if moment <= arrival.elsewhere {
                count += 1
                if count == 2 { return }
            }
        }
    }
}
