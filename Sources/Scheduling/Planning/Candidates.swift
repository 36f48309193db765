import Simulation

/// Ready tasks with the two best nodes of each, or the best, kept up to date while others are placed.
///
/// Placing a task makes no end earlier, and those on other nodes stay as they are. So a task is looked at only where one of
/// its two nodes was taken, and on all nodes only if it may now be better elsewhere.
struct Candidates {
    private struct Entry {
        var task: Int
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

    init(by rule: Rule) { self.rule = rule }

    var isEmpty: Bool { entries.isEmpty }

    /// Puts in a task that is ready.
    mutating func add(_ task: Int, _ draft: PlanDraft) {
        entries.append(Entry(task: task, arrival: draft.arrival(of: task)))
        keys.append(0)
        search(entries.count - 1, draft)
    }

    /// Places the task with the largest key, of those the first of the file, on its best node, and returns it.
    mutating func placeLargest(in draft: inout PlanDraft) -> Int {
        var top = 0
        for place in 1..<max(1, keys.count)
        where keys[place] > keys[top] || (keys[place] == keys[top] && entries[place].task < entries[top].task) {
            top = place
        }
        let entry = entries[top]
        draft.place(entry.task, entry.arrival, at: entry.best)
        entries[top] = entries[entries.count - 1]
        keys[top] = keys[keys.count - 1]
        entries.removeLast()
        keys.removeLast()
        let isBinding = draft.instance.group(of: entry.task) != nil
        for place in entries.indices { update(place, after: entry.best.node, isBinding, draft) }
        return entry.task
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
