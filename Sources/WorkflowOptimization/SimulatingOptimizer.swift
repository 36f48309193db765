import Files
import Scheduling
import Simulation
import Workflows

/// Improves workflows by rules whose every suggestion is simulated before it is offered.
public struct SimulatingOptimizer: WorkflowOptimizer {
    /// An optimizer.
    public init() {}

    /// What holds the workflow back.
    public func analyzeBottlenecks(_ question: OptimizationQuestion) throws -> BottleneckAnalysis {
        var runs = try SimulatedRuns(question)
        let finder = try BottleneckFinder(&runs)
        return try finder.analysis(&runs)
    }

    /// Suggestions that shorten the run, or use less without prolonging it.
    public func suggestOptimizations(_ question: OptimizationQuestion) throws -> OptimizationPlan {
        var runs = try SimulatedRuns(question)
        let finder = try BottleneckFinder(&runs)
        let before = finder.before
        runs.share = 0.4
        let analysis = try finder.analysis(&runs)
        runs.share = 0.75
        let candidates =
            RightSizing.candidates(for: question)
            + (try PriorityRaising.candidates(for: question, chain: finder.chain))
        var search = SuggestionSearch(question, before: before)
        try search.evaluate(candidates, &runs)
        try search.combine(&runs)
        runs.share = 1
        var suggestions = try search.suggestions(&runs)
        suggestions.sort {
            $0.gainSeconds.p50 != $1.gainSeconds.p50 ? $0.gainSeconds.p50 > $1.gainSeconds.p50 : $0.id < $1.id
        }
        return OptimizationPlan(
            analysis: analysis, suggestions: suggestions, pareto: search.pareto, recommended: search.best.ids,
            after: search.best.use, iterations: runs.count)
    }

    /// The workflow with `suggestions` carried out, and what its run uses before and after.
    ///
    /// - Throws: `InputError` that names a task that is not there, or one whose change leaves it no room.
    public func apply(_ suggestions: [OptimizationSuggestion], to question: OptimizationQuestion) throws
        -> AppliedOptimization
    {
        var runs = try SimulatedRuns(question)
        let changes = suggestions.flatMap(\.changes)
        let changed = try question.document.applying(changes)
        return AppliedOptimization(
            document: changed, changes: changes, before: try runs.use(of: question.document.workflow),
            after: try runs.use(of: changed.workflow))
    }
}
