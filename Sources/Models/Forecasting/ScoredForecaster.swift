import Files
import Prediction
import Registry
import Workflows

/// The forecaster of a version, with what is known of its skill.
public struct ScoredForecaster: Sendable {
    /// What it forecasts by.
    public let forecaster: any PublishableForecaster
    /// What the version is.
    public let manifest: ModelManifest
    /// SHA-256 of the manifest.
    public let digest: String

    /// Reads a version and runs its self-test.
    public init(_ version: ModelVersion) throws {
        self.init(try Catalog.loadForecaster(version), of: version)
    }

    /// What was read from the files of `version`.
    public init(_ forecaster: any PublishableForecaster, of version: ModelVersion) {
        self.forecaster = forecaster
        (manifest, digest) = (version.manifest, version.digest)
    }

    /// Why it does not answer for the series `name`; nil where it has skill on it.
    public func refusal(for name: String) -> String? {
        let own = "\(manifest.name) \(manifest.version)"
        guard let skill = manifest.skill(on: name) else { return "\(own) was not scored on \(name)" }
        return skill > 0 ? nil : "\(own) has no skill on \(name)"
    }

    /// Values of a series that are learned from: the last ones.
    public static let learnedValues = 20_000

    /// What is asked about `series`, by this version alone, which learns from the values of the series first, as far as it
    /// learns from new values at all.
    ///
    /// - Throws: ``Failure``, whatever the version throws.
    public func answer<Answer>(
        for series: MetricSeries, _ ask: (MetricSeries, any CapacityForecaster) throws -> Answer
    ) throws(Failure) -> Answer {
        try answer {
            var forecaster: any CapacityForecaster = self.forecaster
            try forecaster.observe(series, from: 0)
            return try ask(series, forecaster)
        }
    }

    /// The answer of `ask`, which asks this version or what has gone on learning from it.
    ///
    /// - Throws: ``Failure``, whatever `ask` throws.
    public func answer<Answer>(_ ask: () throws -> Answer) throws(Failure) -> Answer {
        do {
            return try ask()
        } catch {
            let problem = (error as? InputError)?.problem ?? "an unexpected error"
            throw Failure(problem: "\(manifest.name) \(manifest.version) failed: \(problem)")
        }
    }

    /// What is learned from of `series`: all of it, or the last values of one that is longer than ``learnedValues``.
    public static func learned(of series: MetricSeries) -> MetricSeries {
        series.values.count > learnedValues ? series.steadySuffix(learnedValues) : series
    }

    /// Why a version gave no answer.
    public struct Failure: Error, Equatable {
        /// What is wrong, in words.
        public var problem: String
    }

    /// What is asked about `series`, by this version where it has skill and can, else by the rules, with the reason.
    ///
    /// The version learns from the values of the series first. Only the last values count.
    /// - Parameters:
    ///   - reason: why there is no version, or why it is not the one that should answer; it stays with the answer.
    ///   - ask: asks the forecaster about the values that count.
    public static func plan<Answer>(
        _ version: ScoredForecaster?, reason: String?, for series: MetricSeries,
        _ ask: (MetricSeries, any CapacityForecaster) throws -> Answer
    ) throws -> (answer: Answer, by: ScoredForecaster?, reason: String?) {
        let series = learned(of: series)
        var refusal: String?
        if let version {
            refusal = version.refusal(for: series.name)
            if refusal == nil {
                do throws(Failure) {
                    return (try version.answer(for: series, ask), version, reason)
                } catch {
                    refusal = error.problem
                }
            }
        }
        // What the question itself has wrong is said by the rules too.
        let rules = try CapacityHeuristics.trainers[0].train(on: [series], seed: 1)
        let reasons = [reason, refusal].compactMap { $0 }
        return (try ask(series, rules), nil, reasons.isEmpty ? nil : reasons.joined(separator: "; "))
    }
}
