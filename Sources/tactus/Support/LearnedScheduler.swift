import Models
import Registry

/// A scheduler of the registry that a policy names: `dqn`, `dqn@NAME` or `dqn@NAME@VERSION`.
struct LearnedScheduler {
    let scheduler: DQNScheduler

    /// The version that `policy` names, else the champion; nil where it names a rule.
    ///
    /// - Throws: `InputError` where there is no such version, or it is damaged.
    init?(_ policy: String, in settings: SettingsOptions) throws {
        guard let named = try VersionName(policy: policy, of: DQNScheduler.kind, name: "scheduler") else { return nil }
        let registry = try settings.registry()
        scheduler = try Catalog.loadScheduler(registry.load(named.name, named.resolve(in: registry)))
    }
}
