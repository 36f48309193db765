import Simulation

/// Ready tasks with the two best nodes of each, or the best, kept up to date while others are placed.
///
/// Placing a task makes no end earlier, and those on other nodes stay as they are. So a task is looked at only where one of
/// its two nodes was taken, and on all nodes only if it may now be better elsewhere. Of tasks that are alike one stands for all
/// (``AlikeTasks``); once no node has room before the files of a task are everywhere, it is alike whatever its files.
struct Candidates {
    private struct Entry {
        var task: Int
        /// The line of tasks alike that it stands for.
        var line: Int
        /// When its files are on each node; nil where that makes no difference.
        var arrival: FileArrival?
        /// Where it ends or starts first.
        var best = PlanDraft.Slot()
        /// Where it ends first but for that node; a little earlier than it now does, maybe, unless that is the key.
        var second = PlanDraft.Slot()
        /// The node that it was bound to when these were found.
        var bound = -1
    }

    /// Which task is taken.
    enum Rule {
        /// That which would end latest of those that are placed where they end first.
        case latestFinish
        /// That which would end the most later but for its best node.
        case sufferage
        /// That which can start first.
        case earliestStart
    }

    private var entries: [Entry] = []
    /// What the largest of is taken.
    private var keys: [Double] = []
    /// The nodes that the key of each hangs on, the second of which is -1 where it does not, and what it holds.
    private var watched: [(best: Int32, second: Int32, holding: Int32)] = []
    private let rule: Rule
    private var rooms: LastingRooms
    private var alike: AlikeTasks
    /// The place of the entry of each line; -1 without any.
    private var places: [Int] = []
    /// Lines whose files make no difference any more, and which are to be joined to others.
    private var settled: [Int] = []

    /// Entries between two looks at the clock.
    private static let entriesBetweenLooks = 1000

    /// None yet of those that are placed in `draft` and in what becomes of it.
    init(by rule: Rule, in draft: PlanDraft) {
        self.rule = rule
        rooms = LastingRooms(of: draft)
        let order: AlikeTasks.Order =
            switch rule {
            case .latestFinish: .longestFirst
            case .sufferage: .equal
            case .earliestStart: .any
            }
        alike = AlikeTasks(order, count: draft.instance.taskCount)
    }

    var isEmpty: Bool { entries.isEmpty }
    /// How many tasks are compared.
    var count: Int { entries.count }

    /// Puts in a task that is ready.
    mutating func add(_ task: Int, _ draft: PlanDraft) {
        let arrival = draft.arrival(of: task)
        let isSettled = draft.instance.group(of: task) == nil && rooms.isSettled(task, arrival, draft)
        add(task, isSettled ? nil : arrival, draft)
    }

    private mutating func add(_ task: Int, _ arrival: FileArrival?, _ draft: PlanDraft) {
        let line = alike.add(task, holding: rooms.holding(of: task), arrival, draft.instance)
        if line == places.count { places.append(-1) }
        if places[line] < 0 {
            places[line] = entries.count
            entries.append(Entry(task: task, line: line, arrival: arrival))
            keys.append(0)
            watched.append((-1, -1, -1))
            search(entries.count - 1, draft)
        } else if alike.first(of: line) == task {
            entries[places[line]].task = task
            search(places[line], draft)
        }
    }

    /// Places the task with the largest key, of those the first of the file, on its best node, and returns it; nil if `isOver`
    /// says so before all others are up to date.
    mutating func placeLargest(in draft: inout PlanDraft, isOver: () -> Bool) -> Int? {
        let top = largest(draft)
        let entry = entries[top]
        draft.place(entry.task, entry.arrival ?? draft.arrival(of: entry.task), at: entry.best)
        alike.remove(entry.task, from: entry.line)
        let isBinding = draft.instance.group(of: entry.task) != nil
        if let next = alike.first(of: entry.line) {
            entries[top].task = next
            search(top, draft)
        } else {
            remove(top)
        }
        for start in stride(from: 0, to: entries.count, by: Self.entriesBetweenLooks) {
            if start > 0, isOver() { return nil }
            let end = min(start + Self.entriesBetweenLooks, entries.count)
            update(start..<end, after: Int32(entry.best.node), isBinding, draft)
        }
        while let line = settled.popLast() {
            guard join(line, draft, isOver: isOver) else { return nil }
        }
        return entry.task
    }

    /// The entry of the task with the largest key, of those the first of the file.
    private mutating func largest(_ draft: PlanDraft) -> Int {
        var key = keys[0]
        for place in keys.indices where keys[place] > key { key = keys[place] }
        var top = (place: -1, task: Int.max)
        for place in keys.indices where keys[place] == key {
            let task = firstTied(place, key, draft)
            if task < top.task { top = (place, task) }
        }
        if entries[top.place].task != top.task {
            entries[top.place].task = top.task
            search(top.place, draft)
        }
        return top.place
    }

