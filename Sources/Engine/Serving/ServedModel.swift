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
    private let failed = NIOLockedValueBox<(version: Int, problem: String)?>(nil)

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

    /// Keeps outcomes and learns them at once.
    func learn(_ executions: [ReportedExecution], keeping: @Sendable () async throws -> Void) async throws {
        try await learning.run { [served] in
            try await keeping()
            served.withLockedValue { served in
                for reported in executions { served.observe(reported.execution) }
            }
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
            guard version != snapshot.model?.version else {
                failed.withLockedValue { $0 = nil }
                return .none
            }
            guard let version else {
                return try await take(
                    ServedPredictor(withoutModel: "\(name) has no champion"), newerThan: nil, outcomes)
            }
            if !retries, failed.withLockedValue({ $0?.version == version }) { return .none }
            let (registry, name, load) = (registry, name, load)
            let (next, knownUntil) = try await offload {
                let loaded = try registry.load(name, version)
                let reference = ModelReference(name: name.description, version: version, digest: loaded.digest)
                return (ServedPredictor(try load(loaded), model: reference), loaded.manifest.dataset.lastAt)
            }
            return try await take(next, newerThan: knownUntil, outcomes)
        } catch {
            return await fail(version, (error as? InputError)?.problem ?? "an unexpected error", outcomes)
        }
    }

    private func fail(
        _ version: Int?, _ why: String, _ outcomes: @Sendable (Double?) async throws -> [TaskExecution]
    ) async -> Change {
        let problem = "\(name)\(version.map { " \($0)" } ?? "") cannot be loaded: \(why)"
        let isNew = failed.withLockedValue { failed in
            defer { failed = (version ?? 0, problem) }
            return failed?.version != version ?? 0
        }
        if snapshot.model == nil, isNew {
            _ = try? await take(ServedPredictor(withoutModel: problem), newerThan: nil, outcomes, isFailure: true)
        }
        return isNew ? .failed(version: version, problem: problem) : .none
    }

    /// Lets `next` take over once it knows the outcomes that are newer than its data.
    private func take(
        _ next: ServedPredictor, newerThan moment: Double?,
        _ outcomes: @Sendable (Double?) async throws -> [TaskExecution], isFailure: Bool = false
    ) async throws -> Change {
        try await learning.run { [served] in
            var next = next
            for execution in try await outcomes(moment) { next.observe(execution) }
            let ready = next
            served.withLockedValue { $0 = ready }
        }
        if !isFailure { failed.withLockedValue { $0 = nil } }
        return .swapped(to: next.model?.version)
    }
}
