import Files
import Models
import Registry
import Workflows

/// A version of a predictor that a command asks.
struct LoadedPredictor {
    let name: CheckedName
    let version: ModelVersion
    let predictor: any ResourcePredictor

    /// The version of `name` that is asked for, else its champion; its kind is one of `catalog`.
    init(
        _ name: String = "predictor", version: Int? = nil, in registry: ModelRegistry, of catalog: Catalog
    ) throws {
        let name = try CheckedName(name)
        guard let number = try version ?? registry.aliases(of: name)["champion"] else {
            throw InputError("\(name) has no champion; tactus train predictor --promote makes one", file: registry.path)
        }
        self.name = name
        self.version = try registry.load(name, number)
        predictor = try catalog.load(self.version)
    }
}
