import Simulation
import Workflows

/// Ready tasks with the two best nodes of each, or the best, kept up to date while others are placed, as far as it matters.
///
/// Placing a task makes no end earlier, and those on other nodes stay as they are. So a task is looked at only where one of
/// its two nodes was taken; what is known then of all others bounds its key, and it is looked at on all nodes only once that
/// bound is the largest. Of tasks that are alike one stands for all (``AlikeTasks``); once no node has room before the files of a
/// task are everywhere, it is alike whatever its files.
struct Candidates {
    private struct Entry {
        var task: Int
        /// The line of tasks alike that it stands for.
        var line: Int
        /// When its files are on each node; nil where that makes no difference.
        var arrival: FileArrival?
        /// Where it ends or starts first, or did so when that was last known.
        var best = PlanDraft.Slot()
        /// Where it ends first but for that node, or did so.
        var second = PlanDraft.Slot()
        /// What no slot on any other node precedes.
        var beyond = PlanDraft.Slot()
        /// The node that it was bound to when these were found.
        var bound = -1
    }

    /// What an entry's key hangs on.
    private struct Watch {
        /// The two best nodes, the second of which is -1 where it does not matter.
        var best: Int32 = -1
        var second: Int32 = -1
        /// What its task holds.
        var holding: Int32 = -1
        /// Whether the key and the nodes that it hangs on are those of now.
        var isCurrent = true
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
    private var watches: [Watch] = []
    /// What the largest of is taken, or what that does not exceed; of equal ones, that of the first task of the file.
    private var keys = LargestKeys()
    private let rule: Rule
    private var rooms: LastingRooms
    private var alike: AlikeTasks
    /// The place of the entry of each line; -1 without any.
    private var places: [Int] = []
    /// Lines whose files make no difference any more, and which are to be joined to others.
    private var settled: [Int] = []

    /// Entries between two looks at the clock.
    private static let entriesBetweenLooks = 1000
    /// The same for entries that are looked at on all nodes.
    private static let searchesBetweenLooks = 100

    /// None yet of those that are placed in `draft` and in what becomes of it.
    init(by rule: Rule, in draft: PlanDraft, mostValues: Int = LastingRooms.mostValues) {
        self.rule = rule
        rooms = LastingRooms(of: draft, mostValues: mostValues)
        switch rule {
        case .latestFinish: alike = AlikeTasks(.longestFirst)
        case .sufferage: alike = AlikeTasks(.equal)
        case .earliestStart: alike = AlikeTasks(.any)
        }
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
            watches.append(Watch())
            search(entries.count - 1, draft)
        } else if alike.first(of: line) == task {
            entries[places[line]].task = task
            search(places[line], draft)
        }
    }

