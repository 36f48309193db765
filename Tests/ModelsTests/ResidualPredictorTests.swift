import Kernels
import Layers
import Prediction
import Testing
import Workflows

@testable import Models

/// Errors of `predictor` and of a median on the rows behind the first `training`, each shown after it was asked about.
private func errors(
    _ kind: String, _ rows: [TaskExecution], training: Int
) throws -> (ours: Double, median: Double, sources: Set<DecisionSource>) {
    var predictor = try small(kind).trainPublishable(on: Array(rows.prefix(training)), seed: 1)
    var base = StatisticsPredictor(rules: [.median], executions: Array(rows.prefix(training)))
    var (ours, median, sources) = (0.0, 0.0, Set<DecisionSource>())
    for row in rows.dropFirst(training) {
        let actual = row.duration ?? 1
        let answer = try predictor.predict(row.task).duration
        sources.insert(answer.source)
        ours += abs(answer.p50 - actual) / actual
        median += abs(base.predict([row.task])[0].duration.p50 - actual) / actual
        predictor.observe(row)
        base.observe(row)
    }
    return (ours, median, sources)
}

@Test(arguments: networkKinds)
func aTrendOverTimeIsFollowed(kind: String) throws {
    let (ours, median, sources) = try errors(kind, series(wave), training: 260)
    #expect(ours < 0.5 * median, "\(ours / 40) against \(median / 40)")
    #expect(sources == [.ensemble])
}

@Test(arguments: networkKinds, [1, 2] as [UInt64])
func whereThereIsNothingToLearnTheBaseAnswers(kind: String, seed: UInt64) throws {
    let rows = series(noise(260, seed: seed))
    let predictor = try small(kind).trainPublishable(on: Array(rows.prefix(220)), seed: seed)
    let base = predictor.heuristic
    for row in rows.suffix(40) {
        let answer = try predictor.predict(row.task)
        for target in ResourceTarget.allCases {
            #expect(answer[target].source == .heuristic)
            #expect(abs(answer[target].p50 / base.predict([row.task])[0][target].p50 - 1) < 1e-12)
            #expect(answer[target].reason.contains("left out"))
        }
    }
}

/// What a type leaves may show in what another one of the workflow left just before.
@Test(arguments: networkKinds)
func theRunSoFarIsRead(kind: String) throws {
    let states = noise(320, seed: 5, spread: 0.6)
    var rows: [TaskExecution] = []
    for (place, state) in states.enumerated() {
        let moment = Double(place) * 100
        for (offset, process) in ["first", "second"].enumerated() {
            let submitted = moment + Double(offset) * 20
            rows.append(
                TaskExecution(
                    task: TaskSpec(workflow: "w", process: process, run: "r\(place)", submittedAt: submitted),
                    taskID: "\(place)", startedAt: submitted, completedAt: submitted + 10, cpu: 1, memory: 1e6,
                    duration: state))
        }
    }
    let predictor = try small(kind).trainPublishable(on: Array(rows.prefix(520)), seed: 2)
    var shown = predictor
    var (ours, median, opened) = (0.0, 0.0, 0)
    for row in rows.dropFirst(520) {
        if row.task.process == "second" {
            let answer = try shown.predict(row.task).duration
            opened += answer.source == .ensemble ? 1 : 0
            ours += abs(answer.p50 / (row.duration ?? 1) - 1)
            median += abs(shown.heuristic.predict([row.task])[0].duration.p50 / (row.duration ?? 1) - 1)
        } else {
            #expect(try shown.predict(row.task).duration.source == .heuristic)
        }
        shown.observe(row)
    }
    #expect(opened == 60)
    #expect(ours < 0.7 * median, "\(ours / 60) against \(median / 60)")
}

/// The base is a median, which counts each value at once, so that no fit is ever late.
@Test func aBatchTeachesWhatItsExecutionsTeachOneByOne() throws {
    let rows = series(wave) + series([3, 4, 5], process: "new", start: 3000)
    var batch = try smallLSTM.trainResidual(on: Array(rows.prefix(260)), seed: 1)
    let tasks = [rows[299].task, rows[302].task]
    let before = batch.predict(tasks).map(\.duration.p50)
    var single = batch
    batch.observe(Array(rows.dropFirst(260)))
    for row in rows.dropFirst(260) { single.observe(row) }
    let (together, alone) = (batch.predict(tasks), single.predict(tasks))
    #expect(together == alone)
    #expect(zip(before, together).allSatisfy { $0 != $1.duration.p50 })
}

@Test(arguments: networkKinds)
func theOrderOfThePastMatters(kind: String) throws {
    let rows = series(wave)
    let predictor = try small(kind).trainPublishable(on: Array(rows.prefix(260)), seed: 1)
    var task = rows[299].task
    task.submittedAt = nil
    func answer(_ order: [Int]) throws -> Double {
        var shown = predictor
        for (place, row) in order.enumerated() {
            // The same outcomes, at other moments.
            var execution = rows[260 + row]
            execution.task.submittedAt = 3000 + Double(place) * 10
            execution.startedAt = 3000 + Double(place) * 10
            execution.completedAt = 3001 + Double(place) * 10
            shown.observe(execution)
        }
        return try shown.predict(task).duration.p50
    }
    let forward = try answer([0, 1, 2, 3, 4, 5, 6, 7])
    #expect(try forward == answer([0, 1, 2, 3, 4, 5, 6, 7]))
    #expect(try abs(forward - answer([7, 3, 1, 6, 0, 4, 2, 5])) > 1e-6 * forward)
}

