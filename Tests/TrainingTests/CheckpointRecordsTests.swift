import Files
import TestSupport
import Testing

@testable import Training

@Test func aCheckpointTellsItsEpochs() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let checkpoint = CheckpointFile(path: folder("checkpoint"))
        #expect(try checkpoint.records().isEmpty)
        var model = Line.model(seed: 1)
        let loop = TrainingLoop(Adam(learningRate: 0.01), epochs: 4, batchSize: 16, patience: 9)
        let records = try loop.run(
            &model, samples: 64, seed: 1, session: TrainingSession(checkpoint: checkpoint),
            loss: { Line.loss($0, $1) }, validationLoss: { Line.validationLoss($0) })
        #expect(records.count == 4)
        #expect(try checkpoint.records() == records)
        try folder.write("no archive", to: "checkpoint")
        #expect(throws: InputError.self) { try checkpoint.records() }
    }
}
