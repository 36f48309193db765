import Layers
import Tensors

/// An LSTM from tensor operations, step by step: the oracle of the fused one.
struct ComposedLSTM {
    let layers: [LSTM.Layer]

    /// [B, T, I] to [B, T, H].
    func states(_ x: Tensor, mask: Tensor?) -> Tensor {
        let (batch, steps) = (x.shape[0], x.shape[1])
        var inputs = (0..<steps).map { x.slice($0..<$0 + 1, alongAxis: 1).reshaped([batch, x.shape[2]]) }
        for layer in layers {
            var (h, c) = (Tensor.zeros([batch, layer.hidden]), Tensor.zeros([batch, layer.hidden]))
            for step in 0..<steps {
                let (newH, newC) = Self.step(inputs[step], h, c, layer)
                let kept = mask?.slice(step..<step + 1, alongAxis: 1)
                h = kept.map { newH * $0 + h * (1 - $0) } ?? newH
                c = kept.map { newC * $0 + c * (1 - $0) } ?? newC
                inputs[step] = h
            }
        }
        return .concatenated(inputs.map { $0.reshaped([batch, 1, $0.shape[1]]) }, alongAxis: 1)
    }

    private static func step(_ x: Tensor, _ h: Tensor, _ c: Tensor, _ layer: LSTM.Layer) -> (Tensor, Tensor) {
        let sums =
            x.matmul(layer.inputWeight, transposed: true) + h.matmul(layer.recurrentWeight, transposed: true)
            + layer.bias
        func gate(_ place: Int) -> Tensor {
            sums.slice(place * layer.hidden..<(place + 1) * layer.hidden, alongAxis: 1)
        }
        let newC = gate(1).sigmoid() * c + gate(0).sigmoid() * gate(2).tanh()
        return (gate(3).sigmoid() * newC.tanh(), newC)
    }
}

extension LSTM.Layer {
    /// The weights as three tensors, in order.
    init(_ weights: ArraySlice<Tensor>) {
        let weights = Array(weights)
        self.init(inputWeight: weights[0], recurrentWeight: weights[1], bias: weights[2])
    }
}

/// The layers whose weights are `tensors`, three for each.
func lstmLayers(_ tensors: some Collection<Tensor>) -> [LSTM.Layer] {
    let weights = Array(tensors)
    return stride(from: 0, to: weights.count, by: 3).map { LSTM.Layer(weights[$0..<$0 + 3]) }
}
