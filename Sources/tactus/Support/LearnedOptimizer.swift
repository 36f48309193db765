import Files
import Models
import Registry

/// An optimizer of the registry that a policy names: `gcn`, `gcn@NAME` or `gcn@NAME@VERSION`.
struct LearnedOptimizer {
    let optimizer: GCNOptimizer

    /// The version that `policy` names, else the champion; nil where it names something else.
    ///
    /// - Throws: `InputError` where there is no such version, or it is damaged.
    init?(_ policy: String, in registry: ModelRegistry) throws {
        let parts = policy.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts[0] == GCNOptimizer.kind else { return nil }
        let name = try CheckedName(parts.count > 1 ? parts[1] : "optimizer")
        let stated = try parts.dropFirst(2).first.map { text in
            guard let number = Int(text), parts.count == 3 else {
                throw InputError("\"\(policy)\" names no version", field: "--policy")
            }
            return number
        }
        guard let version = try stated ?? registry.aliases(of: name)["champion"] else {
            throw InputError("\(name) has no champion; tactus train optimizer --promote makes one", file: registry.path)
        }
        optimizer = try Catalog.loadOptimizer(registry.load(name, version))
    }

    /// The champion as a member of a portfolio; none where there is no champion. One that cannot be used is told, and is none.
    static func members(in registry: ModelRegistry) throws -> [GCNOptimizer] {
        guard try registry.aliases(of: CheckedName("optimizer"))["champion"] != nil else { return [] }
        do {
            return try LearnedOptimizer(GCNOptimizer.kind, in: registry).map { [$0.optimizer] } ?? []
        } catch let error as InputError {
            note("warning: the portfolio goes without the champion of optimizer: \(error)")
            return []
        }
    }
}
