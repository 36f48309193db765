import Kernels
import Layers
import Tensors
import Training

extension Work {
    /// Steps and answers of attention and of a Transformer's block, with padding and dropout.
    static var attention: [Work] {
        let sizes = [(2, 8), (8, 8), (2, 32)]
        return sizes.map(attentionStep) + sizes.map(attentionAnswer) + sizes.map(blockStep) + sizes.map(blockAnswer)
    }

    private static func attentionStep(batch: Int, steps: Int) -> Work {
        Work(name: "attention step", size: "batch \(batch), \(steps) elements") {
            var (x, mask, generator) = sequences(batch, steps)
            var model = MultiHeadAttention(width: 32, heads: 4, using: &generator)
            var optimizer = Adam()
            return {
                let (_, gradients) = valueAndGradient(of: model) { meanSquaredError($0(x, mask: mask), x) }
                optimizer.update(&model, along: gradients)
            }
        }
    }

    private static func attentionAnswer(batch: Int, steps: Int) -> Work {
        Work(name: "attention answer", size: "batch \(batch), \(steps) elements") {
            var (x, mask, generator) = sequences(batch, steps)
            let model = MultiHeadAttention(width: 32, heads: 4, using: &generator)
            return { keep(model(x, mask: mask)) }
        }
    }

    private static func blockStep(batch: Int, steps: Int) -> Work {
        Work(name: "Transformer step", size: "batch \(batch), \(steps) elements") {
            var (x, mask, generator) = sequences(batch, steps)
            var model = TransformerEncoderBlock(width: 32, heads: 4, dropout: 0.1, using: &generator)
            var optimizer = AdamW()
            return {
                let (_, gradients) = valueAndGradient(of: model) { model in
                    meanSquaredError(model(x, mask: mask, isCausal: true, using: &generator), x)
                }
                optimizer.update(&model, along: gradients)
            }
        }
    }

    private static func blockAnswer(batch: Int, steps: Int) -> Work {
        Work(name: "Transformer answer", size: "batch \(batch), \(steps) elements") {
            var (x, mask, generator) = sequences(batch, steps)
            let model = TransformerEncoderBlock(width: 32, heads: 4, dropout: 0.1, using: &generator)
            return { keep(model(x, mask: mask)) }
        }
    }

    /// Sequences of 32 numbers an element, of which the last element is padding.
    private static func sequences(_ batch: Int, _ steps: Int) -> (x: Tensor, mask: Tensor, SeededGenerator) {
        var generator = SeededGenerator(seed: 2)
        let mask = (0..<batch * steps).map { $0 % steps < steps - 1 ? Float(1) : 0 }
        return (.normal([batch, steps, 32], using: &generator), Tensor(mask, shape: [batch, steps]), generator)
    }
}
