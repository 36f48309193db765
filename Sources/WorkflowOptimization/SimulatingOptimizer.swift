import Files
import Kernels
import Scheduling
import Simulation
import Workflows

/// Improves workflows by changes that are simulated before they are offered, alone and in sets.
///
/// With a budget that is long enough for all of it the answer is a function of the question; a shorter one leaves out
/// runs, and with them what they would have found.
public struct SimulatingOptimizer: WorkflowOptimizer {
    /// How sets of changes are looked for, once one change after the other was added as long as it helped.
    public enum Search: String, CaseIterable, Sendable {
        /// No further.
        case greedy
        /// By simulated annealing.
        case annealing
        /// By path-integral annealing.
        case pathIntegral = "path-integral"
        /// By sets drawn at random: what the others are compared with.
        case random
    }

    /// In which order changes are simulated.
    public enum TrialOrder: Sendable {
        /// Those first of which a learned scorer expects the most, if there is one and time to ask it; else, and where
        /// nothing is expected, as they are proposed: each source in turn, the likeliest of each first.
        case expected
        /// By what each gains alone, known beforehand by simulating all: the best that an order could be.
        case byGain
    }

    /// The types of suggestions that it makes.
    public static let suggestionTypes = SuggestionSources.all.map { $0.type }

    private let learned: LearnedScorer?
    private let search: Search
    private let simulations: Int?
    private let order: TrialOrder
    private let trials: Int?

    /// An optimizer.
    ///
    /// - Parameters:
    ///   - learned: says what will hold a workflow back, beside the runs that there is time for, and perhaps which changes are
    ///     simulated first.
    ///   - search: how sets of changes are looked for.
    ///   - simulations: how many sets ``Search/random`` tries; nil: as many as annealing has steps.
    ///   - order: in which order changes are simulated; all but ``TrialOrder/expected`` is for comparison.
    ///   - trials: how many changes are simulated at the most; nil: all that there is time for.
    public init(
        asking learned: LearnedScorer? = nil, search: Search = .annealing, simulations: Int? = nil,
        order: TrialOrder = .expected, trials: Int? = nil
    ) {
        self.learned = learned
        self.search = search
        self.simulations = simulations
        self.order = order
        self.trials = trials
    }

    /// What holds the workflow back.
    public func analyzeBottlenecks(_ question: OptimizationQuestion) throws -> BottleneckAnalysis {
        var runs = try SimulatedRuns(question)
        let finder = try BottleneckFinder(&runs)
        return try finder.completed(finder.analysis(&runs, asking: learned), &runs)
    }

    /// Suggestions that shorten the run, use less, or give up one objective for another.
    public func suggestOptimizations(_ question: OptimizationQuestion) throws -> OptimizationPlan {
        var runs = try SimulatedRuns(question)
        let finder = try BottleneckFinder(&runs)
        runs.share = 0.25
        let analysis = try finder.analysis(&runs, asking: learned)
        var trials = try trials(finder, &runs)
        runs.share = 0.7
        try trials.resample(&runs)
        var sets = SetSearch(question, before: finder.before, among: trials.tried)
        runs.share = 0.85
        try look(among: &sets, &runs)
        runs.share = 0.95
        let recommended = try sets.recommended(&runs)
        runs.share = 1
        return OptimizationPlan(
            analysis: try finder.completed(analysis, &runs), suggestions: trials.suggestions,
            pareto: sets.front.map { point in
                OptimizationPlan.ParetoPoint(
                    suggestions: point.set.map { sets.candidates[$0].id }, use: point.outcome.use,
                    quality: point.outcome.quality)
            },
            recommended: recommended.point.set.map { sets.candidates[$0].id }, after: recommended.point.outcome.use,
            gainSeconds: recommended.gain, orderedBy: trials.orderedBy, iterations: runs.count)
    }

    /// The changes that help, each alone. Looking for them leaves time to simulate them.
    func trials(_ finder: BottleneckFinder, _ runs: inout SimulatedRuns) throws -> SuggestionTrials {
        runs.share = 0.35
        guard runs.hasTime() else { return SuggestionTrials(runs.question, before: finder.before) }
        let context = SuggestionContext(runs.question, finder) { [runs] in runs.hasTime() }
        let proposed = SuggestionSources.candidates(in: context)
        runs.share = 0.6
        let (candidates, model) = try ordered(proposed, finder, &runs)
        var trials = SuggestionTrials(runs.question, before: finder.before)
        try trials.evaluate(
            Array(candidates.prefix(self.trials ?? candidates.count)), orderedBy: model, &runs)
        return trials
    }

