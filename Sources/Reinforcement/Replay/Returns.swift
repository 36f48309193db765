/// Joins steps of an episode to transitions of n steps, by which a reward reaches the actions before it sooner:
///
///     R_t = Σ_{k<n} (Π_{j<k} γ_{t+j}) r_{t+k}
///
/// Sutton, "Learning to predict by the methods of temporal differences", 1988; in DQN: Hessel and others, "Rainbow", 2018.
public struct Returns: Sendable {
    /// n
    public let steps: Int
    /// The steps whose sum is not known yet, the first one first.
    private var open: [Transition] = []

    /// Transitions of `steps` steps.
    public init(steps: Int) {
        precondition(steps > 0, "transitions of \(steps) steps")
        self.steps = steps
    }

    /// Adds a step, and tells the transitions that are known by it: one, or all that are open at the end of an episode. An
    /// episode that is cut off, and goes on unseen, ends in a step whose discount is not 0 and ``cutOff()``.
    public mutating func add(_ step: Transition) -> [Transition] {
        for place in open.indices {
            open[place].reward += open[place].discount * step.reward
            open[place].discount *= step.discount
            open[place].next = step.next
        }
        open.append(step)
        if step.discount == 0 { return cutOff() }
        return open.count < steps ? [] : [open.removeFirst()]
    }

    /// What is open, of fewer steps, at the end of what is seen of an episode.
    public mutating func cutOff() -> [Transition] {
        defer { open = [] }
        return open
    }
}
