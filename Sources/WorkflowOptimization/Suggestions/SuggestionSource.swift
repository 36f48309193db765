import Simulation
import Workflows

/// Proposes changes of one kind; which of them help is for the twin to say.
protocol SuggestionSource {
    /// The kind of suggestion, as it stands on the wire.
    static var type: String { get }

    /// Changes that may help, the likeliest first.
    static func candidates(in context: SuggestionContext) -> [Candidate]
}

/// Everything that proposes changes, in the order in which they take turns.
enum SuggestionSources {
    static var all: [any SuggestionSource.Type] {
        [
            RightSizing.self, RaisingPriority.self, RemovingEdges.self, Splitting.self, Clustering.self,
            Colocation.self,
            Skipping.self, Replacing.self, MovingPool.self, StartingEarly.self, AddingEdges.self,
        ]
    }

    /// The changes that all of them propose, in turn, each once and with a name of its own; those whose promises came true
    /// take the first turns.
    static func candidates(in context: SuggestionContext) -> [Candidate] {
        var known: Set<[WorkflowEdit]> = []
        let weights = all.map { context.question.weight(of: $0.type) }
        let order = all.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
        return Candidate.inTurn(
            order.map { all[$0] }.map { source in
                source.candidates(in: context).filter { known.insert($0.edits).inserted }
            })
    }
}

/// What is known of a workflow when changes of it are looked for: the question, and the run as it is.
struct SuggestionContext {
    let question: OptimizationQuestion
    let instance: SchedulingInstance
    let timetable: Timetable
    /// Why the run ends when it does.
    let chain: DelayChain
    /// The shape of the workflow.
    let shape: DAGAnalysis
    /// How urgent each task is: the longest path behind it, with its transfers and mean durations, in seconds. The upward
    /// ranks of Topcuoglu, Hariri and Wu, 2002, equation 5.
    let urgencies: [Double]
    /// Places of the tasks of each kind, the kinds in the order of the file.
    let processes: [(name: String, tasks: [Int])]
    /// Seconds that the end of the run waits for each kind of task, those with the most first.
    let delaying: [(name: String, tasks: [Int])]
    /// Whether there is time to look for more.
    let hasTime: () -> Bool

    init(
        _ question: OptimizationQuestion, _ finder: BottleneckFinder, hasTime: @escaping () -> Bool = { true }
    ) {
        (self.question, self.hasTime) = (question, hasTime)
        (instance, timetable, chain, shape) = (finder.instance, finder.timetable, finder.chain, finder.shape)
        let instance = finder.instance
        urgencies = instance.graph.upwardRanks(costs: instance.meanDurations) {
            instance.transferSeconds(from: $0, to: $1)
        }
        let names = instance.workflow.tasks.map(\.process)
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for (place, name) in names.enumerated() {
            if members[name] == nil { order.append(name) }
            members[name, default: []].append(place)
        }
        var seconds: [String: Double] = [:]
        for link in finder.chain.links { seconds[names[link.task], default: 0] += finder.weight(link) }
        processes = order.map { ($0, members[$0] ?? []) }
        delaying = seconds.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
            .map { ($0.key, members[$0.key] ?? []) }
    }

    var workflow: Workflow { instance.workflow }

    func id(_ task: Int) -> String { workflow.tasks[task].id }

    /// Seconds that the end waits for a task of the chain.
    func weight(_ link: DelayChain.Link) -> Double {
        timetable.ends[link.task] - timetable.starts[link.task] + link.waited
    }

    /// Links of the chain, those that the end waits for longest first.
    var heaviestLinks: [DelayChain.Link] {
        chain.links.filter { weight($0) > 0 }
            .sorted { weight($0) != weight($1) ? weight($0) > weight($1) : $0.task < $1.task }
    }
}
