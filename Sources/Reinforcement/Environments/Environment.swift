/// What an agent acts in, episode by episode: a Markov decision process, or a semi-Markov one, whose steps last.
public protocol Environment {
    /// Begins the episode of `seed`, which it is a function of.
    ///
    /// - Returns: what the agent sees first; nil where nothing is to be decided.
    mutating func begin(seed: UInt64) throws -> Observation?

    /// Takes an action that was valid in what was observed last.
    mutating func take(_ action: Int) throws -> Outcome
}

/// What came of an action.
public struct Outcome: Sendable, Equatable {
    /// r, gained from the action up to what is observed next.
    public var reward: Float
    /// γ, what a unit of value there is worth here: a constant where steps have no length, e^(-β τ) where they last for τ,
    /// by Bradtke and Duff, "Reinforcement learning methods for continuous-time Markov decision problems", 1995; 0 where the
    /// process ends by itself.
    public var discount: Float
    /// What is observed next; nil at the end of the episode.
    public var observation: Observation?

    /// The outcome of one step.
    public init(reward: Float, discount: Float, observation: Observation?) {
        precondition(discount >= 0 && discount <= 1, "a discount of \(discount) does not lie in [0, 1]")
        self.reward = reward
        self.discount = discount
        self.observation = observation
    }
}
