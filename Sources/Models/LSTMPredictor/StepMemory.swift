import Workflows

/// Three numbers, one for each target, in the order CPU, memory, duration.
typealias Targets<Value> = [Value]

/// One execution as the network reads it.
struct Step: Sendable, Equatable {
    /// Moment of completion in seconds; NaN where there is none.
    var completedAt: Double
    /// ln(actual / base forecast) for each target; NaN where the target was not measured.
    var residuals: Targets<Double>
    /// ln of the base forecasts.
    var base: Targets<Double>
    /// ln(1 + input bytes); NaN where that is not known.
    var input: Double
    /// The run, as its place in the table of names; -1 for none.
    var run: Int
    /// The node, likewise.
    var node: Int
    /// Attempt, from 1.
    var attempt: Double
}

/// The completed executions of each task type, in the order of their completion.
struct StepMemory: Sendable {
    /// Executions kept for a type; older ones are dropped.
    static let capacity = 2_000

    private(set) var steps: [String: [Step]] = [:]
    private var places: [String: Int] = [:]
    private(set) var names: [String] = []

    init() {}

    init(steps: [String: [Step]], names: [String]) {
        self.steps = steps
        self.names = names
        places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The place of `name` in the table, which grows if it is new; -1 for none.
    mutating func place(of name: String?) -> Int {
        guard let name else { return -1 }
        if let place = places[name] { return place }
        places[name] = names.count
        names.append(name)
        return names.count - 1
    }

    /// The place of `name` in the table; -2, which no execution has, for one that is not in it.
    func knownPlace(of name: String?) -> Int {
        name.flatMap { places[$0] } ?? -2
    }

    /// Adds one execution of `type`, after all that completed no later.
    mutating func insert(_ step: Step, type: String) {
        var kept = steps[type] ?? []
        steps[type] = nil
        kept.insert(step, at: Self.end(of: kept, before: step.completedAt))
        if kept.count > Self.capacity + Self.capacity / 4 { kept.removeFirst(kept.count - Self.capacity) }
        steps[type] = kept
    }

    /// The last `count` executions of `type` that completed before or at `moment`, oldest first; where none did, or the
    /// moment is not known, the last of all.
    func recent(_ count: Int, of type: String, before moment: Double?) -> [Step] {
        // Without moments the order says nothing of time: there is no past to read.
        guard let kept = steps[type], kept.last?.completedAt.isNaN == false else { return [] }
        let end = moment.map { Self.end(of: kept, before: $0) } ?? kept.count
        return Array(kept[..<(end == 0 ? kept.count : end)].suffix(count))
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
