import Workflows

/// Three numbers, one for each target, in the order CPU, memory, duration.
typealias Targets = SIMD3<Double>

/// One execution as the network reads it.
struct Step: Sendable, Equatable {
    /// Moment of completion in seconds; NaN where there is none.
    var completedAt: Double
    /// ln(actual / base forecast) for each target; NaN where the target was not measured.
    var residuals: Targets
    /// ln of the base forecasts.
    var base: Targets
    /// ln(1 + input bytes); NaN where that is not known.
    var input: Double
    /// The run, as its place in the table of names; -1 for none.
    var run: Int
    /// The node, likewise.
    var node: Int
}

/// The completed executions of each task type, in the order of their completion.
struct StepMemory: Sendable {
    /// What is kept of one type.
    struct Kept: Sendable {
        /// The type's name.
        let type: String
        /// The workflow of the type.
        let workflow: String?
        /// By completion.
        var steps: [Step] = []
    }

    /// One step and the type that it is of, as its place in ``types``.
    struct Typed: Sendable {
        var type: Int
        var step: Step
    }

    /// Executions kept for a type, unless it is said otherwise; older ones are dropped.
    static let capacity = 2_000
    /// How far back into each other type the context looks for executions of the run.
    private static let reach = 32

    private(set) var types: [Kept] = []
    private(set) var names: [String] = []
    /// How often names were dropped.
    private(set) var timesForgotten = 0
    private var typePlaces: [String: Int] = [:]
    private var namePlaces: [String: Int] = [:]
    /// The types of each workflow.
    private var workflows: [String: [Int]] = [:]

    private let capacity: Int

    init(capacity: Int = StepMemory.capacity) { self.capacity = capacity }

    init(types: [Kept], names: [String]) {
        capacity = Self.capacity
        for (place, name) in names.enumerated() where namePlaces[name] == nil { namePlaces[name] = place }
        self.names = names
        for kept in types { _ = add(kept) }
    }

    private mutating func add(_ kept: Kept) -> Int {
        typePlaces[kept.type] = types.count
        if let workflow = kept.workflow { workflows[workflow, default: []].append(types.count) }
        types.append(kept)
        return types.count - 1
    }

    /// The place of `name` in the table, which grows if it is new; -1 for none.
    mutating func place(of name: String?) -> Int {
        guard let name else { return -1 }
        if let place = namePlaces[name] { return place }
        namePlaces[name] = names.count
        names.append(name)
        return names.count - 1
    }

    /// The place of `name` in the table; -2, which no execution has, for one that is not in it.
    func knownPlace(of name: String?) -> Int { name.flatMap { namePlaces[$0] } ?? -2 }

    /// The place of a type; nil where no execution of it is kept.
    func place(ofType type: String) -> Int? { typePlaces[type] }

    /// Adds one execution of a task like `task`, after all of its type that completed no later.
    mutating func insert(_ step: Step, of task: TaskSpec) {
        let type = task.taskType
        let place = typePlaces[type] ?? add(Kept(type: type, workflow: task.workflow))
        let end = Self.end(of: types[place].steps, before: step.completedAt)
        types[place].steps.insert(step, at: end)
        let count = types[place].steps.count
        guard count - count / 5 > capacity else { return }
        types[place].steps.removeFirst(count - capacity)
        if names.count > 2 * types.reduce(0, { $0 + $1.steps.count }) + 1000 { forgetNames() }
    }

    /// Drops the names that no kept step has: runs come and go for as long as a server lives.
    private mutating func forgetNames() {
        timesForgotten += 1
        let old = names
        (names, namePlaces) = ([], [:])
        for type in types.indices {
            for step in types[type].steps.indices {
                let (run, node) = (types[type].steps[step].run, types[type].steps[step].node)
                types[type].steps[step].run = place(of: run >= 0 ? old[run] : nil)
                types[type].steps[step].node = place(of: node >= 0 ? old[node] : nil)
            }
        }
    }

    /// The last `count` executions of `type` that completed before or at `moment`, oldest first; where the moment is not
    /// known, the last of all.
    func recent(_ count: Int, of type: Int, before moment: Double) -> [Typed] {
        // Without moments the order says nothing of time: there is no past to read.
        let kept = types[type].steps
        guard kept.last?.completedAt.isNaN == false else { return [] }
        let end = moment.isNaN ? kept.count : Self.end(of: kept, before: moment)
        return kept[..<end].suffix(count).map { Typed(type: type, step: $0) }
    }

    /// The last `count` executions of other types that completed before or at `moment`, oldest first: of the run `run`,
    /// and, where those are too few, of its workflow.
    func context(_ count: Int, of workflow: String?, run: Int, besides type: Int?, before moment: Double) -> [Typed] {
        guard count > 0, let workflow, let neighbours = workflows[workflow] else { return [] }
        var (own, others): ([Typed], [Typed]) = ([], [])
        for other in neighbours where other != type {
            let kept = types[other].steps
            guard kept.last?.completedAt.isNaN == false else { continue }
            var place = moment.isNaN ? kept.count : Self.end(of: kept, before: moment)
            let last = max(place - Self.reach, 0)
            var (found, seen) = (0, 0)
            while place > last, found < count {
                place -= 1
                if run >= 0, kept[place].run == run {
                    own.append(Typed(type: other, step: kept[place]))
                    found += 1
                } else if seen < count {
                    others.append(Typed(type: other, step: kept[place]))
                    seen += 1
                }
            }
        }
        func newest(_ steps: [Typed], _ count: Int) -> ArraySlice<Typed> {
            steps.sorted { ($0.step.completedAt, $0.type) < ($1.step.completedAt, $1.type) }.suffix(count)
        }
        let chosen = newest(own, count)
        return (chosen + newest(others, count - chosen.count)).sorted {
            ($0.step.completedAt, $0.type) < ($1.step.completedAt, $1.type)
        }
    }

    /// Whether an execution of `type` in `run` is kept.
    func knows(run: Int, of type: Int) -> Bool {
        run >= 0 && types[type].steps.reversed().contains { $0.run == run }
    }

    /// How many of `steps` had completed at `moment`; those without a moment stand where they came.
    private static func end(of steps: [Step], before moment: Double) -> Int {
        guard !moment.isNaN, steps.last?.completedAt.isNaN == false else { return steps.count }
        var (low, high) = (0, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].completedAt > moment { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
