import Files
import Foundation

/// What a version is: everything that is needed to use it, to judge it and to make it again.
public struct ModelManifest: Codable, Sendable {
    /// The data that it was trained on.
    public struct Dataset: Codable, Hashable, Sendable {
        /// Executions, or values of series.
        public var rows: Int
        /// Moment of the first completion, in Unix seconds.
        public var firstAt: Double?
        /// Moment of the last completion.
        public var lastAt: Double?
        /// SHA-256 over the executions.
        public var sha256: String

        /// The data with this digest.
        public init(rows: Int, firstAt: Double?, lastAt: Double?, sha256: String) {
            self.rows = rows
            self.firstAt = firstAt
            self.lastAt = lastAt
            self.sha256 = sha256
        }
    }

    /// One number that the model reads.
    public struct Feature: Codable, Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its unit.
        public var unit: String
        /// How it is normalised, in words.
        public var normalisation: String

        /// A feature.
        public init(name: String, unit: String, normalisation: String) {
            self.name = name
            self.unit = unit
            self.normalisation = normalisation
        }
    }

    /// One array that goes in or out.
    public struct Signature: Codable, Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its type, such as `F32`.
        public var type: String
        /// Its axes, as letters or lengths.
        public var shape: [String]

        /// An array.
        public init(name: String, type: String, shape: [String]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    /// Accuracy on held-out executions, ours beside the heuristics' on the same rows.
    public struct Metric: Codable, Hashable, Sendable {
        /// `cpu`, `memory` or `duration`; the name of a series.
        public var target: String
        /// Which division, such as `groups`.
        public var `protocol`: String
        /// Accuracy of this version, and the bounds of its 95 % interval; the skill where ``horizonSeconds`` is stated.
        public var accuracy: Double
        /// Lower bound.
        public var low: Double
        /// Upper bound.
        public var high: Double
        /// Accuracy of each heuristic.
        public var heuristics: [String: Double]
        /// Against the best of them: `better`, `tie` or `worse`.
        public var verdict: String
        /// How far the intervals hold; absent where that was not looked at.
        public var calibration: Calibration?
        /// The champion of that time on the same executions; absent where there was none that could be compared.
        public var champion: Champion?
        /// Of a forecast of a series: how far ahead. The figures are skills then, 1 - MASE / MASE of the best heuristic.
        public var horizonSeconds: Double?

        /// A metric.
        public init(
            target: String, protocol: String, accuracy: Double, low: Double, high: Double, heuristics: [String: Double],
            verdict: String, calibration: Calibration? = nil, champion: Champion? = nil, horizonSeconds: Double? = nil
        ) {
            self.target = target
            self.protocol = `protocol`
            self.accuracy = accuracy
            self.low = low
            self.high = high
            self.heuristics = heuristics
            self.verdict = verdict
            self.calibration = calibration
            self.champion = champion
            self.horizonSeconds = horizonSeconds
        }
    }

    /// The version of the manifest's own format.
    public var schemaVersion = 1
    /// The name that it is published under.
    public var name: String
    /// The version.
    public var version: Int
    /// The kind of model, as in the catalog.
    public var kind: String
    /// The shape of the network: whole numbers by name.
    public var architecture: [String: Int]
    /// Settings of the training: numbers by name.
    public var hyperparameters: [String: Double]
    /// The seed of the training.
    public var seed: UInt64
    /// What the model reads.
    public var features: [Feature]
    /// Arrays that go in.
    public var inputs: [Signature]
    /// Arrays that come out.
    public var outputs: [Signature]
    /// The data.
    public var dataset: Dataset
    /// Accuracy beside the heuristics'.
    public var metrics: [Metric]
    /// The losses of the training, an epoch each; absent where it has none.
    public var curve: [Epoch]?
    /// The version that was the champion when this one was made; always a smaller number.
    public var parentVersion: Int?
    /// Where it was imported from, the nearest first; absent where it was made here.
    public var origins: [Origin]?
    /// The commit of the program that made it.
    public var commit: String?
    /// Moment of publication, in Unix seconds.
    public var created: Double
    /// SHA-256 of every other file of the version.
    public var files: [String: String]

    /// A manifest; `version` and `files` are set when it is published.
    public init(
        name: CheckedName, kind: String, architecture: [String: Int], hyperparameters: [String: Double], seed: UInt64,
        features: [Feature], inputs: [Signature], outputs: [Signature], dataset: Dataset, metrics: [Metric],
        parentVersion: Int?, commit: String?, created: Double
    ) {
        self.name = name.description
        self.version = 0
        self.kind = kind
        self.architecture = architecture
        self.hyperparameters = hyperparameters
        self.seed = seed
        self.features = features
        self.inputs = inputs
        self.outputs = outputs
        self.dataset = dataset
        self.metrics = metrics
        self.parentVersion = parentVersion
        self.commit = commit
        self.created = created
        files = [:]
    }

    /// The manifest as it lies on disk.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [0x0A]
    }

    /// Reads a manifest strictly: nothing may be missing, unknown or of another type.
    static func decode(_ bytes: [UInt8], file: String) throws -> ModelManifest {
        let field = JSONField(try JSONValue(parsing: bytes, file: file, maximumDepth: 8), file: file)
        try field.refuseUnknown(Set(CodingKeys.allCases.map(\.rawValue)))
        let version = try field["schemaVersion"].int()
        guard version == 1 else { throw field["schemaVersion"].failure("is \(version); 1 is read") }
        try field.checkWholeNumbers()
        do {
            let manifest = try JSONDecoder().decode(ModelManifest.self, from: Data(bytes))
            try field.refuseMembers(missingIn: JSONValue(parsing: manifest.encoded()))
            return manifest
        } catch let error as DecodingError {
            throw InputError(error.problem, file: file, field: error.field)
        }
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case schemaVersion, name, version, kind, architecture, hyperparameters, seed, features, inputs, outputs, dataset
        case metrics, curve, parentVersion, origins, commit, created, files
    }
}

