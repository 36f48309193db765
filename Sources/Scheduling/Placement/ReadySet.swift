import Workflows

/// The ready tasks of a question, in flat columns.
struct ReadySet {
    typealias Need = PlacementRoom.Need

    let tasks: [ReadyTask]
    let needs: [Need]
    /// Moment since which each is ready; that of the question where nobody says.
    let since: [Double]
    /// The moment of the question.
    let now: Double

    init(_ tasks: [ReadyTask], now: Double) {
        self.tasks = tasks
        self.now = now
        needs = tasks.map(Need.init)
        since = tasks.map { $0.readySince ?? now }
    }

    var count: Int { tasks.count }

    /// Seconds from the start of each to the end of its workflow, at the least.
    var remaining: [Double] { tasks.map { $0.remainingSeconds ?? $0.durationSeconds ?? 0 } }

    /// The tasks of each workflow; what names none is one of its own. A workflow stands where its first task does.
    var workflows: [[Int]] {
        var numbers: [String: Int] = [:]
        var all: [[Int]] = []
        for (place, task) in tasks.enumerated() {
            if let name = task.task.workflow, let number = numbers[name] {
                all[number].append(place)
            } else {
                if let name = task.task.workflow { numbers[name] = all.count }
                all.append([place])
            }
        }
        return all
    }

    /// Whether each task is the one of its workflow with the longest path to its end, the first of equals.
    func criticalTasks(_ remaining: [Double]) -> [Bool] {
        var isCritical = [Bool](repeating: false, count: count)
        for workflow in workflows {
            isCritical[workflow.reduce(workflow[0]) { remaining[$1] > remaining[$0] ? $1 : $0 }] = true
        }
        return isCritical
    }

    /// Core-seconds that are left of a workflow of which these tasks are ready, as far as they tell: each task's cores
    /// for the time to the end of its workflow.
    func work(of workflow: [Int]) -> Double {
        workflow.reduce(0) { sum, place in
            sum + needs[place].cores * max(tasks[place].remainingSeconds ?? 0, needs[place].seconds)
        }
    }

    /// For each task the place of its workflow among all, the least `value` first, of equals the first in the list.
    func byWorkflow(_ value: ([Int]) -> Double) -> [Double] {
        let workflows = workflows
        let values = workflows.map(value)
        let order = workflows.indices.sorted { values[$0] != values[$1] ? values[$0] < values[$1] : $0 < $1 }
        var places = [Double](repeating: 0, count: count)
        for (place, workflow) in order.enumerated() {
            for task in workflows[workflow] { places[task] = Double(place) }
        }
        return places
    }

    /// For each task its place among all by the `first` values, of equals by the `second`, smaller first; tasks with both
    /// equal have one place.
    func places(by first: [Double], then second: [Double]) -> [Double] {
        let order = tasks.indices.sorted { first[$0] != first[$1] ? first[$0] < first[$1] : second[$0] < second[$1] }
        var places = [Double](repeating: 0, count: count)
        for (place, pair) in zip(order.dropFirst(), order).enumerated() {
            let (task, before) = pair
            let isEqual = first[task] == first[before] && second[task] == second[before]
            places[task] = isEqual ? places[before] : Double(place + 1)
        }
        return places
    }

    private struct Urgency: Comparable {
        var priority: Double
        var key: Double
        var since: Double
        var task: Int

        static func < (a: Urgency, b: Urgency) -> Bool {
            if a.priority != b.priority { return a.priority > b.priority }
            if a.key != b.key { return a.key < b.key }
            return a.since != b.since ? a.since < b.since : a.task < b.task
        }
    }

    /// The tasks by priority, then by their keys, smaller first, then the longest ready, then by their order.
    func sorted(_ keys: [Double], isPriorityFirst: Bool = true) -> [Int] {
        var all = tasks.indices.map { task in
            Urgency(
                priority: isPriorityFirst ? tasks[task].priority : 0, key: keys[task], since: since[task], task: task)
        }
        all.sort()
        return all.map(\.task)
    }
}