/// What the last executions say is not asked of a task that comes long after them.
@Test func aStalePastIsLeftAlone() throws {
    let rows = series(wave)
    let predictor = try smallLSTM.trainResidual(on: Array(rows.prefix(260)), seed: 1)
    var task = rows[260].task
    #expect(predictor.predict([task])[0].duration.source == .ensemble)
    task.submittedAt = 1e6
    let answer = predictor.predict([task])[0].duration
    #expect(answer.source == .heuristic)
    #expect(abs(answer.p50 / predictor.base.predict([task])[0].duration.p50 - 1) < 1e-12)
}

/// A correction that was of use and comes to do harm is dropped.
@Test func aGateClosesWhereTheCorrectionTurnsBad() throws {
    let rows = series(wave)
    var predictor = try smallLSTM.trainResidual(on: Array(rows.prefix(260)), seed: 1)
    // From now on a low value follows each high one: the last executions mislead.
    var sources: [DecisionSource] = []
    for place in 0..<200 {
        var row = rows[260 + place % 40]
        row.task.submittedAt = 2609 + Double(place) * 10
        row.startedAt = row.task.submittedAt
        row.completedAt = 2609.5 + Double(place) * 10
        row.duration = (place / 3) % 2 == 0 ? 20 : 90
        sources.append(predictor.predict([row.task])[0].duration.source)
        predictor.observe(row)
    }
    #expect(sources.first == .ensemble && sources.last == .heuristic)
}

@Test func aColdTaskIsAnsweredByTheBase() throws {
    let rows = series(Array(wave.prefix(80)))
    let task = TaskSpec(workflow: "w", process: "new")
    let answer = try smallLSTM.trainResidual(on: rows, seed: 1).predict([task])[0]
    #expect(answer == StatisticsPredictor(rules: [.median], executions: rows).predict([task])[0] && answer.cold)
}

@Test(arguments: 0...6)
func fewExecutionsAreNoObstacle(count: Int) throws {
    let rows = series(Array(wave.prefix(count)))
    for kind in networkKinds {
        let answer = try small(kind).trainPublishable(on: rows, seed: 1).predict(TaskSpec(workflow: "w", process: "p"))
        #expect(answer.duration.isSound && answer.samples == count)
    }
}

/// The levels cover what they say, of tasks in runs that are known and in others, whose values lie together.
@Test(arguments: [1, 2, 3] as [UInt64])
func levelsCoverWhatTheySay(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let levels = noise(80, seed: seed, spread: 0.4)
    var rows: [TaskExecution] = []
    for place in 0..<1600 {
        let run = Int(generator.next() % 80)
        rows.append(
            TaskExecution(
                task: TaskSpec(workflow: "w", process: "p", run: "r\(run)"), taskID: "\(place)",
                cpu: 1, memory: levels[run] * (1 + 0.1 * Double(generator.uniform())), duration: 1))
    }
    let training = rows.filter { $0.task.run?.hasSuffix("7") == false }
    let tested = rows.filter { $0.task.run?.hasSuffix("7") == true }
    let predictor = try smallLSTM.trainResidual(on: training, seed: seed)
    let answers = predictor.predict(tested.map(\.task))
    for answer in answers {
        let quantiles = answer.memory.quantiles
        #expect(quantiles.count == ForecastLevels.all.count && answer.memory.isSound)
        #expect(zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 <= $1 })
    }
    let covered = zip(answers, tested).count { $0.memory.p95 >= $1.memory ?? 0 }
    let least = 0.8
    #expect(Double(covered) / Double(tested.count) >= least, "\(covered) of \(tested.count)")
}

@Test func kindsAreToldApart() throws {
    #expect(Set(Catalog.predictors.map(\.name)).count == Catalog.predictors.count)
    #expect(throws: (any Error).self) { try Catalog.predictor("nonesuch") }
    for kind in Catalog.predictors { #expect(kind.trainer().kind == kind.name) }
    let shape = LSTMArchitecture().fields
    #expect(["inputs", "hidden", "layers", "outputs", "quantiles"].map { shape[$0] } == [16, 64, 2, 3, 9])
    #expect(LSTMArchitecture().history >= 8)
}

@Test func theSelfTestFindsOtherAnswers() throws {
    let rows = series(Array(wave.prefix(60)))
    let predictor = StatisticsPredictor(rules: [.median], executions: rows)
    let golden = try GoldenAnswers.archive(of: predictor, executions: rows)
    #expect(throws: Never.self) { try GoldenAnswers.check(predictor, against: golden) }
    let other = StatisticsPredictor(rules: [.median], executions: Array(rows.prefix(30)))
    #expect(throws: (any Error).self) { try GoldenAnswers.check(other, against: golden) }
}
