import Files
import Models
import Registry

/// An optimizer of the registry that a policy names: `gcn`, `gcn@NAME` or `gcn@NAME@VERSION`.
struct LearnedOptimizer {
    let optimizer: GCNOptimizer

    private static let name = "optimizer"

    /// The version that `policy` names, else the champion; nil where it names something else.
    ///
    /// - Throws: `InputError` where there is no such version, or it is damaged.
    init?(_ policy: String, in registry: ModelRegistry) throws {
        guard let named = try VersionName(policy: policy, of: GCNOptimizer.kind, name: Self.name) else { return nil }
        optimizer = try Catalog.loadOptimizer(registry.load(named.name, named.resolve(in: registry)))
    }

    /// The champion as a member of a portfolio; none where there is no champion. What cannot be used is told, and is none.
    static func members(in registry: ModelRegistry) -> [GCNOptimizer] {
        do {
            guard try registry.aliases(of: CheckedName(name))[ModelRegistry.champion] != nil else { return [] }
            return try LearnedOptimizer(GCNOptimizer.kind, in: registry).map { [$0.optimizer] } ?? []
        } catch {
            note("warning: the portfolio goes without the champion of \(name): \(error)")
            return []
        }
    }
}
