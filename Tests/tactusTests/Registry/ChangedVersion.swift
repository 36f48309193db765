import Files
import Layers
import Models
import Registry

extension ModelVersion {
    /// Changes a copy and checks it, as if all digests were right: what is refused.
    func refusal(_ change: (inout ModelVersion) -> Void) throws -> InputError? {
        var changed = self
        change(&changed)
        do {
            try Catalog.check(changed)
            return nil
        } catch let error as InputError {
            return error
        }
    }
}

extension WeightArchive {
    /// The same without the array `name`.
    func without(_ name: String) -> WeightArchive {
        var rest = WeightArchive()
        for entry in entries where entry.name != name { rest.set(entry.name, shape: entry.shape, entry.elements) }
        return rest
    }
}
