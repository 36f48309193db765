import Decisions
import Files
import Models
import NIOConcurrencyHelpers
import Registry
import Workflows

/// Follows a registry: serves the champion of one name, and swaps it while questions are answered.
///
/// Every question is answered from one snapshot, so that no answer mixes two versions.
final class ServedModel: Sendable {
    /// Reads the predictor of a version.
    typealias Loader = @Sendable (ModelVersion) throws -> any PublishablePredictor

    /// What a check of the registry led to.
    enum Change: Sendable, Equatable {
        case none
        case swapped(to: Int?)
        case failed(version: Int?, problem: String)
    }

    let name: CheckedName
    let registry: ModelRegistry
    let load: Loader
    private let served: NIOLockedValueBox<ServedPredictor>
    /// Held while outcomes are kept and learned, and while a version takes over: an outcome is learned by exactly one of
    /// what was served before and what is served from then on.
    private let learning = Limiter(1)
    private let swapping = Limiter(1)
    private let failed = NIOLockedValueBox<LoadFailure?>(nil)

    init(_ name: CheckedName, in registry: ModelRegistry, load: @escaping Loader) {
        self.name = name
        self.registry = registry
        self.load = load
        served = NIOLockedValueBox(ServedPredictor(withoutModel: "\(name) has no champion"))
    }

    /// What answers now.
    var snapshot: ServedPredictor { served.withLockedValue { $0 } }

    /// Why the champion is not what answers; nil where it is.
    var problem: String? { failed.withLockedValue { $0?.problem } }

    /// Keeps outcomes and learns them at once; how many could be learned from.
    ///
    /// What is served goes on answering until that is done.
    func learn(_ executions: [TaskExecution], keeping: @Sendable () async throws -> Void) async throws -> Int {
        try await learning.run { [self] in
            try await keeping()
            let before = snapshot
            let (next, count) = try await offload {
                var next = before
                let count = next.observe(executions)
                return (next, count)
            }
            served.withLockedValue { $0 = next }
            return count
        }
    }

    /// Serves the champion if it is not what is served. A version that cannot be loaded leaves the old one serving.
    ///
    /// - Parameters:
    ///   - retries: whether a version that failed before is tried again.
    ///   - outcomes: the outcomes that completed after a moment.
    func follow(retries: Bool, outcomes: @Sendable (_ after: Double?) async throws -> [TaskExecution]) async -> Change {
        await (try? swapping.run { try await self.change(retries: retries, outcomes: outcomes) }) ?? .none
    }

    private func change(retries: Bool, outcomes: @Sendable (Double?) async throws -> [TaskExecution]) async throws
        -> Change
    {
        var version: Int?
        do {
            version = try registry.aliases(of: name)["champion"]
            guard let version else { return try await takeNone(outcomes) }
            guard version != snapshot.model?.version else {
                failed.withLockedValue { $0 = nil }
                return .none
            }
            let failure = failed.withLockedValue { $0 }
            if !retries, let failure, failure.version == version, failure.retryAt > .now { return .none }
            let (registry, name, load) = (registry, name, load)
            let (next, knownUntil) = try await offload {
                let loaded = try registry.load(name, version)
                let reference = ModelReference(name: name.description, version: version, digest: loaded.digest)
                return (ServedPredictor(try load(loaded), model: reference), loaded.manifest.dataset.lastAt)
            }
            try await take(next, newerThan: knownUntil, outcomes)
            failed.withLockedValue { $0 = nil }
            return .swapped(to: version)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return await fail(version, (error as? InputError)?.problem ?? "an unexpected error", outcomes)
        }
    }

    /// Lets rules alone answer where there is no champion.
    private func takeNone(_ outcomes: @Sendable (Double?) async throws -> [TaskExecution]) async throws -> Change {
        failed.withLockedValue { $0 = nil }
        let reason = "\(name) has no champion"
        guard snapshot.model != nil || snapshot.reason != reason else { return .none }
        try await take(ServedPredictor(withoutModel: reason), newerThan: nil, outcomes)
        return .swapped(to: nil)
    }

    private func fail(
        _ version: Int?, _ why: String, _ outcomes: @Sendable (Double?) async throws -> [TaskExecution]
    ) async -> Change {
        let problem = "\(name)\(version.map { " \($0)" } ?? "") cannot be loaded: \(why)"
        let isNew = failed.withLockedValue { failed in
            let isNew = failed?.problem != problem
            failed = LoadFailure(version: version, problem: problem, after: failed)
            return isNew
        }
        if snapshot.model == nil, isNew {
            try? await take(ServedPredictor(withoutModel: problem), newerThan: nil, outcomes)
        }
        return isNew ? .failed(version: version, problem: problem) : .none
    }

    /// Lets `next` take over once it knows the outcomes that are newer than its data.
    ///
    /// Most of them are learned while outcomes still come in; only the last ones hold those up.
    private func take(
        _ next: ServedPredictor, newerThan moment: Double?,
        _ outcomes: @Sendable (Double?) async throws -> [TaskExecution]
    ) async throws {
        let known = try await outcomes(moment)
        let prepared = try await Self.teach(next, known[...])
        try await learning.run { [served] in
            // Outcomes are told in the order of their report: what was known comes first.
            let rest = try await outcomes(moment).dropFirst(known.count)
            let ready = try await Self.teach(prepared, rest)
            served.withLockedValue { $0 = ready }
        }
    }

    private static func teach(_ predictor: ServedPredictor, _ executions: ArraySlice<TaskExecution>) async throws
        -> ServedPredictor
    {
        guard !executions.isEmpty else { return predictor }
        return try await offload {
            var taught = predictor
            taught.observe(executions)
            return taught
        }
    }
}
