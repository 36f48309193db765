import Kernels
import Tensors

extension LSTM.Layer {
    /// A run over sequences x [T, B, I] as one primitive: the states after each step, [T, B, H], and with `addingCells`
    /// one more block, the cells after the last step: [T + 1, B, H].
    ///
    /// - Parameters:
    ///   - start: the states and cells [B, H] before the first step; zeros if nil.
    ///   - present: [T, B]; a row keeps its state and cell in a step where it is 0.
    func run(
        _ x: Tensor, from start: (states: Tensor, cells: Tensor)?, present: [Float]?, addingCells: Bool
    ) -> Tensor {
        let size = LSTMSize(steps: x.shape[0], batch: x.shape[1], inputs: inputs, hidden: hidden)
        let inputs = LSTMRun.Inputs(x: x, layer: self, start: start)
        let run = LSTMRun(
            over: x.scalars, self, from: start.map { ($0.states.scalars, $0.cells.scalars) }, present: present,
            size: size, isRecorded: inputs.areTracked)
        let shape: Shape = [size.steps + (addingCells ? 1 : 0), size.batch, hidden]
        let result = addingCells ? run.states + run.lastCells : run.states
        guard let record = run.record else { return Tensor(result, shape: shape) }
        return Tensor(result, shape: shape, inputs: inputs.all) { upstream, adjoints in
            run.pullBack(upstream, record, inputs, &adjoints)
        }
    }
}
