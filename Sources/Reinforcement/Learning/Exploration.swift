import Kernels

/// How often an agent tries an action at random, by the number of actions that it has taken.
public enum Exploration: Sendable, Equatable {
    /// Always as often.
    case constant(Float)
    /// In a straight line from one probability to another over so many actions.
    case linear(from: Float, to: Float, over: Int)
    /// From one probability towards another, halfway after so many actions and again after as many.
    case halving(from: Float, to: Float, every: Int)

    /// ε behind so many actions.
    public func callAsFunction(_ actions: Int) -> Float {
        switch self {
        case .constant(let probability): return probability
        case .linear(let start, let end, let count):
            return start + (end - start) * min(1, Float(actions) / Float(max(count, 1)))
        case .halving(let start, let end, let count):
            return end + (start - end) * power(0.5, Float(actions) / Float(max(count, 1)))
        }
    }
}
