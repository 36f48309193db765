import Kernels
import Tensors

/// A long short-term memory over whole sequences, of one or more layers, each of which is one primitive operation.
///
/// For each step t and layer, with x the layer's input and ⊙ the elementwise product:
///
///     [i f g o] = [σ σ tanh σ](W x_t + R h_{t-1} + b)
///     c_t = f ⊙ c_{t-1} + i ⊙ g
///     h_t = o ⊙ tanh(c_t)
///
/// Hochreiter and Schmidhuber, 1997, with the forget gate of Gers, Schmidhuber and Cummins, 2000. The gates lie in the
/// order i, f, g, o, as in PyTorch, whose two biases are one here: their sum.
///
/// ```swift
/// let memory = LSTM(inputs: 16, hidden: 64, layers: 2, using: &generator)
/// let last = memory(sequences, mask: mask)        // [B, T, 16] and [B, T] to [B, 64]
/// ```
public struct LSTM: Module {
    /// The layers, the first one next to the input.
    public var layers: [Layer]
    /// The length of an input, I.
    public var inputs: Int { layers[0].inputs }
    /// The length of a state, H.
    public var hidden: Int { layers[0].hidden }

    /// `layers` layers of `hidden` units: weights uniform in ±1/√H, biases 0 but for those of the forget gates, which
    /// are 1 (Jozefowicz, Zaremba and Sutskever, 2015).
    public init(inputs: Int, hidden: Int, layers: Int = 1, using generator: inout SeededGenerator) {
        precondition(layers > 0, "an LSTM of \(layers) layers")
        self.init(
            layers: (0..<layers).map { place in
                Layer(inputs: place == 0 ? inputs : hidden, hidden: hidden, using: &generator)
            })
    }

    /// Given layers, whose shapes fit on each other.
    public init(layers: [Layer]) {
        precondition(!layers.isEmpty, "an LSTM has at least one layer")
        for (below, above) in zip(layers, layers.dropFirst()) {
            precondition(
                above.inputs == below.hidden && above.hidden == below.hidden,
                "a layer of \(above.inputs) to \(above.hidden) on one of \(below.hidden)")
        }
        self.layers = layers
    }

    /// The last layer's state after the last step, h_T of shape [B, H], for sequences x of shape [B, T, I].
    ///
    /// - Parameters:
    ///   - state: what the layers remember before the first step; zeros if nil.
    ///   - mask: of shape [B, T], 1 for a step and 0 for padding, which leaves the state as it was and may be not a
    ///     number; absent, all are steps. Lengths that vary are a mask that is 0 behind the end.
    public func callAsFunction(_ x: Tensor, from state: State? = nil, mask: Tensor? = nil) -> Tensor {
        let batch = x.shape[0]
        let states = timeMajorStates(x, state, mask)
        let steps = states.shape[0]
        guard steps > 0 else { return state?.layer(layers.count - 1).states ?? .zeros([batch, hidden]) }
        return states.slice(steps - 1..<steps, alongAxis: 0).reshaped([batch, hidden])
    }

    /// The last layer's state after each step, of shape [B, T, H], for sequences x of shape [B, T, I].
    ///
    /// - Parameters:
    ///   - state: as for a call.
    ///   - mask: as for a call; a masked step repeats the state before it.
    public func states(_ x: Tensor, from state: State? = nil, mask: Tensor? = nil) -> Tensor {
        timeMajorStates(x, state, mask).transposed(0, 1)
    }

    /// The states of a step lie together, [T, B, H], so that each step is one block of memory.
    private func timeMajorStates(_ x: Tensor, _ state: State?, _ mask: Tensor?) -> Tensor {
        let present = checkedMask(mask, state, over: x)
        return layers.indices.reduce(x.hidingRows(where: mask).transposed(0, 1)) { input, place in
            layers[place].run(input, from: state?.layer(place), present: present, addingCells: false)
        }
    }

    /// The mask as [T, B].
    func checkedMask(_ mask: Tensor?, _ state: State?, over x: Tensor) -> [Float]? {
        precondition(x.shape.rank == 3 && x.shape[2] == inputs, "an LSTM of \(inputs) inputs over \(x.shape)")
        if let mask {
            precondition(mask.shape == [x.shape[0], x.shape[1]], "a mask \(mask.shape) for sequences \(x.shape)")
        }
        if let state {
            precondition(
                state.hidden.shape == [layers.count, x.shape[0], hidden],
                "a state \(state.hidden.shape) for \(layers.count) layers of \(hidden) over \(x.shape)")
        }
        return mask?.transposed().scalars
    }

    /// `layer0.inputWeight`, and so on.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        for place in layers.indices { try layers[place].forEachParameter(named: "layer\(place)", body) }
    }
}
