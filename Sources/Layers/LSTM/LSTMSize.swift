import Kernels

/// The sizes of one layer's run over sequences, and how its matrices lie. All arrays are time-major.
struct LSTMSize: Sendable {
    /// T
    let steps: Int
    /// B
    let batch: Int
    /// I
    let inputs: Int
    /// H
    let hidden: Int

    /// Elements of one step's states.
    var state: Int { batch * hidden }

    /// The place of a step in states [T, B, H].
    func states(of step: Int) -> Range<Int> { step * state..<(step + 1) * state }
    /// The place of a step in gates [T, B, 4 H].
    func gates(of step: Int) -> Range<Int> { 4 * step * state..<4 * (step + 1) * state }
    /// The place of a step in a mask [T, B].
    func rows(of step: Int) -> Range<Int> { step * batch..<(step + 1) * batch }

    /// Steps that are handled together: about 256 rows, whose gates stay in the cache of a core.
    var stepsPerBlock: Int { max(1, min(steps, 256 / max(batch, 1))) }
    /// The number of blocks of steps.
    var blocks: Int { steps == 0 ? 0 : (steps - 1) / stepsPerBlock + 1 }
    /// The steps of a block, in order.
    func block(_ place: Int) -> Range<Int> { place * stepsPerBlock..<min((place + 1) * stepsPerBlock, steps) }
    /// The place of some steps in inputs [T, B, I].
    func inputs(of block: Range<Int>) -> Range<Int> {
        block.lowerBound * batch * inputs..<block.upperBound * batch * inputs
    }
    /// The place of some steps in gates [T, B, 4 H].
    func gates(of block: Range<Int>) -> Range<Int> { 4 * block.lowerBound * state..<4 * block.upperBound * state }

    /// W [4 H, I]
    var inputWeight: MatrixLayout { MatrixLayout(rows: 4 * hidden, columns: inputs) }
    /// Wᵀ [I, 4 H]
    var inputWeightTranspose: MatrixLayout { MatrixLayout(rows: inputs, columns: 4 * hidden) }
    /// R [4 H, H]
    var recurrentWeight: MatrixLayout { MatrixLayout(rows: 4 * hidden, columns: hidden) }
    /// Rᵀ [H, 4 H]
    var recurrentWeightTranspose: MatrixLayout { MatrixLayout(rows: hidden, columns: 4 * hidden) }
    /// The inputs of a number of steps, [n B, I].
    func inputs(steps: Int) -> MatrixLayout { MatrixLayout(rows: steps * batch, columns: inputs) }
    /// The states of a number of steps, [n B, H].
    func states(steps: Int) -> MatrixLayout { MatrixLayout(rows: steps * batch, columns: hidden) }
    /// The gates of a number of steps, [n B, 4 H].
    func gates(steps: Int) -> MatrixLayout { MatrixLayout(rows: steps * batch, columns: 4 * hidden) }
}
