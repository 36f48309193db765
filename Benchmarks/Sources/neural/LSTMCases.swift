import Kernels
import Layers
import Tensors
import Training

enum LSTMCases {
    static let steps = 32

    static var all: [Case] {
        [32, 256].map(training) + [1, 64].map(inference)
    }

    private static func training(batch: Int) -> Case {
        Case(
            name: "lstm train batch \(batch) steps \(steps)", rounds: batch > 100 ? 15 : 60,
            operations: 3 * operations(batch: batch),
            prepare: {
                var generator = SeededGenerator(seed: 0)
                var model = Predictor(using: &generator)
                let x = Tensor.normal([batch, steps, 16], using: &generator)
                let y = Tensor.normal([batch, 3], using: &generator)
                var optimizer = Adam(learningRate: 1e-3)
                return {
                    let (_, gradients) = valueAndGradient(of: model) { meanSquaredError($0(x), y) }
                    optimizer.update(&model, along: gradients)
                }
            }, prepareProducts: { products(batch: batch, isTraining: true) })
    }

    private static func inference(batch: Int) -> Case {
        Case(
            name: "lstm infer batch \(batch)", rounds: batch > 1 ? 60 : 500, operations: operations(batch: batch),
            prepare: {
                var generator = SeededGenerator(seed: 0)
                let model = Predictor(using: &generator)
                let x = Tensor.normal([batch, steps, 16], using: &generator)
                return { keep(model(x)) }
            }, prepareProducts: { products(batch: batch, isTraining: false) })
    }

    /// Of the forward products.
    private static func operations(batch: Int) -> Double {
        2 * Double(batch) * (Double(steps) * 256 * Double(16 + 64 + 64 + 64) + 64 * 3)
    }

    /// Inputs of all steps at once, states step by step; on the way back the same with the roles exchanged.
    private static func products(batch: Int, isTraining: Bool) -> () -> Void {
        var products: [MatrixProduct] = []
        for inputs in [16, 64] {
            let rows = steps * batch
            products.append(MatrixProduct(rows, 256, inputs))
            products += (1..<steps).map { _ in MatrixProduct(batch, 256, 64) }
            guard isTraining else { continue }
            products += (1..<steps).map { _ in MatrixProduct(batch, 64, 256) }
            if inputs == 64 { products.append(MatrixProduct(rows, 64, 256)) }
            products += [MatrixProduct(256, inputs, rows), MatrixProduct(256, 64, rows)]
        }
        return run(products)
    }
}
