import Files
import Models
import Registry
import WorkflowOptimization

/// An optimizer of the registry: one that a policy names, `gcn`, `gcn@NAME` or `gcn@NAME@VERSION`, or the champion.
struct LearnedOptimizer {
    let optimizer: GCNOptimizer
    /// Its name and version, such as `optimizer@1`.
    let name: String

    private static let name = "optimizer"

    /// The version that `policy` names, else the champion; nil where it names something else.
    ///
    /// - Throws: `InputError` where there is no such version, or it is damaged.
    init?(_ policy: String, in registry: ModelRegistry) throws {
        guard let named = try VersionName(policy: policy, of: GCNOptimizer.kind, name: Self.name) else { return nil }
        let version = try named.resolve(in: registry)
        optimizer = try Catalog.loadOptimizer(registry.load(named.name, version))
        name = "\(named.name)@\(version)"
    }

    /// The champion; nil where there is none. What cannot be used is told, and is none: `user` goes without it.
    static func champion(of user: String, in registry: ModelRegistry) -> LearnedOptimizer? {
        do {
            guard try registry.aliases(of: CheckedName(name))[ModelRegistry.champion] != nil else { return nil }
            return try LearnedOptimizer(GCNOptimizer.kind, in: registry)
        } catch {
            note("warning: \(user) goes without the champion of \(name): \(error)")
            return nil
        }
    }

    /// Says what will hold a workflow back and what changes of it will gain; nil where no network was trained for either.
    var scorer: LearnedScorer? { LearnedScorer(optimizer, named: name) }
}
