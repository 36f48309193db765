/// One or more steps of an episode as a learner sees them: from an action to what it is judged by.
public struct Transition: Sendable, Equatable {
    /// What was observed.
    public var observation: Observation
    /// The action that was taken.
    public var action: Int
    /// The rewards of the steps, each discounted to the first: R = Σ_k (Π_{j<k} γ_j) r_k.
    public var reward: Float
    /// What a unit of value at ``next`` is worth at the beginning: Π γ_j; 0 where the process has ended.
    public var discount: Float
    /// What is observed behind the last step; nil where the discount is 0.
    public var next: Observation?
    /// Whether the action is one of a teacher, whose example it is.
    public var isDemonstration: Bool

    /// The transition of one step, or of several that are added up already.
    public init(
        observation: Observation, action: Int, reward: Float, discount: Float, next: Observation?,
        isDemonstration: Bool = false
    ) {
        precondition(
            observation.isValid.indices.contains(action) && observation.isValid[action],
            "the action \(action) of \(observation.actionCount) is not valid")
        precondition(next != nil || discount == 0, "a discount of \(discount) of nothing")
        self.observation = observation
        self.action = action
        self.reward = reward
        self.discount = discount
        self.next = next
        self.isDemonstration = isDemonstration
    }
}
