import Files
import Scheduling
import Simulation
import Workflows

/// Improves workflows by rules whose every suggestion is simulated before it is offered.
///
/// With a budget that is long enough for all of it the answer is a function of the question; a shorter one leaves out
/// runs, and with them what they would have found.
public struct SimulatingOptimizer: WorkflowOptimizer {
    /// An optimizer.
    public init() {}

    /// What holds the workflow back.
    public func analyzeBottlenecks(_ question: OptimizationQuestion) throws -> BottleneckAnalysis {
        var runs = try SimulatedRuns(question)
        let finder = try BottleneckFinder(&runs)
        return try finder.completed(finder.analysis(&runs), &runs)
    }

    /// Suggestions that shorten the run, or use less without prolonging it.
    public func suggestOptimizations(_ question: OptimizationQuestion) throws -> OptimizationPlan {
        var runs = try SimulatedRuns(question)
        let finder = try BottleneckFinder(&runs)
        runs.share = 0.4
        let analysis = try finder.analysis(&runs)
        var search = SuggestionSearch(question, before: finder.before)
        runs.share = 0.7
        if runs.hasTime() {
            let candidates = Candidate.inTurn(
                RightSizing.candidates(for: question),
                PriorityRaising.candidates(for: finder.instance, chain: finder.chain))
            try search.evaluate(candidates, &runs)
        }
        runs.share = 0.85
        try search.resample(&runs)
        runs.share = 1
        try search.combine(&runs)
        return OptimizationPlan(
            analysis: try finder.completed(analysis, &runs), suggestions: search.suggestions, pareto: search.pareto,
            recommended: search.recommended, after: search.after, iterations: runs.count)
    }

    /// The workflow with `suggestions` carried out, and what its run uses before and after.
    ///
    /// The order of the suggestions does not matter: of several changes of one figure of a task the largest counts.
    ///
    /// - Throws: `InputError` that names a task that is not there, or one whose change leaves it no room.
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
}
