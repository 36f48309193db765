import Files
import Tensors

extension Module {
    /// Adds the parameters to `archive`, each under `prefix` and its name.
    public func write(to archive: inout WeightArchive, prefix: String = "") {
        var copy = self
        copy.forEachParameter { name, parameter in
            archive.set(prefix + name, parameter)
        }
    }

    /// Takes the parameters from `archive`; names and shapes must be this model's.
    ///
    /// - Throws: `InputError` that names the parameter that is missing, of another shape or type, or not finite; the model
    ///   is then as it was.
    public mutating func read(from archive: WeightArchive, prefix: String = "") throws {
        var read = self
        try read.forEachParameter { name, parameter in
            let scalars = try archive.floats(prefix + name, shape: parameter.shape.axes)
            guard scalars.allSatisfy(\.isFinite) else {
                throw InputError("holds a value that is not finite", field: prefix + name)
            }
            parameter = Tensor(scalars, shape: parameter.shape)
        }
        self = read
    }
}
