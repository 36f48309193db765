import Kernels
import Layers
import Tensors
import Training

extension Work {
    /// Steps and answers of the networks of the benchmarks.
    static var networks: [Work] {
        [(32, 32), (64, 32), (32, 64)].map(lstmStep) + [(1, 32), (1, 48), (64, 32), (96, 32)].map(lstmAnswer)
            + [32, 256].map(doubleDQNStep) + [1, 64].map(dqnAnswer)
            + [100, 1000].flatMap { [graphStep(nodes: $0), graphAnswer(nodes: $0)] }
    }

    private static func lstmStep(batch: Int, steps: Int) -> Work {
        Work(name: "LSTM step", size: "batch \(batch), \(steps) steps") {
            var generator = SeededGenerator(seed: 0)
            var model = Predictor(using: &generator)
            let x = Tensor.normal([batch, steps, 16], using: &generator)
            let y = Tensor.normal([batch, 3], using: &generator)
            var optimizer = Adam()
            return {
                let (_, gradients) = valueAndGradient(of: model) { meanSquaredError($0(x), y) }
                optimizer.update(&model, along: gradients)
            }
        }
    }

    private static func lstmAnswer(batch: Int, steps: Int) -> Work {
        Work(name: batch == 1 ? "LSTM answer to one" : "LSTM answer to many", size: "batch \(batch), \(steps) steps") {
            var generator = SeededGenerator(seed: 0)
            let model = Predictor(using: &generator)
            let x = Tensor.normal([batch, steps, 16], using: &generator)
            return { keep(model(x)) }
        }
    }

    private static func doubleDQNStep(batch: Int) -> Work {
        Work(name: "double DQN step", size: "batch \(batch)") {
            var generator = SeededGenerator(seed: 0)
            var online = ValueNetwork(using: &generator)
            let target = ValueNetwork(using: &generator)
            let state = Tensor.normal([batch, 128], using: &generator)
            let following = Tensor.normal([batch, 128], using: &generator)
            let actions = (0..<batch).map { _ in Int.random(in: 0..<64, using: &generator) }
            let reward = Tensor.normal([batch], using: &generator)
            var optimizer = Adam()
            return {
                let best = online(following).argmax(alongAxis: 1)
                let goal = reward + 0.99 * target(following).gather(best, alongAxis: 1)
                let (_, gradients) = valueAndGradient(of: online) { online in
                    huberLoss(online(state).gather(actions, alongAxis: 1), goal)
                }
                optimizer.update(&online, along: gradients)
            }
        }
    }

    private static func dqnAnswer(batch: Int) -> Work {
        Work(name: "DQN answer", size: "batch \(batch)") {
            var generator = SeededGenerator(seed: 0)
            let model = ValueNetwork(using: &generator)
            let state = Tensor.normal([batch, 128], using: &generator)
            return { keep(model(state)) }
        }
    }

    private static func graphStep(nodes: Int) -> Work {
        Work(name: "graph step", size: "\(nodes) nodes") {
            var (model, graph, x, generator) = graphNetwork(nodes: nodes)
            let y = Tensor.normal([nodes, 1], using: &generator)
            var optimizer = Adam()
            return {
                let (_, gradients) = valueAndGradient(of: model) { meanSquaredError($0(x, over: graph), y) }
                optimizer.update(&model, along: gradients)
            }
        }
    }

    private static func graphAnswer(nodes: Int) -> Work {
        Work(name: "graph answer", size: "\(nodes) nodes") {
            let (model, graph, x, _) = graphNetwork(nodes: nodes)
            return { keep(model(x, over: graph)) }
        }
    }

    private static func graphNetwork(nodes: Int) -> (GraphNetwork, Adjacency, x: Tensor, SeededGenerator) {
        var generator = SeededGenerator(seed: 1)
        let edges = (0..<3 * nodes).map { _ in
            (source: Int.random(in: 0..<nodes, using: &generator), target: Int.random(in: 0..<nodes, using: &generator))
        }
        let model = GraphNetwork(using: &generator)
        let x = Tensor.normal([nodes, 32], using: &generator)
        return (model, Adjacency(nodes: nodes, edges: edges), x, generator)
    }
}
