/// What to change about a workflow.
public struct OptimizationPlan: Sendable, Hashable {
    /// A set of suggestions that no other set betters in every objective.
    public struct ParetoPoint: Sendable, Hashable {
        /// Names of the suggestions.
        public var suggestions: [String]
        /// What the run then uses.
        public var use: ResourceUse
        /// 1 is the quality of the workflow as it is.
        public var quality: Double

        /// A point of the front.
        public init(suggestions: [String], use: ResourceUse, quality: Double = 1) {
            self.suggestions = suggestions
            self.use = use
            self.quality = quality
        }
    }

    /// What holds it back.
    public var analysis: BottleneckAnalysis
    /// Changes, the one that gains the most first.
    public var suggestions: [OptimizationSuggestion]
    /// Sets of them worth choosing among.
    public var pareto: [ParetoPoint]
    /// Names of the suggestions that are best carried out together.
    public var recommended: [String]
    /// What the run uses with the recommended ones.
    public var after: ResourceUse
    /// Seconds by which the workflow ends sooner with them, over runs with resampled durations; nil where none were run.
    public var gainSeconds: OptimizationSuggestion.Gain?
    /// The learned model, such as `optimizer@1`, by whose expectations changes were simulated, that of the largest gain first; nil
    /// where they were simulated as they were proposed.
    public var orderedBy: String?
    /// Runs that were simulated.
    public var iterations: Int

    /// A plan.
    public init(
        analysis: BottleneckAnalysis, suggestions: [OptimizationSuggestion], pareto: [ParetoPoint],
        recommended: [String], after: ResourceUse, gainSeconds: OptimizationSuggestion.Gain? = nil,
        orderedBy: String? = nil, iterations: Int
    ) {
        self.analysis = analysis
        self.suggestions = suggestions
        self.pareto = pareto
        self.recommended = recommended
        self.after = after
        self.gainSeconds = gainSeconds
        self.orderedBy = orderedBy
        self.iterations = iterations
    }
}
