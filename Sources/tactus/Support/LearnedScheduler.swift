import Files
import Models
import Registry

/// A scheduler of the registry that a policy names: `dqn`, `dqn@NAME` or `dqn@NAME@VERSION`.
struct LearnedScheduler {
    let scheduler: DQNScheduler

    /// The version that `policy` names, else the champion; nil where it names a rule.
    init?(_ policy: String, in settings: SettingsOptions) throws {
        let parts = policy.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts[0] == DQNScheduler.kind else { return nil }
        let registry = try settings.registry()
        let name = try CheckedName(parts.count > 1 ? parts[1] : "scheduler")
        let stated = try parts.dropFirst(2).first.map { text in
            guard let number = Int(text), parts.count == 3 else {
                throw InputError("\"\(policy)\" names no version", field: "--policy")
            }
            return number
        }
        guard let version = try stated ?? registry.aliases(of: name)["champion"] else {
            throw InputError("\(name) has no champion; tactus train scheduler --promote makes one", file: registry.path)
        }
        scheduler = try Catalog.loadScheduler(registry.load(name, version))
    }
}
