import Decisions
import Files
import Models
import NIOConcurrencyHelpers
import Registry

/// Follows a registry: holds the champion of the name `forecaster`, and looks for another one at most once a second.
///
/// A version that cannot be loaded leaves the one before in its place, or none, and says why; it is tried again, ever less
/// often.
final class ServedForecaster: Sendable {
    /// What answers at one moment.
    struct Snapshot: Sendable {
        /// The champion; nil where there is none that could be loaded.
        var version: ScoredForecaster?
        /// Why there is none, or why it is not the champion.
        var reason: String?

        /// The version, as decisions name it.
        static func reference(_ version: ScoredForecaster) -> ModelReference {
            ModelReference(
                name: version.manifest.name, version: version.manifest.version, digest: version.digest)
        }
    }

    private struct State {
        var snapshot: Snapshot
        /// What could not be loaded.
        var failed: LoadFailure?
        var checkedAt: ContinuousClock.Instant?
    }

    private let name: CheckedName
    private let registry: ModelRegistry
    private let state: NIOLockedValueBox<State>
    private let loading = Limiter(1)

    init(_ name: CheckedName, in registry: ModelRegistry) {
        (self.name, self.registry) = (name, registry)
        state = NIOLockedValueBox(State(snapshot: Snapshot(reason: "\(name) has no champion")))
    }

    /// What answers now.
    ///
    /// - Parameter always: whether it looks even if it has looked within a second, and tries again what failed.
    func current(always: Bool = false) async throws -> Snapshot {
        try await loading.run { [self] in
            let before = state.withLockedValue { $0 }
            if !always, let checked = before.checkedAt, .now - checked < .seconds(1) { return before.snapshot }
            let (registry, name) = (registry, name)
            let next = try await offload { Self.next(before, name, in: registry, retries: always) }
            state.withLockedValue { $0 = next }
            return next.snapshot
        }
    }

    private static func next(
        _ before: State, _ name: CheckedName, in registry: ModelRegistry, retries: Bool
    ) -> State {
        var state = before
        state.checkedAt = .now
        var champion: Int?
        do {
            champion = try registry.aliases(of: name)["champion"]
            guard let champion else {
                return State(snapshot: Snapshot(reason: "\(name) has no champion"), checkedAt: .now)
            }
            if champion == before.snapshot.version?.manifest.version {
                (state.snapshot.reason, state.failed) = (nil, nil)
                return state
            }
            if !retries, let failed = before.failed, failed.version == champion, failed.retryAt > .now { return state }
            state.snapshot = Snapshot(version: try ScoredForecaster(registry.load(name, champion)))
            state.failed = nil
        } catch {
            let problem = (error as? InputError)?.problem ?? "an unexpected error"
            let reason = "\(name)\(champion.map { " \($0)" } ?? "") cannot be loaded: \(problem)"
            state.snapshot.reason = reason
            state.failed = LoadFailure(version: champion, problem: reason, after: before.failed)
        }
        return state
    }
}
