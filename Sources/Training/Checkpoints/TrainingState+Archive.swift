import Files
import Kernels
import Layers
import Tensors

extension TrainingState {
    /// Everything, as arrays and texts.
    var archive: WeightArchive {
        var archive = WeightArchive()
        model.write(to: &archive, prefix: "model.")
        best.write(to: &archive, prefix: "best.")
        let remembered = optimizer.state
        remembered.write(to: &archive, of: model)
        // As arrays and not as text, so that every bit is kept, also of what is not finite.
        archive.set(
            "losses", shape: [3], .float32([firstLoss ?? .nan, stopping.bestLoss, rate.plateau.bestLoss]))
        archive.set("lossSum", shape: [1], .float64([lossSum]))
        EpochRecord.write(records, to: &archive)
        archive.metadata["state"] = JSONValue.object(counters(remembered)).text()
        return archive
    }

    private func counters(_ remembered: OptimizerState) -> JSONObject {
        JSONObject([
            ("epoch", .integer(epoch)), ("step", .integer(step)), ("updates", .integer(updates)),
            ("samples", .integer(samples)), ("optimizerStep", .integer(remembered.step)),
            ("generator", .integer(Int(bitPattern: UInt(generator.state)))),
            ("bestEpoch", .integer(stopping.bestEpoch)), ("waited", .integer(stopping.waited)),
            ("plateauWaited", .integer(rate.plateau.waited)), ("plateauCooldown", .integer(rate.plateau.cooldown)),
            ("plateauReductions", .integer(rate.plateau.reductions)), ("isFinished", .bool(isFinished)),
        ])
    }

    /// Takes everything from what ``archive`` made of a state of the same model and optimizer.
    ///
    /// - Parameters:
    ///   - epochs: how many there are at the most.
    ///   - total: samples of an epoch.
    ///   - batchSize: samples in a step.
    /// - Throws: `InputError` that names the array or the field that is missing, too much, or broken.
    mutating func restore(from archive: WeightArchive, epochs: Int, samples total: Int, batchSize: Int) throws {
        let field = JSONField(try JSONValue(parsing: Array((archive.metadata["state"] ?? "").utf8)))
        func count(_ name: String, _ range: ClosedRange<Int>) throws -> Int {
            let value = try field[name].int()
            guard range.contains(value) else { throw field[name].failure("cannot be \(value)") }
            return value
        }
        try model.read(from: archive, prefix: "model.")
        try best.read(from: archive, prefix: "best.")
        let steps = Batches.count(of: total, size: batchSize)
        (epoch, step) = (try count("epoch", 1...max(epochs, 0) + 1), try count("step", 0...steps))
        let done = (epoch - 1) * steps + step
        updates = try count("updates", done...done)
        let taken = min(step * batchSize, total)
        samples = try count("samples", taken...taken)
        let optimizerStep = optimizer.state.step + done
        optimizer.state = try OptimizerState(
            from: archive, step: count("optimizerStep", optimizerStep...optimizerStep), slots: optimizer.slotNames,
            of: model)
        let losses = try archive.floats("losses", shape: [3])
        firstLoss = losses[0].isNaN ? nil : losses[0]
        (stopping.bestLoss, rate.plateau.bestLoss) = (losses[1], losses[2])
        stopping.bestEpoch = try count("bestEpoch", 0...epoch - 1)
        // One for each epoch, and one where the loss of the model that it started from was no number.
        stopping.waited = try count("waited", 0...epoch)
        rate.plateau.waited = try count("plateauWaited", 0...epoch)
        rate.plateau.cooldown = try count("plateauCooldown", 0...Int.max)
        rate.plateau.reductions = try count("plateauReductions", 0...epoch)
        generator = SeededGenerator(seed: UInt64(UInt(bitPattern: try field["generator"].int())))
        isFinished = try field["isFinished"].bool()
        guard isFinished || epoch <= epochs else {
            throw field["isFinished"].failure("cannot be false in epoch \(epoch) of \(epochs)")
        }
        try restoreRecords(from: archive, steps: steps)
        let names = Set(self.archive.entries.map(\.name))
        if let extra = archive.entries.first(where: { !names.contains($0.name) }) {
            throw InputError("does not belong to this checkpoint", field: extra.name)
        }
    }

    private mutating func restoreRecords(from archive: WeightArchive, steps: Int) throws {
        guard let sum = try archive.doubles("lossSum").first else { throw InputError("is empty", field: "lossSum") }
        lossSum = sum
        let updates = try archive.integers("records.updates")
        guard updates == (1..<epoch).map({ Int64($0 * steps) }) else {
            throw InputError(
                "is \(updates) and not that of \(epoch - 1) epochs of \(steps) steps", field: "records.updates")
        }
        records = try EpochRecord.records(in: archive)
    }
}
