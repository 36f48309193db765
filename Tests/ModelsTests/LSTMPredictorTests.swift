import Kernels
import Layers
import Models
import Prediction
import Testing
import Training
import Workflows

/// One type whose durations are those of `values`, one after the other in time.
private func series(_ values: [Double], process: String = "p") -> [TaskExecution] {
    values.enumerated().map { place, value in
        let moment = Double(place) * 10
        return TaskExecution(
            task: TaskSpec(workflow: "w", process: process, run: "r\(place / 5)", submittedAt: moment + 9),
            taskID: "\(place)",
            startedAt: moment + 9, completedAt: moment + 9.5, cpu: 1, memory: 1e6, duration: value)
    }
}

private let trainer = LSTMPredictorTrainer(
    base: .median, architecture: LSTMArchitecture(history: 8, hidden: 12, layers: 2),
    loop: TrainingLoop(AdamW(learningRate: 0.01, weightDecay: 0), epochs: 20, batchSize: 32, patience: 8))

/// A slow wave: the next value is near the last ones and far from the median.
private let wave = (0..<240).map { place -> Double in
    let phase = Double(place % 60) / 60
    return phase < 0.5 ? 10 + 180 * phase : 190 - 180 * phase
}

@Test func aTrendOverTimeIsFollowed() throws {
    let rows = series(wave)
    let predictor = try trainer.trainLSTM(on: Array(rows.prefix(200)), seed: 1)
    var base = StatisticsPredictor(rules: [.median], executions: Array(rows.prefix(200)))
    var following = predictor
    var (error, baseError) = (0.0, 0.0)
    for row in rows.suffix(40) {
        let actual = row.duration ?? 1
        error += abs(following.predict([row.task])[0].duration.p50 - actual) / actual
        baseError += abs(base.predict([row.task])[0].duration.p50 - actual) / actual
        following.observe(row)
        base.observe(row)
    }
    #expect(error < 0.5 * baseError, "\(error / 40) against \(baseError / 40)")
}

/// The base is a median, which counts each value at once, so that no fit is ever late.
@Test func aBatchTeachesWhatItsExecutionsTeachOneByOne() throws {
    let rows = series(wave) + series([3, 4, 5], process: "new")
    var batch = try trainer.trainLSTM(on: Array(rows.prefix(200)), seed: 1)
    let tasks = [rows[239].task, rows[242].task]
    let before = batch.predict(tasks).map(\.duration.p50)
    var single = batch
    batch.observe(Array(rows.dropFirst(200)))
    for row in rows.dropFirst(200) { single.observe(row) }
    let (together, alone) = (batch.predict(tasks), single.predict(tasks))
    #expect(together.map(\.duration.p50) == alone.map(\.duration.p50))
    #expect(together.map(\.samples) == alone.map(\.samples))
    #expect(zip(before, together).allSatisfy { $0 != $1.duration.p50 })
}

@Test func theOrderOfThePastMatters() throws {
    let rows = series(wave)
    let predictor = try trainer.trainLSTM(on: Array(rows.prefix(200)), seed: 1)
    var task = rows[239].task
    task.submittedAt = nil
    func answer(_ order: [Int]) -> Double {
        var shown = predictor
        for (place, row) in order.enumerated() {
            // The same outcomes, at other moments.
            var execution = rows[200 + row]
            execution.task.submittedAt = 3000 + Double(place) * 10
            execution.startedAt = 3000 + Double(place) * 10
            execution.completedAt = 3001 + Double(place) * 10
            shown.observe(execution)
        }
        return shown.predict([task])[0].duration.p50
    }
    let forward = answer([0, 1, 2, 3, 4, 5, 6, 7])
    #expect(forward == answer([0, 1, 2, 3, 4, 5, 6, 7]))
    #expect(abs(forward - answer([7, 3, 1, 6, 0, 4, 2, 5])) > 1e-6 * forward)
}

@Test func theSameSeedGivesTheSameWeightsAndAnArchiveTheSameAnswers() throws {
    let rows = series(Array(wave.prefix(120))) + series([3, 4, 5, 3], process: "q")
    let first = try trainer.trainLSTM(on: rows, seed: 3)
    let archive = try first.archive()
    let bytes = try Safetensors.encode(archive)
    #expect(bytes == (try Safetensors.encode(trainer.trainLSTM(on: rows, seed: 3).archive())))
    #expect(bytes != (try Safetensors.encode(trainer.trainLSTM(on: rows, seed: 4).archive())))
    let read = try LSTMPredictor(Safetensors.decode(bytes), architecture: trainer.architecture)
    let tasks = rows.map(\.task) + [TaskSpec(process: "new")]
    #expect(read.predict(tasks) == first.predict(tasks))
}

@Test func aColdTaskIsAnsweredByTheBase() throws {
    let rows = series(Array(wave.prefix(80)))
    let predictor = try trainer.trainLSTM(on: rows, seed: 1)
    let answer = predictor.predict([TaskSpec(workflow: "w", process: "new")])[0]
    let base = StatisticsPredictor(rules: [.median], executions: rows).predict([TaskSpec(workflow: "w", process: "new")]
    )[0]
    #expect(answer == base && answer.cold)
}

@Test(arguments: 0...6)
func fewExecutionsAreNoObstacle(count: Int) throws {
    let rows = series(Array(wave.prefix(count)))
    let predictor = try trainer.trainLSTM(on: rows, seed: 1)
    let answer = predictor.predict([TaskSpec(workflow: "w", process: "p")])[0]
    #expect(answer.duration.p50.isFinite && answer.samples == count)
}

@Test(arguments: ["network.head.weight", "executions.memory", "steps.counts", "calibrations", "rules"])
func anArchiveThatDoesNotFitIsRefused(name: String) throws {
    var archive = try trainer.trainLSTM(on: series(Array(wave.prefix(60))), seed: 1).archive()
    archive.set(name, shape: [1], .float64([.nan]))
    #expect(throws: (any Error).self) { try LSTMPredictor(archive, architecture: trainer.architecture) }
}

@Test func kindsAreToldApart() throws {
    #expect(Set(Catalog.predictors.map(\.name)).count == Catalog.predictors.count)
    #expect(throws: (any Error).self) { try Catalog.predictor("nonesuch") }
    for kind in Catalog.predictors { #expect(kind.trainer().kind == kind.name) }
    let shape = LSTMArchitecture()
    #expect([shape.inputs, shape.hidden, shape.layers, shape.outputs] == [16, 64, 2, 3] && shape.history >= 8)
}

@Test func theSelfTestFindsOtherAnswers() throws {
    let rows = series(Array(wave.prefix(60)))
    let predictor = StatisticsPredictor(rules: [.median], executions: rows)
    let golden = try GoldenAnswers.archive(of: predictor, executions: rows)
    #expect(throws: Never.self) { try GoldenAnswers.check(predictor, against: golden) }
    let other = StatisticsPredictor(rules: [.median], executions: Array(rows.prefix(30)))
    #expect(throws: (any Error).self) { try GoldenAnswers.check(other, against: golden) }
}
