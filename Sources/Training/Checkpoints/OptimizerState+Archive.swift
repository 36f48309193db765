import Files
import Kernels
import Layers
import Tensors

extension OptimizerState {
    /// Adds what is remembered of the parameters of `model`.
    package func write<Model: Module>(to archive: inout WeightArchive, of model: Model) {
        for slot in slots {
            for (parameter, values) in zip(model.parameterShapes, slot.parameters) {
                archive.set(
                    "optimizer.\(slot.name).\(parameter.name)", shape: parameter.shape.axes, .float32(values))
            }
        }
    }

    /// Reads what ``write(to:of:)`` wrote behind `step` updates, of which before the first nothing is remembered.
    ///
    /// - Throws: `InputError` that names the array that is missing, of another shape, or not finite.
    package init<Model: Module>(
        from archive: WeightArchive, step: Int, slots names: [String], of model: Model
    ) throws {
        let slots = try names.map { slot in
            let parameters = try (step == 0 ? [] : model.parameterShapes).map { parameter in
                let name = "optimizer.\(slot).\(parameter.name)"
                let values = try archive.floats(name, shape: parameter.shape.axes)
                guard Reduction.isFinite(values.span) else {
                    throw InputError("holds a value that is not finite", field: name)
                }
                return values
            }
            return Slot(name: slot, parameters: parameters)
        }
        self.init(step: step, slots: slots)
    }
}
