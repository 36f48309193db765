import Kernels
import Layers
import Tensors
import Training

extension Work {
    /// The parts of a training beside the network's own work.
    static var training: [Work] {
        [16, 64].flatMap { width in
            [
                update("SGD", SGD(learningRate: 0.01), width),
                update("SGD with momentum", SGD(learningRate: 0.01, momentum: 0.9), width),
                update("Adam", Adam(), width), update("AdamW", AdamW(), width), update("RMSProp", RMSProp(), width),
                update("RMSProp with momentum", RMSProp(momentum: 0.9), width), walk(width), clip(width),
            ]
        } + [64, 4096].map(epoch)
    }

    /// One step of an optimizer.
    private static func update<Rule: Optimizer>(_ name: String, _ rule: Rule, _ width: Int) -> Work {
        Work(name: "\(name) update", size: "width \(width)") {
            var generator = SeededGenerator(seed: 3)
            var (optimizer, model) = (rule, FeedForward(width: width, hidden: width, using: &generator))
            let x = Tensor.normal([4, width], using: &generator)
            let (_, gradients) = valueAndGradient(of: model) { meanSquaredError($0(x), x) }
            return { optimizer.update(&model, along: gradients) }
        }
    }

    /// Every parameter once.
    private static func walk(_ width: Int) -> Work {
        Work(name: "walk over parameters", size: "width \(width)") {
            var generator = SeededGenerator(seed: 3)
            var model = FeedForward(width: width, hidden: width, using: &generator)
            return { model.forEachParameter { $1.update { $0[0] += 1 } } }
        }
    }

    /// The norm of gradients, and a bound on it.
    private static func clip(_ width: Int) -> Work {
        Work(name: "clipping", size: "width \(width)") {
            var gradients = Gradients((0..<4).map { [Float](repeating: Float($0), count: width * width) })
            return { gradients.clip(toNorm: 1) }
        }
    }

    /// All batches of an epoch.
    private static func epoch(_ samples: Int) -> Work {
        Work(name: "batches of an epoch", size: "\(samples) samples") {
            return {
                var sum = 0
                for batch in Batches(of: samples, size: 32, seed: 1, epoch: 1) { sum &+= batch.count }
                precondition(sum == samples)
            }
        }
    }
}
