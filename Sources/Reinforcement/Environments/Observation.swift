/// What an agent sees before it acts: a state, and the actions that there are.
///
/// Actions either have numbers with a meaning of their own, and then no features, or they are candidates that are known by
/// their features alone, such as the tasks of a window, and then their places mean nothing.
public struct Observation: Sendable, Equatable {
    /// What holds for all actions, [S].
    public var state: [Float]
    /// The features of each action in turn, [A · F]; empty where actions are known by their numbers.
    public var actions: [Float]
    /// Whether each action can be taken, [A].
    public var isValid: [Bool]

    /// An observation in which at least one action is valid.
    public init(state: [Float], actions: [Float] = [], isValid: [Bool]) {
        precondition(isValid.contains(true), "none of \(isValid.count) actions is valid")
        precondition(
            actions.count.isMultiple(of: isValid.count), "\(actions.count) features of \(isValid.count) actions")
        self.state = state
        self.actions = actions
        self.isValid = isValid
    }

    /// A, the number of actions.
    public var actionCount: Int { isValid.count }
    /// F, the features of one action; 0 where actions are known by their numbers.
    public var featureCount: Int { actions.count / isValid.count }
}
