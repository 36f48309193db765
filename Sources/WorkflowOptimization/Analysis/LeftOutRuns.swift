import Files
import Simulation
import Workflows

/// Runs of one workflow without the time of a task, or with some of its changes only: what each of them does.
///
/// All are under one policy and with the workflow's own durations. Whether one more would probably end within the budget of the
/// question is for the caller to ask.
public struct LeftOutRuns {
    private var runs: SimulatedRuns
    private let workflow: Workflow
    private let places: [String: Int]
    /// What the run uses as it is.
    public let before: ResourceUse
    /// Identifiers of the tasks on the chain of delays behind the end, the one that could delay it most first.
    public let chain: [String]

    /// Runs the workflow of `question` as it is.
    ///
    /// - Throws: `InputError` where the policy is not known, a task has no room, or takes longer than can be simulated.
    public init(_ question: OptimizationQuestion) throws {
        var runs = try SimulatedRuns(question)
        let finder = try BottleneckFinder(&runs)
        let workflow = question.document.workflow
        before = finder.before
        chain = finder.chain.links.map { (link: $0, weight: finder.weight($0)) }
            .sorted { ($0.weight, $1.link.task) > ($1.weight, $0.link.task) }
            .map { workflow.tasks[$0.link.task].id }
        (self.runs, self.workflow, places) = (runs, workflow, workflow.places)
    }

    /// The policy that the runs are under: first in, first out where the first did not end within the budget by that of the question.
    public var policy: String { runs.policy.rawValue }

    /// The part of the budget that may be used so far.
    public var share: Double {
        get { runs.share }
        set { runs.share = newValue }
    }

    /// Whether one more run would probably end in time.
    public var hasTime: Bool { runs.hasTime() }

    /// What the run uses if the task `id` takes no time.
    ///
    /// - Throws: `InputError` where it is not there.
    public mutating func use(withoutTimeOf id: String) throws -> ResourceUse {
        guard let place = places[id] else { throw InputError("\"\(id)\" is no task of the workflow") }
        var without = workflow
        without.update(place) { $0.runtimeSeconds = 0 }
        return try runs.use(of: without)
    }

    /// What the run uses with `suggestions` carried out; nil where they cannot be together, or leave a task no room.
    public mutating func use(with suggestions: [OptimizationSuggestion]) throws -> ResourceUse? {
        try runs.outcome(of: suggestions.flatMap(\.changes))?.use
    }
}