    /// Places the task with the largest key, of those the first of the file, on its best node, and returns it; nil if `isOver`
    /// says so before it is known, or before what is known of the others bounds their keys again.
    mutating func placeLargest(in draft: inout PlanDraft, isOver: () -> Bool) -> Int? {
        guard let top = largest(draft, isOver: isOver) else { return nil }
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

    /// The entry of the task with the largest key, of those the first of the file; nil if `isOver` says so before.
    private mutating func largest(_ draft: PlanDraft, isOver: () -> Bool) -> Int? {
        var searches = 0
        /// Whether `isOver` did not say so before.
        func search(_ place: Int, in candidates: inout Candidates) -> Bool {
            candidates.search(place, draft)
            searches += 1
            return searches % Self.searchesBetweenLooks > 0 || !isOver()
        }
        while true {
            guard let top = keys.first() else { preconditionFailure("of no tasks none is the largest") }
            if !watches[top].isCurrent {
                guard search(top, in: &self) else { return nil }
                continue
            }
            // Of tasks in one line that have the same key the one that stands for it mostly is the first.
            guard rule == .latestFinish else { return top }
            let tied = keys.tied(with: top)
            let stale = tied.filter { !watches[$0].isCurrent }
            // All at once: where their keys stay as they are, ties are found twice and not once for each.
            for place in stale { guard search(place, in: &self) else { return nil } }
            if stale.isEmpty { return firstTied(top, tied, draft) }
        }
    }

    /// The entry of the first of all tasks that end when that at `top` does, which are in it and in those in `tied`.
    private mutating func firstTied(_ top: Int, _ tied: [Int], _ draft: PlanDraft) -> Int {
        let key = keys[top]
        var first = (place: top, task: firstTied(top, key, draft))
        for place in tied {
            let task = firstTied(place, key, draft)
            if task < first.task { first = (place, task) }
        }
        if entries[first.place].task != first.task {
            entries[first.place].task = first.task
            search(first.place, draft)
        }
        return first.place
    }

    /// Of the tasks that the entry at `place` stands for, the first of those with `key`, which is its own.
    private mutating func firstTied(_ place: Int, _ key: Double, _ draft: PlanDraft) -> Int {
        let (task, line, arrival) = (entries[place].task, entries[place].line, entries[place].arrival)
        // Tasks of other runtimes end at the same moment where the difference is lost by rounding; mostly the longest is alone.
        guard let second = alike.second(of: line), ends(second, arrival, at: key, draft) else { return task }
        var first = Int.max
        var passed: [TaskHeap.Entry] = []
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
        keys.remove(place)
        let (entry, watch) = (entries.removeLast(), watches.removeLast())
        guard place < entries.count else { return }
        entries[place] = entry
        watches[place] = watch
        places[entry.line] = place
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
}

/// How entries are kept up to date.
extension Candidates {
    /// Looks again at entries that hang on `node`, which was taken, or on where the group of the task there is.
    private mutating func update(_ range: Range<Int>, after node: Int32, _ isBinding: Bool, _ draft: PlanDraft) {
        var (holding, hasChanged) = (Int32(-1), false)
        for place in range {
            let watch = watches[place]
            if isBinding, draft.bound(of: entries[place].task) != entries[place].bound {
                search(place, draft)
            } else if watch.best == node || watch.second == node {
                // Mostly the node has room for one more.
                if watch.holding != holding {
                    (holding, hasChanged) = (watch.holding, rooms.hasChanged(for: entries[place].task, draft))
                }
                if hasChanged { renew(place, draft) }
            }
        }
    }

    /// Looks again at an entry one of whose nodes was taken. Where it may be better by now on a third one, its key is bounded from
    /// what it comes to on these two.
    private mutating func renew(_ place: Int, _ draft: PlanDraft) {
        let (task, arrival, old) = (entries[place].task, entries[place].arrival, entries[place].best)
        var best = rooms.slot(of: task, arrival, on: old.node, draft)
        if rule == .earliestStart {
            // It starts no earlier than it did.
            if best.start != old.start { watches[place].isCurrent = false }
            return
        }
        var second = entries[place].second
        if second.node >= 0 { second = rooms.slot(of: task, arrival, on: second.node, draft) }
        if best.start == old.start, second.start == entries[place].second.start { return }
        if second.precedes(best) { swap(&best, &second) }
        (entries[place].best, entries[place].second) = (best, second)
        let beyond = entries[place].beyond
        if rule == .latestFinish {
            watches[place].best = Int32(best.node)
            watches[place].isCurrent = !beyond.precedes(best)
            keys.set(place, best.finish)
        } else {
            watches[place].isCurrent = !beyond.precedes(second)
            keys.set(place, second.finish - min(best.finish, beyond.finish))
        }
        if !watches[place].isCurrent { noteIfSettled(place, draft) }
    }

    /// Finds the best nodes of an entry.
    private mutating func search(_ place: Int, _ draft: PlanDraft) {
        let (task, arrival) = (entries[place].task, entries[place].arrival)
        var (best, second) = (PlanDraft.Slot(), PlanDraft.Slot())
        let key: Double
        switch rule {
        case .latestFinish:
            (best, second) = rooms.twoEarliestFinishes(of: task, arrival, draft)
            key = best.finish
        case .sufferage:
            (best, second) = rooms.twoEarliestFinishes(of: task, arrival, draft)
            key = second.finish - best.finish
        case .earliestStart:
            best = rooms.earliestStart(of: task, arrival, draft)
            key = -best.start
        }
        (entries[place].best, entries[place].second, entries[place].beyond) = (best, second, second)
        entries[place].bound = draft.bound(of: task)
        watches[place] = Watch(
            best: Int32(best.node), second: rule == .sufferage ? Int32(second.node) : -1,
            holding: Int32(rooms.holding(of: task)), isCurrent: true)
        keys.set(place, key, rank: task)
        noteIfSettled(place, draft)
    }

    private mutating func noteIfSettled(_ place: Int, _ draft: PlanDraft) {
        let (task, line) = (entries[place].task, entries[place].line)
        guard let arrival = entries[place].arrival, draft.instance.group(of: task) == nil,
            rooms.isSettled(task, arrival, draft)
        else { return }
        settled.append(line)
    }
}
