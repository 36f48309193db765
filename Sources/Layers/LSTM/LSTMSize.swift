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

    /// W [4 H, I]
    var inputWeight: MatrixLayout { MatrixLayout(rows: 4 * hidden, columns: inputs) }
    /// R [4 H, H]
    var recurrentWeight: MatrixLayout { MatrixLayout(rows: 4 * hidden, columns: hidden) }
    /// The inputs of all steps, [T B, I].
    var allInputs: MatrixLayout { MatrixLayout(rows: steps * batch, columns: inputs) }
    /// The states of a number of steps, [n B, H].
    func states(steps: Int) -> MatrixLayout { MatrixLayout(rows: steps * batch, columns: hidden) }
    /// The gates of a number of steps, [n B, 4 H].
    func gates(steps: Int) -> MatrixLayout { MatrixLayout(rows: steps * batch, columns: 4 * hidden) }
}
