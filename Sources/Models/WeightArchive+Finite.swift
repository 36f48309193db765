import Files
import Layers

extension WeightArchive {
    /// Refuses weights that are no finite numbers. In 64-bit arrays, which hold what was recorded, not-a-number stands for
    /// what is not known; infinite is nothing.
    ///
    /// - Throws: `InputError` that names the array.
    public func checkFinite() throws {
        for entry in entries {
            let isFinite =
                switch entry.elements {
                case .float32(let values): values.allSatisfy(\.isFinite)
                case .float64(let values): values.allSatisfy { !$0.isInfinite }
                case .int64, .uint8: true
                }
            guard isFinite else {
                throw InputError("\(entry.name) holds a value that is not finite", field: entry.name)
            }
        }
    }
}
