import Kernels
import Layers
import Tensors

extension TrainingLoop {
    /// One step of the optimizer on the samples of `batch`.
    func step<Model: Module>(
        _ state: inout TrainingState<Model, Rule>, on batch: ArraySlice<Int>,
        _ loss: (Model, ArraySlice<Int>, inout SeededGenerator) -> Tensor
    ) throws -> StepRecord {
        var (value, gradients) = gradient(of: state.model, on: batch, &state.generator, loss)
        let norm = gradients.norm
        try check(value, gradients, norm: norm, state)
        clipping(&gradients, norm: norm)
        state.optimizer.learningRate = state.rate(updates: state.updates, epochs: state.epoch - 1)
        state.optimizer.update(&state.model, along: gradients)
        state.firstLoss = state.firstLoss ?? value
        state.updates += 1
        state.step += 1
        state.lossSum += Double(value) * Double(batch.count)
        state.samples += batch.count
        return StepRecord(
            epoch: state.epoch, step: state.step, updates: state.updates, loss: value, gradientNorm: norm,
            learningRate: state.optimizer.learningRate)
    }

    /// The loss of `batch` and its gradients, in parts where the loop asks for them.
    private func gradient<Model: Module>(
        of model: Model, on batch: ArraySlice<Int>, _ generator: inout SeededGenerator,
        _ loss: (Model, ArraySlice<Int>, inout SeededGenerator) -> Tensor
    ) -> (value: Float, gradients: Gradients) {
        let size = min(microBatchSize ?? batch.count, batch.count)
        var (value, gradients) = valueAndGradient(of: model) { loss($0, batch.prefix(size), &generator) }
        guard size < batch.count else { return (value, gradients) }
        let share = Float(size) / Float(batch.count)
        value *= share
        gradients.scale(by: share)
        var rest = batch.dropFirst(size)
        while !rest.isEmpty {
            let part = rest.prefix(size)
            rest = rest.dropFirst(size)
            let (partValue, partGradients) = valueAndGradient(of: model) { loss($0, part, &generator) }
            let share = Float(part.count) / Float(batch.count)
            value += share * partValue
            gradients.add(partGradients, share: share)
        }
        return (value, gradients)
    }

    /// Stops where going on would lose the model.
    private func check<Model: Module>(
        _ value: Float, _ gradients: Gradients, norm: Float, _ state: TrainingState<Model, Rule>
    ) throws(TrainingError) {
        let (epoch, step) = (state.epoch, state.step + 1)
        let limit = explosionFactor * max(abs(state.firstLoss ?? value), 1)
        if value.isFinite, norm.isFinite, abs(value) <= limit { return }
        let parameter = state.model.suspect(gradients)
        guard value.isFinite else { throw .lossNotFinite(parameter: parameter, epoch: epoch, step: step) }
        guard norm.isFinite else { throw .gradientNotFinite(parameter: parameter, epoch: epoch, step: step) }
        throw .lossExploded(loss: value, limit: limit, parameter: parameter, epoch: epoch, step: step)
    }
}

extension Module {
    /// The parameter in which it most likely began: the first that holds what is not finite, else the first whose
    /// gradient does, else that with the largest gradient.
    func suspect(_ gradients: Gradients) -> String {
        var copy = self
        var (names, brokenWeights): ([String], Int?) = ([], nil)
        copy.forEachParameter { name, parameter in
            if brokenWeights == nil, !Reduction.isFinite(parameter.scalars.span) { brokenWeights = names.count }
            names.append(name)
        }
        let norms = gradients.parameters.map { BLAS.norm($0.span) }
        let largest = norms.indices.max { norms[$0] < norms[$1] }
        return (brokenWeights ?? gradients.firstNotFinite ?? largest).map { names[$0] } ?? "none"
    }
}
