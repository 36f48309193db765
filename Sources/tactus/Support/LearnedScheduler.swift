import Evaluation
import Files
import Models
import Registry
import Scheduling

/// A scheduler of the registry that a policy names: `dqn`, `dqn@NAME` or `dqn@NAME@VERSION`.
struct LearnedScheduler {
    let scheduler: DQNScheduler

    /// The version that `policy` names, else the champion; nil where it names a rule.
    ///
    /// - Throws: `InputError` where there is no such version, or it is damaged.
    init?(_ policy: String, in registry: ModelRegistry, field: String = "--policy") throws {
        guard let named = try VersionName(policy: policy, of: DQNScheduler.kind, name: "scheduler", field: field)
        else { return nil }
        scheduler = try Catalog.loadScheduler(registry.load(named.name, named.resolve(in: registry)))
    }
}

extension StreamPolicy {
    private static let portfolioWith = "\(SchedulingPolicy.portfolio.rawValue)+"

    /// The policy, or the learned scheduler of the registry, that is called `name`; `portfolio+dqn` and the like is the portfolio
    /// with a learned scheduler among its members.
    ///
    /// - Throws: `InputError` about `field` that names the policies there are; where there is no such version, or it is damaged.
    init(named name: String, in registry: ModelRegistry, field: String = "--policy") throws {
        if name.hasPrefix(Self.portfolioWith) {
            let member = String(name.dropFirst(Self.portfolioWith.count))
            guard let learned = try LearnedScheduler(member, in: registry, field: field) else {
                throw InputError("\"\(member)\" is no learned scheduler, such as dqn@NAME@VERSION", field: field)
            }
            self.init(name, portfolioWith: [StreamPortfolio.member(member, learned.scheduler.order)])
        } else if let learned = try LearnedScheduler(name, in: registry, field: field) {
            self.init(name, rule: learned.scheduler.rule)
        } else {
            self.init(try SchedulingPolicy(named: name, beside: [DQNScheduler.kind], field: field))
        }
    }
}
