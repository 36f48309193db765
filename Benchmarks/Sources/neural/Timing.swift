import Tensors

/// Something to time: a step of work that is repeated, and the matrix products alone that it cannot do without.
struct Case {
    /// The name that the peers' script has for it.
    let name: String
    /// How often the step is timed in one turn.
    let rounds: Int
    /// Floating-point operations of the matrix products in one step.
    let operations: Double
    /// Makes the step; what it prepares is not timed.
    let prepare: () -> () -> Void
    /// Makes the step's matrix products without the rest.
    let prepareProducts: () -> () -> Void
}

/// The median time of `step` in microseconds over `rounds` runs, after some that do not count.
func medianMicroseconds(rounds: Int, _ step: () -> Void) -> Double {
    for _ in 0..<max(3, rounds / 10) { step() }
    let clock = ContinuousClock()
    let times = (0..<rounds).map { _ in clock.measure(step) / .microseconds(1) }
    return times.sorted()[rounds / 2]
}

/// Uses a result, so that the work for it is not optimised away.
@inline(never)
func keep(_ value: Tensor) {
    withExtendedLifetime(value) {}
}
