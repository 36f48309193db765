import Tensors

/// A rule that moves the parameters of a model against the gradients of its loss.
///
/// ```swift
/// var optimizer = SGD(learningRate: 0.1, momentum: 0.9)
/// let (value, gradients) = valueAndGradient(of: model) { meanSquaredError($0(x), y) }
/// optimizer.update(&model, along: gradients)
/// ```
public protocol Optimizer: Sendable, Equatable {
    /// What it is called in logs and checkpoints.
    static var name: String { get }

    /// λ, the step size, which a schedule may change between updates.
    var learningRate: Float { get set }

    /// What was chosen besides the learning rate, by name, in a fixed order.
    var settings: [(name: String, value: Float)] { get }

    /// The names of what it remembers of each parameter.
    var slotNames: [String] { get }

    /// All that later updates depend on besides the learning rate and the settings: with it, they are the same bit for
    /// bit.
    ///
    /// Its slots must be called ``slotNames``.
    var state: OptimizerState { get set }

    /// Moves every parameter of `model` by one step; `gradients` are in the model's order of parameters.
    mutating func update<Model: Parameterized>(_ model: inout Model, along gradients: Gradients)
}

/// What an optimizer remembers from one update to the next.
public struct OptimizerState: Sendable, Equatable {
    /// One number for every scalar of a model.
    public struct Slot: Sendable, Equatable {
        /// What the numbers are.
        public var name: String
        /// One array for each parameter, in the model's order, row-major; none before the first update.
        public var parameters: [[Float]]

        /// The numbers `parameters` by name.
        public init(name: String, parameters: [[Float]]) {
            self.name = name
            self.parameters = parameters
        }
    }

    /// t, the number of updates so far.
    public var step: Int
    /// What is remembered of each parameter.
    public var slots: [Slot]

    /// The state after `step` updates.
    public init(step: Int, slots: [Slot]) {
        self.step = step
        self.slots = slots
    }

    /// The arrays of the slots, in order.
    func parameters(of names: [String]) -> [[[Float]]] {
        precondition(step >= 0 && slots.map(\.name) == names, "slots \(slots.map(\.name)) instead of \(names)")
        return slots.map(\.parameters)
    }
}

extension Parameterized {
    /// Calls `body` with the place of each parameter, its elements and its gradient.
    mutating func forEachParameter(
        with gradients: Gradients,
        _ body: (_ place: Int, _ weights: inout MutableSpan<Float>, _ gradient: [Float]) -> Void
    ) {
        var place = 0
        forEachParameter { name, parameter in
            precondition(
                place < gradients.parameters.count && gradients.parameters[place].count == parameter.count,
                "no gradient for the \(parameter.count) scalars of \(name)")
            parameter.update { body(place, &$0, gradients.parameters[place]) }
            place += 1
        }
        precondition(
            place == gradients.parameters.count, "\(gradients.parameters.count) gradients for \(place) parameters")
    }
}
