import Files
import Layers
import TestSupport
import Testing

@testable import Training

private func train(_ folder: TemporaryFolder, logsSteps: Bool, stopsAfter stop: Int? = nil, resumes: Bool = false)
    throws
{
    let now: @Sendable () -> Double = { resumes ? 1_765_000_100.5 : 1_765_000_000.5 }
    let logs: [any RunLog] = [
        JSONLinesLog(path: folder("logs/run.jsonl"), logsSteps: logsSteps, now: now),
        EventFile(folder: folder("logs"), logsSteps: logsSteps, now: now),
    ]
    let counted = Told()
    var model = Line.model(seed: 1)
    try TrainingLoop(SGD(learningRate: 0.1), epochs: 3, batchSize: 32).run(
        &model, samples: 64, seed: 1,
        session: TrainingSession(
            checkpoint: CheckpointFile(path: folder("c"), resumes: resumes), logs: logs,
            shouldStop: { $0.updates == stop }, progress: { counted.add($0) }),
        loss: { Line.loss($0, $1) }, validationLoss: { Line.validationLoss($0) })
}

private func lines(_ folder: TemporaryFolder) throws -> [JSONField] {
    try readText(of: folder("logs/run.jsonl")).split(separator: "\n").map {
        JSONField(try JSONValue(parsing: Array($0.utf8)))
    }
}

@Test func aRunIsLoggedAsJSONLines() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try train(folder, logsSteps: true)
        let lines = try lines(folder)
        #expect(
            try lines.map { try $0["event"].string() } == [
                "run", "step", "step", "epoch", "step", "step", "epoch", "step", "step", "epoch",
            ])
        let configuration = lines[0]["configuration"]
        #expect(try configuration["optimizer"].string() == "sgd" && configuration["learningRate"].double() == 0.1)
        #expect(try configuration["samples"].int() == 64 && lines[0]["at"].double() == 1_765_000_000.5)
        #expect(
            try lines[3].object().keys == [
                "event", "at", "epoch", "updates", "trainingLoss", "validationLoss", "learningRate",
            ])
        #expect(try lines[6]["epoch"].int() == 2 && lines[6]["updates"].int() == 4)
        #expect(try lines[6]["validationLoss"].double() < lines[3]["validationLoss"].double())
        #expect(
            try lines[8].object().keys == [
                "event", "at", "epoch", "step", "updates", "loss", "gradientNorm", "learningRate",
            ])
        #expect(try lines[8]["epoch"].int() == 3 && lines[8]["step"].int() == 2 && lines[8]["updates"].int() == 6)
    }
}

@Test func stepsAreLoggedOnlyIfAsked() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try train(folder, logsSteps: false)
        #expect(try lines(folder).map { try $0["event"].string() } == ["run", "epoch", "epoch", "epoch"])
    }
}

@Test func aLossWithoutANumberIsNull() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let log = JSONLinesLog(path: folder("run.jsonl"))
        try log.add(EpochRecord(epoch: 1, updates: 2, trainingLoss: 1, validationLoss: .nan, learningRate: 0.001))
        let line = try JSONValue(parsing: readBytes(of: folder("run.jsonl")).dropLast())
        #expect(line["validationLoss"] == .null && line["learningRate"] == .number(0.001))
        #expect((line["at"]?.double ?? 0) > 1.7e9)
    }
}

/// The real TensorBoard reads the curves, and of a resumed run each update once.
@Test(.enabled(if: python != nil)) func tensorBoardReadsTheEvents() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        #expect(throws: TrainingInterruption.self) { try train(folder, logsSteps: true, stopsAfter: 3) }
        let early = try readBytes(of: folder("c"))
        #expect(throws: TrainingInterruption.self) { try train(folder, logsSteps: true, stopsAfter: 5, resumes: true) }
        // As after a crash: what was told last is told again.
        try writeAtomically(early, to: folder("c"))
        try train(folder, logsSteps: true, resumes: true)
        let answer = try runPython(
            """
            import json, sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
            events.Reload()
            tags = events.Tags()["scalars"]
            print(json.dumps({tag: [[e.step, e.value, e.wall_time] for e in events.Scalars(tag)] for tag in tags}))
            """, [folder("logs")])
        #expect(answer.status == 0, "\(answer.errors)")
        let read = JSONField(try JSONValue(parsing: Array(answer.output.utf8)))
        #expect(
            try Set(read.object().keys) == [
                "loss/training", "loss/validation", "learning_rate", "loss/step", "gradient_norm",
            ])
        let logged = try lines(folder)
        for (event, tag, member) in [
            ("epoch", "loss/training", "trainingLoss"), ("epoch", "loss/validation", "validationLoss"),
            ("epoch", "learning_rate", "learningRate"), ("step", "loss/step", "loss"),
            ("step", "gradient_norm", "gradientNorm"),
        ] {
            let told = try logged.filter { try $0["event"].string() == event }
            let last = Dictionary(try told.map { (try $0["updates"].int(), $0) }) { $1 }
            let expected = last.sorted { $0.key < $1.key }.map(\.value)
            #expect(told.count > expected.count)
            let values = try read[tag].elements().map { try $0.elements().map { try $0.double() } }
            #expect(try values.map { Int($0[0]) } == expected.map { try $0["updates"].int() }, "\(tag)")
            #expect(values.count == (event == "epoch" ? 3 : 6))
            for (value, line) in zip(values, expected) {
                #expect(Float(value[1]) == Float(try line[member].double()))
                #expect(value[2] == (try line["at"].double()))
            }
        }
    }
}
