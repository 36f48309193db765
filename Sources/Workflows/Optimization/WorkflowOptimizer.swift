/// Finds what holds a workflow back and says what to change: the decision protocol behind `optimize`.
///
/// An optimizer's answer is a function of the question and its seed.
public protocol WorkflowOptimizer: Sendable {
    /// What holds the workflow back, the longest delay first.
    func analyzeBottlenecks(_ question: OptimizationQuestion) throws -> BottleneckAnalysis

    /// Changes that shorten or cheapen it, each of them simulated.
    func suggestOptimizations(_ question: OptimizationQuestion) throws -> OptimizationPlan

    /// The workflow with `suggestions` carried out.
    func apply(_ suggestions: [OptimizationSuggestion], to question: OptimizationQuestion) throws -> AppliedOptimization
}