    /// `candidates` in the order in which they are simulated, and the model by whose expectations, if it is one.
    private func ordered(_ candidates: [Candidate], _ finder: BottleneckFinder, _ runs: inout SimulatedRuns) throws
        -> ([Candidate], by: String?)
    {
        switch order {
        case .expected:
            guard let learned, let order = expected(candidates, learned, finder, runs) else { return (candidates, nil) }
            return (order.map { candidates[$0] }, learned.name)
        case .byGain:
            let makespan = finder.timetable.makespan
            let gains = try runs.beforehand { runs in
                try candidates.map { try makespan - (runs.outcome(of: $0.edits)?.use.makespan ?? .infinity) }
            }
            return (Candidate.order(candidates, byGains: gains).map { candidates[$0] }, nil)
        }
    }

    /// Places of `candidates` by what `learned` expects of them; nil where it expects nothing, the makespan is not what counts
    /// most, or there is no time to ask.
    ///
    /// Of the gain that is expected of one only so much counts as came true of those of its type. Where something else
    /// counts too, every other place is that of the next one as proposed.
    private func expected(
        _ candidates: [Candidate], _ learned: LearnedScorer, _ finder: BottleneckFinder, _ runs: SimulatedRuns
    ) -> [Int]? {
        let (question, tasks) = (runs.question, max(finder.instance.taskCount, 1))
        let edits = candidates.reduce(0) { $0 + $1.edits.count }
        guard let scorer = learned.changes, question.stated[0] == .makespan,
            runs.hasTime(for: LearnedScorer.runsOfAPass + edits / (LearnedScorer.editsPerTask * tasks)),
            let gains = scorer.gains(
                of: Candidate.proposed(candidates), after: finder.timetable, of: finder.instance,
                policy: runs.policy), gains.count == candidates.count
        else { return nil }
        let weighed = zip(gains, candidates).map { $0 > 0 ? $0 * question.weight(of: $1.type) : $0 }
        let order = Candidate.order(candidates, byGains: weighed)
        guard question.stated.count > 1 else { return order }
        var taken: Set<Int> = []
        return zip(order, candidates.indices).flatMap { [$0, $1] }.filter { taken.insert($0).inserted }
    }

    private func look(among sets: inout SetSearch, _ runs: inout SimulatedRuns) throws {
        var generator = SeededGenerator(seed: runs.question.seed ^ 0x5e75)
        try sets.greedy(&runs)
        switch search {
        case .greedy: break
        case .annealing: try sets.anneal(&runs, using: &generator)
        case .pathIntegral: try sets.annealByPathIntegral(&runs, using: &generator)
        case .random:
            try sets.drawSets(simulations ?? sets.steps, &runs, using: &generator)
        }
    }

    /// The workflow with `suggestions` carried out, and what its run uses before and after.
    ///
    /// The order of the suggestions does not matter: of several changes of one figure of a task the largest counts.
    ///
    /// - Throws: `InputError` that names a task that is not there, one whose change leaves it no room, or what would break
    ///   the workflow.
    public func apply(_ suggestions: [OptimizationSuggestion], to question: OptimizationQuestion) throws
        -> AppliedOptimization
    {
        var runs = try SimulatedRuns(question)
        let edits = suggestions.flatMap(\.changes)
        let (old, changed) = (question.document, try question.document.applying(edits))
        return AppliedOptimization(
            document: changed, changes: edits, difference: DocumentDifference(from: old, to: changed),
            before: try runs.use(of: old.workflow), after: try runs.use(of: changed.workflow),
            quality: try old.workflow.applying(edits).quality)
    }

    /// Seconds until each of `workflows` ends under one policy, on the cluster of `question`: that of the question, or first in, first
    /// out where the first run does not end within the budget.
    ///
    /// - Throws: `InputError` where a task has no room, or takes longer than can be simulated.
    public func makespans(of workflows: [Workflow], for question: OptimizationQuestion) throws -> [Double] {
        var runs = try SimulatedRuns(question)
        return try workflows.map { try runs.run($0).timetable.makespan }
    }
}
