import Evaluation
import Files
import Foundation
import History
import Models
import Registry
import Workflows

/// Two versions beside each other, as `tactus models compare` tells it.
struct VersionComparison: Encodable {
    /// One of the two.
    struct Side: Encodable {
        var name: String
        var version: Int
        var kind: String
        var digest: String

        init(_ manifest: ModelManifest, _ digest: String) {
            (name, version, kind, self.digest) = (manifest.name, manifest.version, manifest.kind, digest)
        }

        var text: String { "\(name)@\(version)" }
    }

    /// What the figures rest on.
    enum Basis: String, Encodable {
        /// Both were asked about the same executions now.
        case history
        /// What their own evaluations found.
        case evaluations
    }

    var a: Side
    var b: Side
    var basis: Basis
    /// Executions that both were asked about.
    var rows: Int?
    /// What a reader must know to judge the figures.
    var notes: [String]
    var segments: [PairedComparison.Segment]
}

extension VersionComparison {
    /// Compares what the evaluations of both found.
    init(_ a: VersionName, _ b: VersionName, in registry: ModelRegistry) throws {
        let names = [a, b]
        let versions = try names.map { ($0.name, try $0.resolve(in: registry)) }
        let manifests = try versions.map { try registry.manifest(of: $0.0, $0.1) }
        (self.a, self.b) = (
            Side(manifests[0].manifest, manifests[0].digest), Side(manifests[1].manifest, manifests[1].digest)
        )
        basis = .evaluations
        let reports = versions.map {
            try? JSONDecoder().decode(PredictorReport.self, from: Data(registry.metrics(of: $0.0, $0.1).utf8))
        }
        notes = [Self.note(manifests.map(\.manifest), reports)]
        if let a = reports[0], let b = reports[1] {
            segments = PairedComparison(a, b).segments
        } else {
            segments = Self.segments(manifests[0].manifest, manifests[1].manifest)
        }
        if segments.isEmpty { notes.append("They were not scored on a common target.") }
    }

    /// Whether both were scored on the same rows of the same data, in a sentence.
    private static func note(_ manifests: [ModelManifest], _ reports: [PredictorReport?]) -> String {
        let (a, b) = (manifests[0], manifests[1])
        if manifests.allSatisfy({ $0.meanSkill != nil }) {
            return a.dataset.sha256 == b.dataset.sha256 && division(a) == division(b)
                ? "Both were scored on the same values."
                : "They were scored on different values, which says little of which is better."
        }
        // Only predictors can be asked about a history.
        let predicts = manifests.allSatisfy { Catalog.predictsTasks($0.kind) }
        guard a.dataset.sha256 == b.dataset.sha256 else {
            return predicts
                ? "They were scored on different executions; --history asks both about the same ones."
                : "They were scored on different data, which says little of which is better."
        }
        func folds(_ report: PredictorReport?) -> [UInt64?] {
            report.map { [$0.seed, UInt64(clamping: $0.folds), UInt64(clamping: $0.usableRows)] } ?? []
        }
        guard division(a) == division(b), a.seed == b.seed, folds(reports[0]) == folds(reports[1]) else {
            return predicts
                ? "They were scored on other parts of the same history, as their seeds or protocols differ; "
                    + "--history asks both about the same executions."
                : "They were scored by other seeds or protocols, which says little of which is better."
        }
        return predicts ? "Both were scored on the same executions." : "Both were scored on the same data."
    }

    /// What was scored, and how it was divided.
    private static func division(_ manifest: ModelManifest) -> Set<[String]> {
        Set(manifest.metrics.map { [$0.target, $0.protocol, $0.horizonSeconds.map { "\($0)" } ?? ""] })
    }

    /// The metrics that both manifests hold.
    private static func segments(_ a: ModelManifest, _ b: ModelManifest) -> [PairedComparison.Segment] {
        a.metrics.compactMap { own in
            let other = b.metrics.first { $0.target == own.target && $0.horizonSeconds == own.horizonSeconds }
            return other.map { other in
                PairedComparison.Segment(
                    target: own.target, dimension: .all,
                    segment: own.horizonSeconds.map { "\(JSONValue.text(of: $0)) s ahead" } ?? "all", rows: nil,
                    accuracyA: own.accuracy, accuracyB: other.accuracy,
                    difference: .init(
                        from: (own.accuracy, own.low, own.high), to: (other.accuracy, other.low, other.high)))
            }
        }
    }

    /// Asks both about the executions of `content`: those submitted after the data of both ended, of which neither can know
    /// the outcome; where there is none, about all of them, and says so.
    init(
        _ a: VersionName, _ b: VersionName, in registry: ModelRegistry, of catalog: Catalog, on content: HistoryContent,
        seed: UInt64
    ) async throws {
        let versions = try [a, b].map { try registry.load($0.name, $0.resolve(in: registry)) }
        for manifest in versions.map(\.manifest) where !Catalog.predictsTasks(manifest.kind) {
            throw InputError(
                "\(manifest.name) \(manifest.version) predicts no executions; without --history it is compared by what its evaluation found"
            )
        }
        (self.a, self.b) = (
            Side(versions[0].manifest, versions[0].digest), Side(versions[1].manifest, versions[1].digest)
        )
        basis = .history
        notes = []
        let usable = content.executions.filter(\.isUsable)
        guard !usable.isEmpty else {
            throw InputError("the history has no usable execution: none completed with a duration")
        }
        let ends = versions.map(\.manifest.dataset.lastAt)
        var tested: (TaskExecution) -> Bool = { _ in true }
        if let first = ends[0], let second = ends[1] {
            let end = max(first, second)
            let isNew = { (execution: TaskExecution) in (execution.task.submittedAt ?? -.infinity) > end }
            if usable.contains(where: isNew) {
                tested = isNew
            } else {
                notes.append(
                    "No execution was submitted after the data of both ended: either may know the outcomes, and then its accuracy says nothing of executions to come."
                )
            }
        } else {
            notes.append(
                "The data of one has no moments, so that what it knows cannot be told from what it does not: its accuracy may say nothing of executions to come."
            )
        }
        rows = usable.count(where: tested)
        segments = try await PairedComparison(
            catalog.load(versions[0]), catalog.load(versions[1]), on: content.executions, seed: seed, where: tested
        ).segments
    }
}
