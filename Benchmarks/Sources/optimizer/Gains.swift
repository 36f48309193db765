import Evaluation
import Files
import Foundation
import Models
import Reports
import WorkflowOptimization
import Workflows

/// Trains a network on drawn workflows and compares what it says of the gains of changes with what simulations show, on others
/// that were drawn alike: which part of the largest gain is among the first few changes in its order. With `planted` then what is
/// gained on synthetic workflows with planted faults, which are drawn otherwise, where only the first few changes are simulated.
func compareGains(seed: UInt64, hasMessages: Bool, steps: Int?, planted: UInt64?, trials: Int) throws {
    var trainer = GainTrainer()
    trainer.architecture.hasMessages = hasMessages
    if let steps { trainer.settings = .init(steps: steps) }
    let began = ContinuousClock.now
    let model = try trainer.train(seed: seed) { step, loss in
        if step % 500 == 0 { print(String(format: "%5d steps: loss %.4f", step, loss)) }
    }
    print(String(format: "trained in %.1f s", (ContinuousClock.now - began) / .seconds(1)))
    let unseen = try GainTrainer.unseen(300, .validation)
    let expected = unseen.map { model.gains(of: $0.changes, after: $0.timetable, of: $0.instance) }
    let (all, told) = (unseen.flatMap(\.gains).map { max($0, -1) }, expected.joined())
    let mean = all.reduce(0, +) / Double(all.count)
    func squares(_ errors: some Sequence<Double>) -> Double { errors.reduce(0) { $0 + $1 * $1 } }
    print(
        String(
            format: "%d changes of %d workflows: %.3f of the variance of gains explained", all.count, unseen.count,
            1 - squares(zip(all, told).map { $0 - $1 }) / squares(all.map { $0 - mean })))
    for count in [1, 2, 4, 8, 16, 32] {
        func share(_ order: (Int) -> [Double]?) -> Double {
            let found = unseen.indices.filter { unseen[$0].bestGain(ofFirst: .max) >= 0.01 }.map {
                unseen[$0].bestGain(ofFirst: count, byExpected: order($0)) / unseen[$0].bestGain(ofFirst: .max)
            }
            return found.reduce(0, +) / Double(found.count)
        }
        print(
            String(
                format: "  of the best gain among the first %2d: %.3f as proposed, %.3f by the network", count,
                share { _ in nil }, share { expected[$0] }))
    }
    guard let planted else { return }
    let cluster = try Cluster(JSONField(JSONValue(parsing: readBytes(of: "Benchmarks/peers/clusters/overhead-4.json"))))
    let scorer = LearnedScorer(nil, changes: model, named: "network")
    let evaluator = OptimizerEvaluator(
        SimulatingOptimizer(), workflows: OptimizerEvaluator.syntheticWorkflows(8, on: cluster, seed: planted),
        on: cluster, seeds: (0..<UInt64(trials)).map { planted + $0 }, parts: [.orders],
        orders: [
            ("as proposed", { SimulatingOptimizer(trials: $0) }),
            ("by the network", { SimulatingOptimizer(asking: scorer, trials: $0) }),
            ("by gain, known beforehand", { SimulatingOptimizer(order: .byGain, trials: $0) }),
        ])
    print(try evaluator.run().text)
}
