import Kernels
import Layers
import Tensors
import Training

enum DQNCases {
    static var all: [Case] { [32, 256].map(step) + [inference] }

    private static func operations(batch: Int) -> Double { 2 * Double(batch) * Double(128 * 128 * 2 + 128 * 64) }

    private static func step(batch: Int) -> Case {
        Case(
            name: "double dqn step batch \(batch)", rounds: 200, operations: 5 * operations(batch: batch),
            prepare: {
                var generator = SeededGenerator(seed: 0)
                var online = ValueNetwork(using: &generator)
                let target = ValueNetwork(using: &generator)
                let (state, following) = (
                    Tensor.normal([batch, 128], using: &generator), Tensor.normal([batch, 128], using: &generator)
                )
                let actions = (0..<batch).map { _ in Int.random(in: 0..<64, using: &generator) }
                let reward = Tensor.normal([batch, 1], using: &generator)
                var optimizer = Adam(learningRate: 1e-3)
                return {
                    let best = online(following).argmax(alongAxis: 1)
                    let goal = reward + 0.99 * target(following).gather(best, alongAxis: 1, keepingAxis: true)
                    let (_, gradients) = valueAndGradient(of: online) { online in
                        huberLoss(online(state).gather(actions, alongAxis: 1, keepingAxis: true), goal)
                    }
                    optimizer.update(&online, along: gradients)
                }
            },
            prepareProducts: {
                let (b, shapes) = (batch, [(128, 128), (128, 128), (64, 128)])
                let forward = shapes.map { MatrixProduct(b, $0.0, $0.1) }
                let byWeight = shapes.map { MatrixProduct($0.0, $0.1, b) }
                let byInput = shapes.dropFirst().map { MatrixProduct(b, $0.1, $0.0) }
                return run(forward + forward + forward + byWeight + byInput)
            })
    }

    private static var inference: Case {
        Case(
            name: "dqn infer batch 1", rounds: 500, operations: operations(batch: 1),
            prepare: {
                var generator = SeededGenerator(seed: 0)
                let online = ValueNetwork(using: &generator)
                let state = Tensor.normal([1, 128], using: &generator)
                return { keep(online(state)) }
            },
            prepareProducts: {
                run([MatrixProduct(1, 128, 128), MatrixProduct(1, 128, 128), MatrixProduct(1, 64, 128)])
            })
    }
}
