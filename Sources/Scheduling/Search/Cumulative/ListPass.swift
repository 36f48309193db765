/// Builds schedules forwards in time: whenever tasks end, those that are ready start in the order of a list, as far as there is
/// room.
///
/// The parallel method of Kelley, "The critical-path method: resources planning and scheduling", 1963; compared with the
/// serial one by Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", 1996.
struct ListPass {
    private let problem: CumulativeProblem
    private let classes: DemandClasses
    private let parentCounts: [Int32]
    private let fileOrder: [Int32]
    private var sorting: DescendingOrder
    /// The tasks in the order of the last schedule.
    private(set) var list: [Int32]
    private var places: [Int32]
    private var waiting: [Int32]
    private var ready: ReadyBits
    private var running: EndQueue
    private var free = 0.0
    private var freeMemory = 0.0
    /// When each task of the last schedule starts and ends.
    private(set) var starts: [Double]
    private(set) var ends: [Double]

    /// Starts and ends between two looks at the clock.
    private static let eventsBetweenLooks = 4096

    init(_ problem: CumulativeProblem) {
        self.problem = problem
        let count = problem.taskCount
        classes = DemandClasses(problem.demands, limit: 12)
        parentCounts = (0..<count).map { Int32(problem.parents(of: $0).count) }
        fileOrder = (0..<count).map { Int32($0) }
        sorting = DescendingOrder(count: count)
        list = fileOrder
        places = fileOrder
        waiting = parentCounts
        ready = ReadyBits(count: count, classCount: classes.count)
        running = EndQueue(capacity: count)
        starts = [Double](repeating: 0, count: count)
        ends = starts
    }

    /// The makespan of the schedule by `keys`, the largest first; of equal ones the first of the file. Nil if `isOver` says so
    /// before it is there.
    mutating func run(_ keys: [Double], isOver: () -> Bool = { false }) -> Double? {
        sorting.sort(fileOrder, by: keys, into: &list)
        for (place, task) in list.enumerated() { places[Int(task)] = Int32(place) }
        waiting = parentCounts
        ready.clear()
        running.clear()
        (free, freeMemory) = (problem.cores, problem.memory)
        for task in 0..<problem.taskCount where parentCounts[task] == 0 { insert(task, at: 0) }
        var now = 0.0
        var events = 0
        while true {
            while !running.isEmpty, ends[running.first] <= now {
                endFirst(at: now)
                events &+= 1
            }
            if events >= Self.eventsBetweenLooks {
                if isOver() { return nil }
                events = 0
            }
            // What was lost by rounding is there again.
            if running.isEmpty { (free, freeMemory) = (problem.cores, problem.memory) }
            startReady(at: now)
            if running.isEmpty { return now }
            now = max(now, ends[running.first])
        }
    }

    /// The last parent of `task` has ended. One of no length ends at once.
    private mutating func insert(_ task: Int, at now: Double) {
        if problem.durations[task] > 0 {
            ready.insert(Int(places[task]), Int(classes.ofTask[task]))
        } else {
            (starts[task], ends[task]) = (now, now)
            running.push(task, at: now)
        }
    }

    private mutating func startReady(at now: Double) {
        var open = openClasses(from: 0)
        for group in 0..<ready.groupCount {
            var words = ready.words(in: group, classes: open)
            while words != 0 {
                let word = group * 64 + words.trailingZeroBitCount
                words &= words &- 1
                var tasks = ready.places(in: word, classes: open)
                while tasks != 0 {
                    let place = word * 64 + tasks.trailingZeroBitCount
                    tasks &= tasks &- 1
                    guard start(at: place, now) else { continue }
                    if classes.least[open &- 1] > free {
                        open = openClasses(from: open)
                        tasks &= ready.places(in: word, classes: open)
                        words &= ready.words(in: group, classes: open)
                    }
                }
            }
        }
    }

    /// The classes of which a task may have room, as many as come before the first that has none.
    private func openClasses(from known: Int) -> Int {
        var open = known
        while open > 0, classes.least[open - 1] > free { open -= 1 }
        guard known == 0 else { return open }
        while open < classes.count, classes.least[open] <= free { open += 1 }
        return open
    }

    private mutating func start(at place: Int, _ now: Double) -> Bool {
        let task = Int(list[place])
        guard problem.demands[task] <= free, problem.memoryDemands[task] <= freeMemory else { return false }
        ready.remove(place, Int(classes.ofTask[task]))
        free -= problem.demands[task]
        freeMemory -= problem.memoryDemands[task]
        starts[task] = now
        ends[task] = now + problem.durations[task]
        running.push(task, at: ends[task])
        return true
    }

    private mutating func endFirst(at now: Double) {
        let task = running.first
        running.pop()
        free += problem.demands[task]
        freeMemory += problem.memoryDemands[task]
        for child in problem.children(of: task) {
            waiting[Int(child)] &-= 1
            if waiting[Int(child)] == 0 { insert(Int(child), at: now) }
        }
    }
}
