import Simulation

/// Places ready tasks one by one, always the one that all others yield to: with every task that is placed, what the
/// others could gain is known anew.
///
/// What a task could gain depends on which kinds of nodes have room for it, not on which of their nodes. Room only
/// shrinks while a decision is made, so a task is looked at again only when the kind on which it would end first, or
/// second, has no more room for it. Tasks that ask for alike lie in blocks, of which each knows the most that one of
/// its tasks asks of a kind: while there is room for that, none of them is looked at. For min-min it is enough to look
/// again at the one whose turn it seems to be.
///
/// - Complexity: for n tasks, m placements and k kinds of nodes about n · (k + log n) + m · n / 64, where nodes that
///   are faster for one task are so for all.
struct BatchPlacement {
    /// Which task comes first.
    enum Criterion {
        /// The one that can end first (min-min).
        case leastFinish
        /// The one that ends last, each where it ends first (max-min).
        case mostFinish
        /// The one whose second best node is worse than its best by the most seconds; one that has room on one node
        /// alone would have to wait and loses most (sufferage).
        case mostLoss
    }

    private let ready: ReadySet
    private let criterion: Criterion
    private(set) var room: PlacementRoom
    /// What each task comes first by, larger first; those that are placed or have no room are not in it.
    private var board: Tournament
    /// The kind of the node on which each task would end first, and of the one on which it would end second; or none.
    private var bestKind: [Int32]
    private var secondKind: [Int32]
    /// The kinds, the fastest first, and whether every task agrees to that.
    private let preference: [Int]
    private let isCommon: Bool
    /// The kinds at the front of the preference that have no room for a task any more.
    private var passed: [Int32]
    /// Tasks that ask for alike, one block behind the other, and the block of each.
    private let arranged: [Int]
    private var blockOf: [Int32]
    /// By block and kind, the most that a task asks of it.
    private var most: [(cores: Double, memory: Double)]
    /// Tasks by falling seconds, and how far they are too dear for each kind.
    private let bySeconds: [Int]
    private var dear: [Int]

    private static let blockSize = 64
    private static let none: Int32 = -1

    init(_ ready: ReadySet, by criterion: Criterion, in room: PlacementRoom) {
        self.ready = ready
        self.criterion = criterion
        self.room = room
        let (count, kinds) = (ready.count, room.kinds)
        board = Tournament(priorities: ready.tasks.map(\.priority))
        bestKind = [Int32](repeating: Self.none, count: count)
        secondKind = bestKind
        passed = [Int32](repeating: 0, count: count)
        preference = kinds.indices.sorted {
            (-kinds[$0].speed, kinds[$0].overhead) < (-kinds[$1].speed, kinds[$1].overhead)
        }
        isCommon = zip(preference, preference.dropFirst()).allSatisfy { kinds[$0].overhead <= kinds[$1].overhead }
        arranged = NeedBlocks.arranged(ready.needs, size: Self.blockSize)
        blockOf = passed
        for (place, task) in arranged.enumerated() { blockOf[task] = Int32(place / Self.blockSize) }
        most = [(cores: Double, memory: Double)](
            repeating: Self.nothing, count: (count / Self.blockSize + 1) * kinds.count)
        bySeconds =
            room.hasBoundedCost
            ? ready.tasks.indices.sorted { ready.needs[$0].seconds > ready.needs[$1].seconds } : []
        dear = [Int](repeating: 0, count: kinds.count)
        for task in ready.tasks.indices where room.whole.first(ready.needs[task].cores, ready.needs[task].memory) != nil
        {
            look(at: task)
        }
    }

    private static let nothing = (cores: -Double.infinity, memory: -Double.infinity)