extension JSONField {
    /// Refuses numbers that do not fit where a manifest has whole ones; a decoder would not say which one it was.
    fileprivate func checkWholeNumbers() throws {
        for key in ["version", "parentVersion"] { _ = try self[key].ifPresent { try $0.int() } }
        for key in (try? self["architecture"].object().keys) ?? [] { _ = try self["architecture"][key].int() }
        _ = try self["dataset"]["rows"].ifPresent { try $0.int() }
        guard let seed = try? self["seed"].amount() else {
            _ = try self["seed"].ifPresent { try $0.amount() }
            return
        }
        guard seed < 0x1p64 || self["seed"].value?.int != nil else { throw self["seed"].failure("is beyond 64 bits") }
    }

    /// Refuses a member, at any depth, that `read` does not have: whoever read this document did not know it.
    fileprivate func refuseMembers(missingIn read: JSONValue) throws {
        switch (value, read) {
        case (.object(let object), .object(let known)):
            for (key, value) in object.members where value != .null {
                guard let own = known[key] else { throw self[key].failure("is not known here") }
                try self[key].refuseMembers(missingIn: own)
            }
        case (.array, .array(let known)):
            for (element, own) in zip(try elements(), known) { try element.refuseMembers(missingIn: own) }
        default: break
        }
    }
}

extension DecodingError {
    /// The path of the field that could not be decoded.
    var field: String? {
        let context: Context? =
            switch self {
            case .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        var path = context?.codingPath.map(\.stringValue) ?? []
        if case .keyNotFound(let key, _) = self { path.append(key.stringValue) }
        return path.isEmpty ? nil : path.joined(separator: ".")
    }

    /// What is wrong with it.
    var problem: String {
        switch self {
        case .keyNotFound: "is missing"
        case .typeMismatch(let type, _): "is not of the type \(type)"
        case .valueNotFound: "is null"
        case .dataCorrupted: "cannot be read"
        @unknown default: "cannot be read"
        }
    }
}
