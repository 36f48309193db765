import Kernels
import Tensors

extension LSTM {
    /// What all layers remember between two steps.
    public struct State: Sendable, Equatable {
        /// h of each layer, of shape [L, B, H].
        public var hidden: Tensor
        /// c of each layer, of shape [L, B, H].
        public var cells: Tensor

        /// A state of the given parts, of one shape.
        public init(hidden: Tensor, cells: Tensor) {
            precondition(
                hidden.shape == cells.shape && hidden.shape.rank == 3, "a state of \(hidden.shape) and \(cells.shape)")
            self.hidden = hidden
            self.cells = cells
        }

        /// h and c [B, H] of one layer.
        func layer(_ place: Int) -> (states: Tensor, cells: Tensor) {
            func part(_ all: Tensor) -> Tensor {
                all.slice(place..<place + 1, alongAxis: 0).reshaped([all.shape[1], all.shape[2]])
            }
            return (part(hidden), part(cells))
        }
    }

    /// The last layer's state after each step, [B, T, H], and what all layers remember after the last one, to go on from
    /// there: for sequences x [B, T, I] that come in parts.
    ///
    /// ```swift
    /// let (_, state) = memory.run(beginning)
    /// let rest = memory.states(ending, from: state)
    /// ```
    /// - Parameters:
    ///   - state: what the layers remember before the first step; zeros if nil.
    ///   - mask: [B, T], as for a call.
    public func run(_ x: Tensor, from state: State? = nil, mask: Tensor? = nil) -> (states: Tensor, final: State) {
        let present = checkedMask(mask, state, over: x)
        let (steps, batch) = (x.shape[1], x.shape[0])
        var input = x.hidingRows(where: mask).transposed(0, 1)
        var (hidden, cells): ([Tensor], [Tensor]) = ([], [])
        for place in layers.indices {
            let start = state?.layer(place)
            let result = layers[place].run(input, from: start, present: present, addingCells: true)
            input = result.slice(0..<steps, alongAxis: 0)
            cells.append(result.slice(steps..<steps + 1, alongAxis: 0))
            let last = start?.states ?? .zeros([batch, self.hidden])
            hidden.append(
                steps > 0 ? input.slice(steps - 1..<steps, alongAxis: 0) : last.reshaped([1, batch, self.hidden]))
        }
        let final = State(
            hidden: .concatenated(hidden, alongAxis: 0), cells: .concatenated(cells, alongAxis: 0))
        return (input.transposed(0, 1), final)
    }
}