    /// Of the tasks that the entry at `place` stands for, the first of those with `key`, which is its own.
    private mutating func firstTied(_ place: Int, _ key: Double, _ draft: PlanDraft) -> Int {
        let (task, line, arrival) = (entries[place].task, entries[place].line, entries[place].arrival)
        // Tasks of other runtimes end at the same moment where the difference is lost by rounding; mostly the longest is alone.
        guard rule == .latestFinish, let second = alike.second(of: line), ends(second, arrival, at: key, draft) else {
            return task
        }
        var first = Int.max
        var passed: [(key: Double, task: Int)] = []
        while let next = alike.first(of: line), next == task || ends(next, arrival, at: key, draft) {
            first = min(first, next)
            if let run = alike.putAside(from: line) { passed.append(run) }
        }
        for run in passed { alike.putBack(run, into: line) }
        return first
    }

    private mutating func ends(_ task: Int, _ arrival: FileArrival?, at end: Double, _ draft: PlanDraft) -> Bool {
        rooms.twoEarliestFinishes(of: task, arrival, draft).best.finish == end
    }

    private mutating func remove(_ place: Int) {
        places[entries[place].line] = -1
        let last = entries.removeLast()
        let (key, nodes) = (keys.removeLast(), watched.removeLast())
        guard place < entries.count else { return }
        entries[place] = last
        keys[place] = key
        watched[place] = nodes
        places[last.line] = place
    }

    /// Puts the tasks of a line whose files make no difference any more to those that are alike but for them; whether `isOver` did
    /// not say so before.
    private mutating func join(_ line: Int, _ draft: PlanDraft, isOver: () -> Bool) -> Bool {
        guard places[line] >= 0, entries[places[line]].arrival != nil else { return true }
        remove(places[line])
        var count = 0
        while let task = alike.first(of: line) {
            alike.remove(task, from: line)
            add(task, nil, draft)
            count += 1
            if count % Self.entriesBetweenLooks == 0, isOver() { return false }
        }
        return true
    }

    /// Looks again at entries that hang on `node`, which was taken, or on where the group of the task there is.
    private mutating func update(_ range: Range<Int>, after node: Int32, _ isBinding: Bool, _ draft: PlanDraft) {
        var (holding, hasChanged) = (Int32(-1), false)
        for place in range {
            let nodes = watched[place]
            if isBinding, draft.bound(of: entries[place].task) != entries[place].bound {
                search(place, draft)
            } else if nodes.best == node || nodes.second == node {
                // Mostly the node has room for one more.
                if nodes.holding != holding {
                    (holding, hasChanged) = (nodes.holding, rooms.hasChanged(for: entries[place].task, draft))
                }
                if !hasChanged { continue }
                if nodes.best == node { updateBest(place, draft) } else { updateSecond(place, draft) }
            }
        }
    }

    /// The best node of an entry was taken.
    private mutating func updateBest(_ place: Int, _ draft: PlanDraft) {
        let best = entries[place].best
        let slot = rooms.slot(of: entries[place].task, entries[place].arrival, on: best.node, draft)
        if slot.start == best.start { return }
        guard rule != .earliestStart, slot.precedes(entries[place].second) else { return search(place, draft) }
        entries[place].best = slot
        setKey(place)
    }

    /// The second node of an entry whose key hangs on it was taken.
    private mutating func updateSecond(_ place: Int, _ draft: PlanDraft) {
        let second = entries[place].second
        let slot = rooms.slot(of: entries[place].task, entries[place].arrival, on: second.node, draft)
        if slot.start != second.start { search(place, draft) }
    }

    private mutating func search(_ place: Int, _ draft: PlanDraft) {
        let (task, arrival) = (entries[place].task, entries[place].arrival)
        if rule == .earliestStart {
            entries[place].best = rooms.earliestStart(of: task, arrival, draft)
        } else {
            (entries[place].best, entries[place].second) = rooms.twoEarliestFinishes(of: task, arrival, draft)
        }
        entries[place].bound = draft.bound(of: task)
        setKey(place)
        if let arrival, draft.instance.group(of: task) == nil, rooms.isSettled(task, arrival, draft) {
            settled.append(entries[place].line)
        }
    }

    private mutating func setKey(_ place: Int) {
        let (best, second) = (entries[place].best, entries[place].second)
        watched[place] = (
            Int32(best.node), rule == .sufferage ? Int32(second.node) : -1,
            Int32(rooms.holding(of: entries[place].task))
        )
        keys[place] =
            switch rule {
            case .latestFinish: best.finish
            case .sufferage: second.finish - best.finish
            case .earliestStart: -best.start
            }
    }
}
