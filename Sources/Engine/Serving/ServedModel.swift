import Decisions
import Files
import NIOConcurrencyHelpers
import Registry
import Workflows

/// Follows a registry: serves what one alias of one name says, and swaps it while questions are answered.
///
/// A version takes over when it has passed every ``SwapStep``; until then, and where one fails, what answered goes on.
/// Every question is answered from one snapshot, so that no answer mixes two versions, and ends on the version that it
/// began with. The last versions are kept ready and go on learning: a way back to one of them is one assignment.
final class ServedModel<Served: ServedVersion>: Sendable {
    /// Reads the files of a version; its self-test comes after.
    typealias Loader = @Sendable (ModelVersion) throws -> Served.Content
    /// The outcomes that completed after a moment, or all, in the order of their report without the first ones.
    typealias Outcomes = @Sendable (_ after: Double?, _ skipped: Int) async throws -> [TaskExecution]

    let alias: ServedAlias
    let registry: ModelRegistry
    let load: Loader
    let stepLimit: Duration
    /// Returns when outcomes can be read: what that takes is no part of a step.
    let opened: @Sendable () async -> Void
    let outcomes: Outcomes
    /// Whether rules learn the outcomes and answer where no version does.
    let hasRules: Bool
    let tell: @Sendable (EngineEvent.Kind) -> Void
    /// The moment, for what is tried again after a while.
    let moment: @Sendable () -> ContinuousClock.Instant

    let held: NIOLockedValueBox<HeldVersions<Served>>
    let figuresBox = NIOLockedValueBox(SwapFigures())
    let failed = NIOLockedValueBox<LoadFailure?>(nil)
    /// The steps under way; that of one that stalls stays until it ends.
    let running = NIOLockedValueBox<[StepSubject: StepUnderWay]>([:])

    /// Held while outcomes are kept and learned, and while a version that was loaded takes over: it has learned those that
    /// were kept before, and is taught those that come after. Whatever is held has learned each outcome once; what could
    /// not in time is held no longer, or, if it answers, is read anew. It is taken before ``switching``.
    let learning = Limiter(1)
    /// Held while a version is taken through its steps.
    let swapping = Limiter(1)
    /// Held while the alias is read and followed at once, so that what is served last is what it named last.
    let switching = Limiter(1)
    let loading = NIOLockedValueBox<Loading?>(nil)
    /// How many are to be held ready.
    let preparing = NIOLockedValueBox(0)

    /// A version that is being taken through its steps.
    struct Loading: Sendable {
        var version: Int?
        /// What the alias named when that began.
        var named: Int?
        /// Gives it up.
        var abandon: @Sendable () -> Void
    }

    /// Follows `alias`, and serves rules alone until ``follow(retries:)`` is called.
    ///
    /// - Parameters:
    ///   - kept: how many versions that answered before are kept ready.
    ///   - stepLimit: how long a step may take.
    ///   - hasRules: whether anyone asks the rules where no version answers.
    ///   - opened: returns when outcomes can be read.
    ///   - tell: called with what happens; it must not wait.
    init(
        _ alias: ServedAlias, in registry: ModelRegistry, keeping kept: Int, stepLimit: Duration,
        hasRules: Bool = true, load: @escaping Loader, opened: @escaping @Sendable () async -> Void = {},
        outcomes: @escaping Outcomes,
        tell: @escaping @Sendable (EngineEvent.Kind) -> Void,
        moment: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        (self.alias, self.registry, self.load, self.stepLimit) = (alias, registry, load, stepLimit)
        (self.opened, self.outcomes, self.hasRules) = (opened, outcomes, hasRules)
        (self.tell, self.moment) = (tell, moment)
        held = NIOLockedValueBox(
            HeldVersions(Served(withoutModel: "\(alias.name) has no \(alias.alias)"), keeping: kept))
    }

    var name: CheckedName { alias.name }

    /// What answers now.
    var snapshot: Served { held.withLockedValue { $0.current.served } }

    /// Why what the alias names is not what answers; nil where it is.
    var problem: String? { failed.withLockedValue { $0?.problem } }

    /// What swaps came to.
    var figures: SwapFigures {
        var figures = figuresBox.withLockedValue { $0 }
        figures.hot = held.withLockedValue { $0.hot.count }
        return figures
    }

    /// The version that answers, where it has not learned the last outcomes in time.
    var behind: ModelReference? {
        held.withLockedValue { $0.current.hasFallenBehind ? $0.current.served.model : nil }
    }

    /// Keeps outcomes and learns them at once; how many can be learned from.
    ///
    /// What is served goes on answering until that is done. Versions that are kept ready learn them too. Where several
    /// models learn the same outcomes, `keeping` of one is the learning of the next, so that all hold still meanwhile.
    func learn(_ executions: [TaskExecution], keeping: @Sendable () async throws -> Void) async throws -> Int {
        try await learning.run { [self] in
            try await keeping()
            // What is kept is learned, also where who reported it waits no longer.
            await Task {
                let all = held.withLockedValue { $0.all.filter { !$0.hasFallenBehind } }
                async let others: Void = teach(all.dropFirst(), executions)
                await teach(all.prefix(1), executions)
                await others
            }.value
        }
        return executions.count(where: \.isUsable)
    }

    /// Teaches `versions` one by one, each within the limit of a step.
    private func teach(_ versions: ArraySlice<HeldVersions<Served>.Held>, _ executions: [TaskExecution]) async {
        for before in versions {
            let next = try? await withTimeLimit(stepLimit) {
                var next = before.served
                next.observe(executions)
                return next
            }
            guard let next else {
                giveUp(before)
                continue
            }
            held.withLockedValue { $0.update(before.id, next) }
        }
    }

    private func giveUp(_ late: HeldVersions<Served>.Held) {
        // What is released is let go of outside of the lock.
        let (released, answers) = held.withLockedValue { $0.fallBehind(late.id) }
        withExtendedLifetime(released) {}
        guard answers else { return }
        let version = late.served.model?.version
        let failure = SwapFailure(.learn, version, TimeLimitExceeded(limit: stepLimit))
        let problem = "\(name)\(version.map { " \($0)" } ?? "") has not learned the last outcomes: \(failure.problem)"
        // What serves is no version that could not take over.
        figuresBox.withLockedValue { $0.fallenBehind += 1 }
        failed.withLockedValue {
            $0 = LoadFailure(version: version, step: .learn, problem: problem, after: $0, at: moment())
        }
        tell(.swapFailed(alias: alias, version: version, step: .learn, reason: problem))
    }
}
