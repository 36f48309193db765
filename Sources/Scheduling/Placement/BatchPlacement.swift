import Simulation

/// Places ready tasks one by one, always the one that all others yield to: with every task that is placed, what the
/// others could gain is known anew.
///
/// Larger priorities come first, and what finds no room never will, so that one priority is gone through after the other.
/// What a task could gain depends on which kinds of nodes have room for it, not on which of their nodes. Room only
/// shrinks while a decision is made, so a task is looked at again only when the kind on which it would end first, or
/// second, has no more room for it. Tasks that ask for alike lie in blocks, of which each knows the most that one of
/// its tasks asks of a kind: while there is room for that, none of them is looked at.
///
/// - Complexity: for n tasks, m placements and k kinds of nodes about n · k + m · n / 64, where nodes that are faster for one
///   task are so for all.
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

    /// A kind of nodes.
    private struct Choice {
        var kind: Int
        /// Whether it has one node alone.
        var isSingle: Bool
        /// The most that is free on one of its nodes, or on two.
        var cores: Double
        var memory: Double
    }

    /// Tasks of one priority.
    private struct Level {
        /// The tasks, so that those which ask for alike lie side by side, and what they ask for.
        var tasks: [Int]
        var cores: [Double]
        var memory: [Double]
        /// The places among the choices of the kind of the node on which each task would end first, and of the one on which
        /// it would end second; the number of choices where there is none.
        var first: [Int32]
        var second: [Int32]
        /// By block and choice, the most that one of the block's tasks asks of it.
        var most: [(cores: Double, memory: Double)]
        /// What each task comes first by, larger first; those that are placed or have no room are not in it.
        var keys: LargestKeys
        /// Places by falling seconds, and how far they are too dear for each choice.
        var bySeconds: [Int]
        var dear: [Int]
    }

    private let ready: ReadySet
    private let criterion: Criterion
    private(set) var room: PlacementRoom
    /// The kinds, the fastest first, and whether every task agrees to that.
    private var choices: [Choice]
    private let isCommon: Bool
    private var level: Level
    /// Tasks that are to be looked at again.
    private var lost: [Int] = []

    private static let nothing = (cores: -Double.infinity, memory: -Double.infinity)

    init(_ ready: ReadySet, by criterion: Criterion, in room: PlacementRoom) {
        self.ready = ready
        self.criterion = criterion
        self.room = room
        let kinds = room.kinds
        let order = kinds.indices.sorted {
            (-kinds[$0].speed, kinds[$0].overhead) < (-kinds[$1].speed, kinds[$1].overhead)
        }
        isCommon = zip(order, order.dropFirst()).allSatisfy { kinds[$0].overhead <= kinds[$1].overhead }
        choices = order.map { Choice(kind: $0, isSingle: room.members[$0].count == 1, cores: 0, memory: 0) }
        level = Level(
            tasks: [], cores: [], memory: [], first: [], second: [], most: [], keys: LargestKeys(ranks: []),
            bySeconds: [], dear: [])
        for choice in choices.indices { update(choice) }
    }

    /// Places what has room; nil if `isOver` says so before.
    mutating func placeNow(isOver: () -> Bool) -> [ReadyPlacer.Placement]? {
        var placed: [ReadyPlacer.Placement] = []
        var levels: [Double: [Int]] = [:]
        for task in ready.tasks.indices where room.whole.first(ready.needs[task].cores, ready.needs[task].memory) != nil
        {
            let priority = ready.tasks[task].priority
            levels[priority.isNaN ? -.infinity : priority, default: []].append(task)
        }
        for priority in levels.keys.sorted(by: >) {
            begin(levels[priority] ?? [])
            guard placeLevel(into: &placed, isOver: isOver) else { return nil }
        }
        return placed
    }

    /// Makes `tasks` the level that is placed.
    private mutating func begin(_ tasks: [Int]) {
        let arranged = NeedBlocks.arranged(tasks.map { ready.needs[$0] }, size: LargestKeys.blockSize).map { tasks[$0] }
        let count = arranged.count
        level = Level(
            tasks: arranged, cores: arranged.map { ready.needs[$0].cores },
            memory: arranged.map { ready.needs[$0].memory }, first: [Int32](repeating: 0, count: count),
            second: [Int32](repeating: 0, count: count),
            most: [(cores: Double, memory: Double)](
                repeating: Self.nothing, count: (count / LargestKeys.blockSize + 1) * choices.count),
            keys: LargestKeys(ranks: arranged),
            bySeconds: room.hasBoundedCost
                ? arranged.indices.sorted { ready.needs[arranged[$0]].seconds > ready.needs[arranged[$1]].seconds }
                : [],
            dear: [Int](repeating: 0, count: choices.count))
        for place in arranged.indices { look(at: place) }
    }

    /// Places the tasks of the level that have room; whether `isOver` did not say so before.
    private mutating func placeLevel(into placed: inout [ReadyPlacer.Placement], isOver: () -> Bool) -> Bool {
        while let place = level.keys.first() {
            if isOver() { return false }
            let task = level.tasks[place]
            let need = ready.needs[task]
            let question = PlacementQuestion(need: need, remaining: need.seconds, isCritical: false)
            guard let node = room.node(for: question, by: .earliestFinish, turn: 0) else {
                preconditionFailure("task \(task) has room on a kind of nodes and on no node")
            }
            room.take(need, on: node)
            placed.append(ReadyPlacer.Placement(task: task, node: node))
            setNone(place)
            guard let choice = choices.firstIndex(where: { $0.kind == room.kindOf[node] }) else { continue }
            update(choice)
            findLost(on: choice)
            for place in lost { look(at: place) }
            if room.hasBoundedCost { lookAtDear() }
        }
        return true
    }

    /// What is free on the nodes of a choice is known anew; no more than they have.
    private mutating func update(_ choice: Int) {
        let kind = choices[choice].kind
        let free = room.trees[kind].most
        choices[choice].cores = min(free.cores, room.kinds[kind].cores)
        choices[choice].memory = min(free.memory, room.kinds[kind].memory)
    }

    private func hasRoom(_ place: Int, on choice: Int) -> Bool {
        let here = choices[choice]
        let (cores, memory) = (level.cores[place], level.memory[place])
        guard cores <= here.cores, memory <= here.memory else { return false }
        guard here.isSingle || room.trees[here.kind].first(cores, memory) != nil else { return false }
        return room.isUnbounded || room.obstacle(ready.needs[level.tasks[place]], onKind: here.kind) == nil
    }

    /// Whether so many nodes of a choice have so much free.
    private func has(_ cores: Double, _ memory: Double, on choice: Int, times: Int) -> Bool {
        let here = choices[choice]
        guard cores <= here.cores, memory <= here.memory else { return false }
        if here.isSingle { return times == 1 }
        return room.nodesWithRoom(cores, memory, ofKind: here.kind) >= times
    }

    /// Finds the tasks for which a choice has no longer room.
    private mutating func findLost(on choice: Int) {
        lost.removeAll(keepingCapacity: true)
        let nodes = choices[choice].isSingle || criterion != .mostLoss ? 1 : 2
        var corner = choice
        for start in stride(from: 0, to: level.tasks.count, by: LargestKeys.blockSize) {
            let most = level.most[corner]
            if most.cores >= 0, !has(most.cores, most.memory, on: choice, times: nodes) {
                level.most[corner] = findLost(on: Int32(choice), from: start)
            }
            corner += choices.count
        }
    }

    /// The same in one block; what the others of it ask for at the most.
    private mutating func findLost(on choice: Int32, from start: Int) -> (cores: Double, memory: Double) {
        var left = Self.nothing
        for place in start..<min(start + LargestKeys.blockSize, level.tasks.count) {
            let wanted = (level.first[place] == choice ? 1 : 0) + (level.second[place] == choice ? 1 : 0)
            if wanted == 0 { continue }
            let (cores, memory) = (level.cores[place], level.memory[place])
            if has(cores, memory, on: Int(choice), times: wanted) {
                left = (max(left.cores, cores), max(left.memory, memory))
            } else {
                lost.append(place)
            }
        }
        return left
    }

    /// Looks again at the tasks that have become too dear for a kind of nodes.
    private mutating func lookAtDear() {
        for choice in choices.indices {
            while level.dear[choice] < level.bySeconds.count {
                let place = level.bySeconds[level.dear[choice]]
                guard room.isDear(ready.needs[level.tasks[place]], onKind: choices[choice].kind) else { break }
                level.dear[choice] += 1
                if level.keys.holds(place) { look(at: place) }
            }
        }
    }

    private mutating func setNone(_ place: Int) {
        level.keys.set(place, nil)
        (level.first[place], level.second[place]) = (Int32(choices.count), Int32(choices.count))
    }

    /// Finds out what the task at `place` comes first by.
    private mutating func look(at place: Int) {
        let (first, second) = isCommon ? nextChoices(of: place) : bestChoices(of: place)
        guard first < choices.count else { return setNone(place) }
        (level.first[place], level.second[place]) = (Int32(first), Int32(second))
        let base = place / LargestKeys.blockSize * choices.count
        widen(base + first, by: place)
        if second < choices.count, second != first { widen(base + second, by: place) }
        let seconds = duration(of: place, on: first)
        switch criterion {
        // One that never ends has a key too.
        case .leastFinish: level.keys.set(place, max(-seconds, -.greatestFiniteMagnitude))
        case .mostFinish: level.keys.set(place, seconds)
        case .mostLoss:
            let loss = second < choices.count ? duration(of: place, on: second) - seconds : .infinity
            level.keys.set(place, loss.isNaN ? 0 : loss)
        }
    }

    private mutating func widen(_ corner: Int, by place: Int) {
        let most = level.most[corner]
        level.most[corner] = (max(most.cores, level.cores[place]), max(most.memory, level.memory[place]))
    }

    private func duration(of place: Int, on choice: Int) -> Double {
        room.kinds[choices[choice].kind].duration(ready.needs[level.tasks[place]].seconds)
    }

    /// The choice on which the task at `place` ends first, and for sufferage the one on which it ends second, where the faster
    /// choice is so for all: no room comes back, so that both are looked for from where they were.
    private func nextChoices(of place: Int) -> (first: Int, second: Int) {
        var first = Int(level.first[place])
        while first < choices.count, !hasRoom(place, on: first) { first += 1 }
        guard criterion == .mostLoss, first < choices.count else { return (first, choices.count) }
        if has(level.cores[place], level.memory[place], on: first, times: 2) { return (first, first) }
        var second = max(first + 1, Int(level.second[place]))
        while second < choices.count, !hasRoom(place, on: second) { second += 1 }
        return (first, second)
    }

    /// The same where tasks differ in which choice is faster.
    private func bestChoices(of place: Int) -> (first: Int, second: Int) {
        var (first, second) = (choices.count, choices.count)
        var (least, next) = (Double.infinity, Double.infinity)
        for choice in choices.indices {
            let seconds = duration(of: place, on: choice)
            if first < choices.count, seconds >= (criterion == .mostLoss ? next : least) { continue }
            guard hasRoom(place, on: choice) else { continue }
            if first == choices.count || seconds < least {
                (second, next) = (first, least)
                (first, least) = (choice, seconds)
            } else {
                (second, next) = (choice, seconds)
            }
            if criterion == .mostLoss, first == choice,
                has(level.cores[place], level.memory[place], on: choice, times: 2)
            {
                (second, next) = (first, least)
            }
        }
        return (first, criterion == .mostLoss ? second : choices.count)
    }
}
