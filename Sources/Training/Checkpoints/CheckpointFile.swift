import Files
import Layers

/// The file in which a training is kept while it runs, so that it can go on after an interruption or a crash.
///
/// It holds the weights, the best weights so far, what the optimizer, the schedule and early stopping remember, the
/// generator, the place in the epoch and the records, as safetensors: a training that goes on from it ends with the same
/// bits as one that was never interrupted. A reader finds the old file or the new one whole, whatever happens.
public struct CheckpointFile: Sendable, Equatable {
    /// The path; missing folders on the way are made.
    public var path: String
    /// Whether the training goes on from the file, which must be there then; else the file is replaced.
    public var resumes: Bool

    /// The checkpoint at `path`.
    public init(path: String, resumes: Bool = false) {
        self.path = path
        self.resumes = resumes
    }

    /// The first line of defence against a file of something else.
    static let format = "tactus training checkpoint 1"

    /// Replaces the file by one of `state`.
    func write<Model: Module, Rule: Optimizer>(
        _ state: TrainingState<Model, Rule>, _ configuration: JSONObject
    ) throws {
        try write(state.archive, format: Self.format, configuration)
    }

    /// Replaces the file by one of `archive`, which says of which kind it is and which run's.
    package func write(_ archive: WeightArchive, format: String, _ configuration: JSONObject) throws {
        var archive = archive
        archive.metadata["format"] = format
        archive.metadata["configuration"] = JSONValue.object(configuration).text()
        try makeFolder(parent(of: path))
        try writeAtomically(Safetensors.encode(archive), to: path)
    }

    /// Brings `state`, which is that before the first step, to where the file says.
    ///
    /// - Parameters:
    ///   - epochs: how many there are at the most.
    ///   - samples: how many an epoch has.
    ///   - batchSize: how many a step has.
    /// - Throws: `InputError` that names the file and the field which is missing, broken, or not that of this run.
    func read<Model: Module, Rule: Optimizer>(
        _ state: inout TrainingState<Model, Rule>, _ configuration: JSONObject, epochs: Int, samples: Int,
        batchSize: Int
    ) throws {
        try read(format: Self.format, configuration) { archive in
            try state.restore(from: archive, epochs: epochs, samples: samples, batchSize: batchSize)
        }
    }

    /// Hands what ``write(_:format:_:)`` wrote for a run of this configuration to `restore`.
    ///
    /// - Throws: `InputError` that names the file and the field which is missing, broken, or not that of this run; what
    ///   `restore` throws, with the file's name.
    package func read(format: String, _ configuration: JSONObject, _ restore: (WeightArchive) throws -> Void) throws {
        let archive = try Safetensors.decode(try readBytes(of: path), name: path)
        do {
            guard archive.metadata["format"] == format else {
                throw InputError("is not \"\(format)\": this is no checkpoint", field: "format")
            }
            try compare(archive.metadata["configuration"], with: configuration)
            try restore(archive)
        } catch var error as InputError {
            error.file = path
            error.line = nil
            throw error
        }
    }

    private func compare(_ text: String?, with wanted: JSONObject) throws {
        let found = try JSONField(JSONValue(parsing: Array((text ?? "").utf8))).object().leaves
        let wanted = wanted.leaves
        for (name, value) in wanted.members where found[name] != value {
            throw InputError(
                "is \(found[name]?.text() ?? "missing"); this run's is \(value.text())", field: name)
        }
        if let name = found.keys.first(where: { wanted[$0] == nil }) {
            throw InputError("has no counterpart in this run", field: name)
        }
    }
}

extension JSONObject {
    /// Its members and those of the objects in it, by their names joined with dots.
    fileprivate var leaves: JSONObject {
        var leaves = JSONObject()
        for (key, value) in members {
            guard let inner = value.object else {
                leaves[key] = value
                continue
            }
            for (innerKey, innerValue) in inner.leaves.members { leaves["\(key).\(innerKey)"] = innerValue }
        }
        return leaves
    }
}
