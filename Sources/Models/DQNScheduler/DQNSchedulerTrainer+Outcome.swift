extension DQNSchedulerTrainer {
    /// Where a scheduler came from.
    public enum Origin: Sendable, Hashable, CustomStringConvertible {
        /// It is the rule that training starts from.
        case rule
        /// Weights of a linear network, behind so many steps of the search on whole streams; behind none those that were given.
        case search(step: Int)
        /// A network that was fitted to rollouts, followed where a candidate is worth more than the rule's by the margin.
        case rollouts(margin: Float)

        /// `search, step 2`
        public var description: String {
            switch self {
            case .rule: "the rule"
            case .search(let step): "search, step \(step)"
            case .rollouts(let margin): "rollouts, margin \(margin)"
            }
        }

        /// Whether it was fitted to rollouts.
        public var isFitted: Bool {
            if case .rollouts = self { true } else { false }
        }
    }

    /// What a training came to.
    public struct Outcome: Sendable {
        /// The scheduler.
        public var scheduler: DQNScheduler
        /// What was chosen.
        public var chosen: Origin
        /// What is to be little, mean completion unless something else is, on validation streams over the rule's, minus 1, by what
        /// was tried.
        public var validation: [(origin: Origin, difference: Double)]
        /// Choices that rollouts told of, to which a network was fitted where they were enough.
        public var sampleCount: Int
    }
}
