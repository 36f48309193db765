import Kernels
import Tensors

/// One layer's way through a whole sequence, with what its way back needs. All arrays are time-major: [T, B, ...].
struct LSTMPass: Sendable {
    struct Size: Sendable {
        let batch: Int
        let steps: Int
        let inputs: Int
        let hidden: Int

        var rows: Int { steps * batch }
        var gates: Int { 4 * hidden }
        /// Scalars of one step's state.
        var state: Int { batch * hidden }
    }

    let size: Size
    private let input: [Float]
    private let inputWeight: [Float]
    private let recurrentWeight: [Float]
    private let mask: [Float]?
    /// The activated gates i, f, g, o: [T, B, 4 H].
    private let gates: [Float]
    /// Cells, with the initial one in front: [T + 1, B, H].
    private let cells: [Float]
    /// tanh of the cells that each step computed: [T, B, H].
    private let squashed: [Float]
    /// States, with the initial one in front: [T + 1, B, H].
    private let states: [Float]

    /// The states after each step: [T, B, H].
    var outputs: [Float] { Array(states[size.state...]) }

    init(input: [Float], layer: LSTM.Layer, mask: [Float]?, size: Size) {
        let (inputWeight, recurrentWeight) = (layer.inputWeight.scalars, layer.recurrentWeight.scalars)
        var gates: [Float] = []
        gates.reserveCapacity(size.rows * size.gates)
        for _ in 0..<size.rows { gates.append(contentsOf: layer.bias.scalars) }
        var cells = [Float](repeating: 0, count: (size.steps + 1) * size.state)
        var squashed = [Float](repeating: 0, count: size.steps * size.state)
        var states = [Float](repeating: 0, count: (size.steps + 1) * size.state)
        gates.withMutableSpan { gates in
            BLAS.multiply(
                input.span, inputWeight.span, transposeB: true, m: size.rows, n: size.gates, k: size.inputs, beta: 1,
                into: &gates)
        }
        for t in 0..<size.steps {
            let now = t * size.batch * size.gates..<(t + 1) * size.batch * size.gates
            gates.withMutableSpan { gates in
                var step = gates._mutatingExtracting(now)
                let previous = states.span.extracting(t * size.state..<(t + 1) * size.state)
                BLAS.multiply(
                    previous, recurrentWeight.span, transposeB: true, m: size.batch, n: size.gates, k: size.hidden,
                    beta: 1, into: &step)
                for row in 0..<size.batch {
                    var own = step._mutatingExtracting(row * size.gates..<(row + 1) * size.gates)
                    Self.activate(&own, hidden: size.hidden)
                }
            }
            for row in 0..<size.batch {
                Self.step(
                    gates: gates, cells: &cells, squashed: &squashed, states: &states, mask: mask, t: t, row: row,
                    size: size)
            }
        }
        self.size = size
        self.input = input
        self.inputWeight = inputWeight
        self.recurrentWeight = recurrentWeight
        self.mask = mask
        self.gates = gates
        self.cells = cells
        self.squashed = squashed
        self.states = states
    }

    private static func activate(_ gates: inout MutableSpan<Float>, hidden: Int) {
        for index in 0..<2 * hidden { gates[index] = logistic(gates[index]) }
        for index in 2 * hidden..<3 * hidden { gates[index] = hyperbolicTangent(gates[index]) }
        for index in 3 * hidden..<4 * hidden { gates[index] = logistic(gates[index]) }
    }

    /// One row's cell and state after step `t`.
    private static func step(
        gates: [Float], cells: inout [Float], squashed: inout [Float], states: inout [Float], mask: [Float]?, t: Int,
        row: Int, size: Size
    ) {
        let hidden = size.hidden
        let before = t * size.state + row * hidden
        let after = before + size.state
        if let mask, mask[t * size.batch + row] == 0 {
            for j in 0..<hidden {
                cells[after + j] = cells[before + j]
                states[after + j] = states[before + j]
            }
            return
        }
        let own = gates.span.extracting((t * size.batch + row) * size.gates..<(t * size.batch + row + 1) * size.gates)
        let (i, f) = (own.extracting(0..<hidden), own.extracting(hidden..<2 * hidden))
        let (g, o) = (own.extracting(2 * hidden..<3 * hidden), own.extracting(3 * hidden..<4 * hidden))
        cells.withMutableSpan { cells in
            var both = cells._mutatingExtracting(before..<after + hidden)
            for j in 0..<hidden { both[size.state + j] = f[j] * both[j] + i[j] * g[j] }
        }
        let cell = cells.span.extracting(after..<after + hidden)
        squashed.withMutableSpan { squashed in
            var own = squashed._mutatingExtracting(before..<before + hidden)
            for j in 0..<hidden { own[j] = hyperbolicTangent(cell[j]) }
        }
        let squashed = squashed.span.extracting(before..<before + hidden)
        states.withMutableSpan { states in
            var own = states._mutatingExtracting(after..<after + hidden)
            for j in 0..<hidden { own[j] = o[j] * squashed[j] }
        }
    }
}

