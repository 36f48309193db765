import Files
import Layers

extension CheckpointFile {
    /// The epochs that are over in the training which the file keeps; none where there is no file.
    ///
    /// - Throws: `InputError` that names the file and the field which is missing or broken.
    public func records() throws -> [EpochRecord] {
        guard kind(of: path) == .file else { return [] }
        let archive = try Safetensors.decode(try readBytes(of: path), name: path)
        do {
            return try EpochRecord.records(in: archive)
        } catch var error as InputError {
            error.file = path
            throw error
        }
    }
}

extension EpochRecord {
    /// The columns of records beside the updates, by name.
    static let columns: [(name: String, path: WritableKeyPath<EpochRecord, Float> & Sendable)] = [
        ("trainingLoss", \.trainingLoss), ("validationLoss", \.validationLoss), ("learningRate", \.learningRate),
    ]

    /// Adds `records` to `archive`.
    package static func write(_ records: [EpochRecord], to archive: inout WeightArchive) {
        archive.set("records.updates", shape: [records.count], .int64(records.map { Int64($0.updates) }))
        for (name, path) in columns {
            archive.set("records.\(name)", shape: [records.count], .float32(records.map { $0[keyPath: path] }))
        }
    }

    /// Reads what ``write(_:to:)`` wrote.
    package static func records(in archive: WeightArchive) throws -> [EpochRecord] {
        var records = try archive.integers("records.updates").enumerated().map { place, updates in
            guard let updates = Int(exactly: updates), updates >= 0 else {
                throw InputError("holds \(updates)", field: "records.updates")
            }
            return EpochRecord(
                epoch: place + 1, updates: updates, trainingLoss: 0, validationLoss: 0, learningRate: 0)
        }
        for (name, path) in columns {
            let values = try archive.floats("records.\(name)", shape: [records.count])
            for (place, value) in values.enumerated() { records[place][keyPath: path] = value }
        }
        return records
    }
}
