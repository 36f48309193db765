import Files
import Kernels
import Layers
import Tensors

/// All that a learner is, between two actions, as arrays and texts.
extension DQN {
    /// Adds everything to `archive`.
    func write(to archive: inout WeightArchive) {
        online.write(to: &archive, prefix: "online.")
        target.write(to: &archive, prefix: "target.")
        optimizer.state.write(to: &archive, of: online)
        replay.write(to: &archive)
        archive.metadata["learner"] = JSONValue.object(
            JSONObject([
                ("actions", .integer(actions)), ("updates", .integer(updates)),
                ("generator", .integer(Int(bitPattern: UInt(generator.state)))),
            ])
        ).text()
    }

    /// Takes everything from what ``write(to:)`` wrote of a learner of the same network and configuration.
    ///
    /// - Throws: `InputError` that names the array or the field that is missing or broken.
    mutating func restore(from archive: WeightArchive) throws {
        let field = JSONField(try JSONValue(parsing: Array((archive.metadata["learner"] ?? "").utf8)))
        func count(_ name: String) throws -> Int {
            let value = try field[name].int()
            guard value >= 0 else { throw field[name].failure("cannot be \(value)") }
            return value
        }
        var read = self
        (read.actions, read.updates) = (try count("actions"), try count("updates"))
        try read.online.read(from: archive, prefix: "online.")
        try read.target.read(from: archive, prefix: "target.")
        read.optimizer.state = try .init(
            from: archive, step: read.updates, slots: optimizer.slotNames, of: online)
        try read.replay.read(from: archive, for: online)
        read.generator = SeededGenerator(seed: UInt64(UInt(bitPattern: try field["generator"].int())))
        self = read
    }
}