    /// Places what has room; nil if `isOver` says so before.
    mutating func placeNow(isOver: () -> Bool) -> [ReadyPlacer.Placement]? {
        var placed: [ReadyPlacer.Placement] = []
        while let task = board.first {
            if isOver() { return nil }
            let need = ready.needs[task]
            // An end can only become later: so what could end first, if it still can, is first.
            if criterion == .leastFinish, !room.hasRoom(need, onKind: Int(bestKind[task])) {
                look(at: task)
                continue
            }
            let question = PlacementQuestion(need: need, remaining: need.seconds, isCritical: false)
            guard let node = room.node(for: question, by: .earliestFinish, turn: 0) else {
                preconditionFailure("task \(task) has room on a kind of nodes and on no node")
            }
            room.take(need, on: node)
            placed.append(ReadyPlacer.Placement(task: task, node: node))
            board.set(task, nil)
            (bestKind[task], secondKind[task]) = (Self.none, Self.none)
            if criterion == .leastFinish { continue }
            lookAgain(afterTakingOf: room.kindOf[node])
            if room.hasBoundedCost { lookAtDear() }
        }
        return placed
    }

    /// Looks again at the tasks for which a kind of nodes has no longer room.
    private mutating func lookAgain(afterTakingOf kind: Int) {
        var lost: [Int] = []
        var block = 0
        for start in stride(from: 0, to: arranged.count, by: Self.blockSize) {
            let corner = most[block * room.kinds.count + kind]
            block += 1
            if corner.cores < 0 { continue }
            let nodes = room.nodesWithRoom(corner.cores, corner.memory, ofKind: kind)
            if nodes == 2 || nodes == 1 && criterion != .mostLoss { continue }
            var left = Self.nothing
            for place in start..<min(start + Self.blockSize, arranged.count) {
                let task = arranged[place]
                let wanted = (bestKind[task] == kind ? 1 : 0) + (secondKind[task] == kind ? 1 : 0)
                if wanted == 0 { continue }
                let need = ready.needs[task]
                if room.nodesWithRoom(need.cores, need.memory, ofKind: kind) >= wanted {
                    left = (max(left.cores, need.cores), max(left.memory, need.memory))
                } else {
                    lost.append(task)
                }
            }
            most[(block - 1) * room.kinds.count + kind] = left
        }
        for task in lost { look(at: task) }
    }

    /// Looks again at the tasks that have become too dear for a kind of nodes.
    private mutating func lookAtDear() {
        for kind in room.kinds.indices {
            while dear[kind] < bySeconds.count, room.isDear(ready.needs[bySeconds[dear[kind]]], onKind: kind) {
                let task = bySeconds[dear[kind]]
                dear[kind] += 1
                if board.holds(task) { look(at: task) }
            }
        }
    }

    /// Finds out what `task` comes first by.
    private mutating func look(at task: Int) {
        let need = ready.needs[task]
        if isCommon {
            while passed[task] < preference.count, !room.hasRoom(need, onKind: preference[Int(passed[task])]) {
                passed[task] += 1
            }
        }
        var first = (seconds: Double.infinity, kind: -1)
        var second = (seconds: Double.infinity, kind: -1)
        for kind in preference[Int(passed[task])...] {
            let seconds = room.kinds[kind].duration(need.seconds)
            let bound = criterion == .mostLoss ? second.seconds : first.seconds
            if first.kind >= 0, seconds >= bound {
                if isCommon { break }
                continue
            }
            guard room.hasRoom(need, onKind: kind) else { continue }
            if first.kind < 0 || seconds < first.seconds {
                (second, first) = (first, (seconds, kind))
            } else {
                second = (seconds, kind)
            }
            if criterion == .mostLoss, first.kind == kind,
                room.nodesWithRoom(need.cores, need.memory, ofKind: kind) == 2
            {
                second = first
            }
        }
        if criterion != .mostLoss { second.kind = -1 }
        bestKind[task] = Int32(first.kind)
        secondKind[task] = Int32(second.kind)
        for kind in [first.kind, second.kind] where kind >= 0 {
            let place = Int(blockOf[task]) * room.kinds.count + kind
            most[place] = (max(most[place].cores, need.cores), max(most[place].memory, need.memory))
        }
        guard first.kind >= 0 else { return board.set(task, nil) }
        switch criterion {
        case .leastFinish: board.set(task, -first.seconds)
        case .mostFinish: board.set(task, first.seconds)
        case .mostLoss: board.set(task, second.kind < 0 ? .infinity : second.seconds - first.seconds)
        }
    }
}
