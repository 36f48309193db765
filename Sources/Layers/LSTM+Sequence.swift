import Kernels
import Tensors

extension LSTM {
    /// Which states a run returns.
    enum Returned {
        case last
        case all
    }

    /// One primitive over the whole sequence and all layers.
    func run(_ x: Tensor, mask: Tensor?, returns returned: Returned) -> Tensor {
        precondition(x.shape.rank == 3 && x.shape[2] == inputs, "an LSTM of \(inputs) inputs over \(x.shape)")
        let (batch, steps, hidden) = (x.shape[0], x.shape[1], hidden)
        precondition(
            mask.map { $0.shape == [batch, steps] } ?? true, "a mask of another shape than [\(batch), \(steps)]")
        let size = LSTMPass.Size(batch: batch, steps: steps, inputs: inputs, hidden: hidden)
        let stepMask = mask.map { timeMajor($0.scalars, batch, steps, 1) }
        let parameters = layers.flatMap { [$0.inputWeight, $0.recurrentWeight, $0.bias] }
        let isTracked = x.isTracked || parameters.contains(where: \.isTracked)

        var input = timeMajor(x.scalars, batch, steps, inputs)
        var passes: [LSTMPass] = []
        for (place, layer) in layers.enumerated() {
            let pass = LSTMPass(
                input: input, layer: layer, mask: stepMask,
                size: LSTMPass.Size(batch: batch, steps: steps, inputs: place == 0 ? inputs : hidden, hidden: hidden))
            input = pass.outputs
            if isTracked { passes.append(pass) }
        }
        let result: Tensor.Elements =
            switch returned {
            case .last: (Array(input.suffix(batch * hidden)), [batch, hidden])
            case .all: (batchMajor(input, batch, steps, hidden), [batch, steps, hidden])
            }
        let needsInput = x.isTracked
        return Tensor(result.scalars, shape: result.shape, inputs: [x] + parameters) { [passes] upstream in
            var byOutput: [Float]
            switch returned {
            case .last:
                byOutput = [Float](repeating: 0, count: max(steps - 1, 0) * batch * hidden) + upstream
            case .all:
                byOutput = timeMajor(upstream, batch, steps, hidden)
            }
            var byParameters: [[Float]?] = []
            for (place, pass) in passes.enumerated().reversed() {
                let gradients = pass.pullBack(byOutput, needsInput: place > 0 || needsInput)
                byParameters.insert(
                    contentsOf: [gradients.inputWeight, gradients.recurrentWeight, gradients.bias], at: 0)
                byOutput = gradients.input ?? []
            }
            let byInput = needsInput ? batchMajor(byOutput, size.batch, size.steps, size.inputs) : nil
            return [byInput] + byParameters
        }
    }
}

extension Tensor {
    /// Elements and their shape.
    typealias Elements = (scalars: [Float], shape: Shape)
}

/// [B, T, n] as [T, B, n].
private func timeMajor(_ x: [Float], _ batch: Int, _ steps: Int, _ n: Int) -> [Float] {
    swapOuterAxes(x, batch, steps, n)
}

/// [T, B, n] as [B, T, n].
private func batchMajor(_ x: [Float], _ batch: Int, _ steps: Int, _ n: Int) -> [Float] {
    swapOuterAxes(x, steps, batch, n)
}

private func swapOuterAxes(_ x: [Float], _ first: Int, _ second: Int, _ n: Int) -> [Float] {
    guard first > 1, second > 1 else { return x }
    var y: [Float] = []
    y.reserveCapacity(x.count)
    for j in 0..<second {
        for i in 0..<first {
            let start = (i * second + j) * n
            y.append(contentsOf: x[start..<start + n])
        }
    }
    return y
}