extension LSTMPass {
    struct Gradients {
        var input: [Float]?
        var inputWeight: [Float]
        var recurrentWeight: [Float]
        var bias: [Float]
    }

    /// From the gradient by the outputs [T, B, H] to those by the input [T, B, I] and by the weights.
    func pullBack(_ byOutput: [Float], needsInput: Bool) -> Gradients {
        var byGates = [Float](repeating: 0, count: size.rows * size.gates)
        var byState = [Float](repeating: 0, count: size.state)
        var byCell = [Float](repeating: 0, count: size.state)
        for t in (0..<size.steps).reversed() {
            let outputs = byOutput.span.extracting(t * size.state..<(t + 1) * size.state)
            byState.withMutableSpan { accumulate(outputs, into: &$0) }
            var carried = [Float](repeating: 0, count: size.state)
            for row in 0..<size.batch {
                pullBackRow(t: t, row: row, byState: byState, byCell: &byCell, byGates: &byGates, carried: &carried)
            }
            let own = byGates.span.extracting(t * size.batch * size.gates..<(t + 1) * size.batch * size.gates)
            carried.withMutableSpan { carried in
                BLAS.multiply(
                    own, recurrentWeight.span, m: size.batch, n: size.hidden, k: size.gates, beta: 1, into: &carried)
            }
            byState = carried
        }
        return gradients(byGates: byGates, needsInput: needsInput)
    }

    /// One row of step `t`: fills its part of `byGates`, turns `byCell` into the gradient by the cell before, and puts
    /// into `carried` what passes a masked step unchanged.
    private func pullBackRow(
        t: Int, row: Int, byState: [Float], byCell: inout [Float], byGates: inout [Float], carried: inout [Float]
    ) {
        let hidden = size.hidden
        let place = row * hidden
        if let mask, mask[t * size.batch + row] == 0 {
            for j in 0..<hidden { carried[place + j] = byState[place + j] }
            return
        }
        let rowOfGates = (t * size.batch + row) * size.gates
        let own = gates.span.extracting(rowOfGates..<rowOfGates + size.gates)
        let (i, f) = (own.extracting(0..<hidden), own.extracting(hidden..<2 * hidden))
        let (g, o) = (own.extracting(2 * hidden..<3 * hidden), own.extracting(3 * hidden..<4 * hidden))
        let before = t * size.state + place
        let previous = cells.span.extracting(before..<before + hidden)
        let tanhCell = squashed.span.extracting(before..<before + hidden)
        let dh = byState.span.extracting(place..<place + hidden)
        byGates.withMutableSpan { byGates in
            var d = byGates._mutatingExtracting(rowOfGates..<rowOfGates + size.gates)
            byCell.withMutableSpan { byCell in
                var dc = byCell._mutatingExtracting(place..<place + hidden)
                for j in 0..<hidden {
                    let byNewCell = dc[j] + dh[j] * o[j] * (1 - tanhCell[j] * tanhCell[j])
                    d[j] = byNewCell * g[j] * i[j] * (1 - i[j])
                    d[hidden + j] = byNewCell * previous[j] * f[j] * (1 - f[j])
                    d[2 * hidden + j] = byNewCell * i[j] * (1 - g[j] * g[j])
                    d[3 * hidden + j] = dh[j] * tanhCell[j] * o[j] * (1 - o[j])
                    dc[j] = byNewCell * f[j]
                }
            }
        }
    }

    /// The sums over all steps, as one product each.
    private func gradients(byGates: [Float], needsInput: Bool) -> Gradients {
        var result = Gradients(
            input: needsInput ? [Float](repeating: 0, count: size.rows * size.inputs) : nil,
            inputWeight: [Float](repeating: 0, count: size.gates * size.inputs),
            recurrentWeight: [Float](repeating: 0, count: size.gates * size.hidden),
            bias: [Float](repeating: 0, count: size.gates))
        result.input?.withMutableSpan { into in
            BLAS.multiply(byGates.span, inputWeight.span, m: size.rows, n: size.inputs, k: size.gates, into: &into)
        }
        result.inputWeight.withMutableSpan { into in
            BLAS.multiply(
                byGates.span, transposeA: true, input.span, m: size.gates, n: size.inputs, k: size.rows, into: &into)
        }
        let before = states.span.extracting(0..<size.rows * size.hidden)
        result.recurrentWeight.withMutableSpan { into in
            BLAS.multiply(
                byGates.span, transposeA: true, before, m: size.gates, n: size.hidden, k: size.rows, into: &into)
        }
        result.bias.withMutableSpan { accumulateRows(byGates.span, m: size.rows, n: size.gates, into: &$0) }
        return result
    }
}
