import Simulation

/// Ready tasks with the two best nodes of each, or the best, kept up to date while others are placed.
///
/// Placing a task makes no end earlier, and those on other nodes stay as they are. So a task is looked at only where one of
/// its two nodes was taken, and on all nodes only if it may now be better elsewhere. Of tasks that are alike one stands for all
/// (``AlikeTasks``).
struct Candidates {
    private struct Entry {
        var task: Int
        /// The line of tasks alike that it stands for.
        var line: Int
        var arrival: FileArrival
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
    private let rule: Rule
    private var alike: AlikeTasks
    /// The place of the entry of each line; -1 without any.
    private var places: [Int] = []

    /// Entries between two looks at the clock.
    private static let entriesBetweenLooks = 1000

    init(by rule: Rule) {
        self.rule = rule
        alike =
            switch rule {
            case .latestFinish: AlikeTasks(.longestFirst)
            case .sufferage: AlikeTasks(.equal)
            case .earliestStart: AlikeTasks(.any)
            }
    }

    var isEmpty: Bool { entries.isEmpty }
    /// How many tasks are compared.
    var count: Int { entries.count }

    /// Puts in a task that is ready.
    mutating func add(_ task: Int, _ draft: PlanDraft) {
        let arrival = draft.arrival(of: task)
        let line = alike.add(task, arrival, draft)
        if line == places.count { places.append(-1) }
        if places[line] < 0 {
            places[line] = entries.count
            entries.append(Entry(task: task, line: line, arrival: arrival))
            keys.append(0)
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
        draft.place(entry.task, entry.arrival, at: entry.best)
        alike.remove(entry.task, from: entry.line)
        let isBinding = draft.instance.group(of: entry.task) != nil
        if let next = alike.first(of: entry.line) {
            entries[top].task = next
            search(top, draft)
        } else {
            remove(top)
        }
        for place in entries.indices {
            if place % Self.entriesBetweenLooks == Self.entriesBetweenLooks - 1, isOver() { return nil }
            update(place, after: entry.best.node, isBinding, draft)
        }
        return entry.task
    }

    /// The entry of the task with the largest key, of those the first of the file.
    private mutating func largest(_ draft: PlanDraft) -> Int {
        var key = keys[0]
        for place in keys.indices where keys[place] > key { key = keys[place] }
        var top = (place: -1, task: Int.max)
        for place in keys.indices where keys[place] == key {
            var task = entries[place].task
            if rule == .latestFinish {
                let entry = entries[place]
                task = alike.firstTied(of: entry.line) {
                    $0 == task || draft.earliestFinish(of: $0, entry.arrival, in: .end).finish == key
                }
            }
            if task < top.task { top = (place, task) }
        }
        if entries[top.place].task != top.task {
            entries[top.place].task = top.task
            search(top.place, draft)
        }
        return top.place
    }

    private mutating func remove(_ place: Int) {
        places[entries[place].line] = -1
        let last = entries.removeLast()
        let key = keys.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        keys[place] = key
        places[last.line] = place
    }

    private mutating func update(_ place: Int, after node: Int, _ isBinding: Bool, _ draft: PlanDraft) {
        let entry = entries[place]
        if isBinding, draft.bound(of: entry.task) != entry.bound { return search(place, draft) }
        if node == entry.best.node {
            let slot = draft.slot(of: entry.task, entry.arrival, on: node, in: .end)
            guard rule == .earliestStart ? slot.start == entry.best.start : slot.precedes(entry.second) else {
                return search(place, draft)
            }
            entries[place].best = slot
            setKey(place)
        } else if rule == .sufferage, node == entry.second.node {
            search(place, draft)
        }
    }

    private mutating func search(_ place: Int, _ draft: PlanDraft) {
        let entry = entries[place]
        if rule == .earliestStart {
            entries[place].best = draft.earliestStart(of: entry.task, entry.arrival, in: .end)
        } else {
            (entries[place].best, entries[place].second) = draft.twoEarliestFinishes(
                of: entry.task, entry.arrival, in: .end)
        }
        entries[place].bound = draft.bound(of: entry.task)
        setKey(place)
    }

    private mutating func setKey(_ place: Int) {
        let entry = entries[place]
        keys[place] =
            switch rule {
            case .latestFinish: entry.best.finish
            case .sufferage: entry.second.finish - entry.best.finish
            case .earliestStart: -entry.best.start
            }
    }
}
