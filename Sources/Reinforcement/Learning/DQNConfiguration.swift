/// What decides how a deep Q-network learns, beside its network.
public struct DQNConfiguration: Sendable, Equatable {
    /// Transitions that are kept.
    public var replayCapacity = 10_000
    /// The part of them that demonstrations may take for good, from 0 to below 1; further ones go as other transitions do.
    public var demonstrationShare = 0.5
    /// How they are drawn.
    public var sampling = ReplayBuffer.Sampling.prioritised()
    /// Transitions in a step of the optimizer.
    public var batchSize = 32
    /// The step size of Adam.
    public var learningRate: Float = 0.001
    /// How often an action is tried at random.
    public var exploration = Exploration.constant(0.1)
    /// n, the steps of a transition.
    public var steps = 3
    /// Whether the online network chooses the action that the target network values.
    public var isDouble = true
    /// Transitions that are there before the first update; no more than are kept.
    public var warmUp = 1000
    /// Actions from one update to the next.
    public var actionsPerUpdate = 4
    /// Updates from one copy of the online network to the target network to the next.
    public var updatesPerCopy = 500
    /// The bound on the norm of the gradients.
    public var clipping: Float = 10
    /// Where the loss of an error goes on in a straight line.
    public var huberDelta: Float = 1
    /// The weight of the loss by which a teacher's action should be worth more than every other by ``margin``, on the
    /// transitions that are demonstrations.
    public var imitation: Float = 0
    /// That margin.
    public var margin: Float = 0.8
    /// The weight of the penalty on what actions that were not taken are worth.
    public var conservatism: Float = 0

    /// The defaults.
    public init() {}

    /// Demonstrations that stay in the replay memory, at the most.
    var demonstrationCapacity: Int { min(Int(demonstrationShare * Double(replayCapacity)), replayCapacity - 1) }

    func check() {
        precondition(
            demonstrationShare >= 0 && demonstrationShare < 1, "demonstrations in \(demonstrationShare) of all places")
        precondition(
            batchSize > 0 && steps > 0 && actionsPerUpdate > 0 && updatesPerCopy > 0 && warmUp > 0
                && clipping > 0 && huberDelta > 0 && imitation >= 0 && margin >= 0 && conservatism >= 0,
            "a configuration with a number that is not positive: \(self)")
        precondition(
            warmUp <= replayCapacity,
            "an update after \(warmUp) transitions never comes where \(replayCapacity) are kept")
    }
}
