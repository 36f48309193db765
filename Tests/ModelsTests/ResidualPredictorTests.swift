import Kernels
import Layers
import Prediction
import Testing
import Workflows

@testable import Models

@Test(arguments: networkKinds)
func aTrendOverTimeIsFollowed(kind: String) throws {
    let rows = series(wave)
    var predictor = try #require(followers[kind])
    var (ours, median) = (0.0, 0.0)
    for row in rows.dropFirst(160) {
        let actual = row.duration ?? 1
        let answer = try predictor.predict(row.task).duration
        #expect(answer.source == .ensemble && answer.reason.contains("corrected by"))
        #expect(answer.isSound && zip(answer.quantiles, answer.quantiles.dropFirst()).allSatisfy { $0 <= $1 })
        ours += abs(answer.p50 - actual) / actual
        median += abs(try predictor.heuristic.predict(row.task).duration.p50 - actual) / actual
        predictor.observe(row)
    }
    #expect(ours < 0.6 * median, "\(ours / 40) against \(median / 40)")
}

@Test(arguments: networkKinds, [1, 2] as [UInt64])
func whereThereIsNothingToLearnTheBaseAnswers(kind: String, seed: UInt64) throws {
    let rows = series(noise(160, seed: seed))
    let predictor = try small(kind).trainPublishable(on: Array(rows.prefix(140)), seed: seed)
    let base = predictor.heuristic
    for row in rows.suffix(20) {
        let answer = try predictor.predict(row.task)
        for target in ResourceTarget.allCases {
            #expect(answer[target].source == .heuristic)
            #expect(answer[target].quantiles == base.predict([row.task])[0][target].quantiles)
            #expect(answer[target].reason.contains("left out"))
        }
    }
}

/// What a type leaves may show in what another one of the workflow left just before.
@Test(arguments: networkKinds)
func theRunSoFarIsRead(kind: String) throws {
    let states = noise(200, seed: 5, spread: 0.6)
    var rows: [TaskExecution] = []
    for (place, state) in states.enumerated() {
        let moment = Double(place) * 100
        for (offset, process) in ["first", "second"].enumerated() {
            let submitted = moment + Double(offset) * 20
            rows.append(
                TaskExecution(
                    task: TaskSpec(workflow: "w", process: process, submittedAt: submitted),
                    taskID: "\(place)", startedAt: submitted, completedAt: submitted + 10, cpu: 1, memory: 1e6,
                    duration: state))
        }
    }
    let predictor = try small(kind, epochs: 25).trainPublishable(on: Array(rows.prefix(320)), seed: 2)
    var shown = predictor
    var (ours, median, opened) = (0.0, 0.0, 0)
    for row in rows.dropFirst(320) {
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
    #expect(opened == 40)
    #expect(ours < 0.7 * median, "\(ours / 40) against \(median / 40)")
}

/// The base is a median, which counts each value at once, so that no fit of its middle is ever late.
@Test func aBatchTeachesWhatItsExecutionsTeachOneByOne() throws {
    let rows = series(wave) + series([3, 4, 5], process: "new", start: 3000)
    var batch = try #require(followers["lstm"] as? LSTMPredictor)
    let tasks = [rows[199].task, rows[202].task]
    let before = batch.predict(tasks).map(\.duration.p50)
    var single = batch
    batch.observe(Array(rows.dropFirst(160)))
    for row in rows.dropFirst(160) { single.observe(row) }
    // The base has time to learn its intervals anew behind a batch, and the network reads how wide they are.
    let (together, alone) = (batch.base.predict(tasks), single.base.predict(tasks))
    #expect(together.map(\.duration.p50) == alone.map(\.duration.p50))
    #expect(together.map(\.samples) == alone.map(\.samples))
    for (one, other) in zip(batch.memory.types, single.memory.types) {
        #expect(one.type == other.type && one.steps.map(\.residuals) == other.steps.map(\.residuals))
        #expect(one.steps.map(\.completedAt) == other.steps.map(\.completedAt))
    }
    #expect(batch.memory.types.map(\.steps.count) == [200, 3])
    #expect(zip(before, batch.predict(tasks)).allSatisfy { $0 != $1.duration.p50 })
}

@Test(arguments: networkKinds)
func theOrderOfThePastMatters(kind: String) throws {
    let rows = series(wave)
    let predictor = try #require(followers[kind])
    var task = rows[199].task
    task.submittedAt = nil
    func answer(_ order: [Int]) throws -> Double {
        var shown = predictor
        for (place, row) in order.enumerated() {
            // The same outcomes, at other moments.
            var execution = rows[160 + row]
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
    let predictor = try #require(followers["lstm"])
    var task = rows[160].task
    #expect(try predictor.predict(task).duration.source == .ensemble)
    task.submittedAt = 1e6
    let answer = try predictor.predict(task).duration
    #expect(try answer.source == .heuristic && answer.p50 == predictor.heuristic.predict(task).duration.p50)
}

/// A correction that was of use and comes to do harm is dropped.
@Test func aGateClosesWhereTheCorrectionTurnsBad() throws {
    let rows = series(wave)
    var predictor = try #require(followers["lstm"])
    var sources: [DecisionSource] = []
    for place in 0..<300 {
        var row = rows[160 + place % 40]
        row.task.submittedAt = 1609 + Double(place) * 10
        row.startedAt = row.task.submittedAt
        row.completedAt = 1609.5 + Double(place) * 10
        // From now on things come out on the other side of what the last executions say.
        let (answer, base) = (try predictor.predict(row.task), try predictor.heuristic.predict(row.task))
        row.duration = answer.duration.p50 > base.duration.p50 ? base.duration.p50 / 1.5 : base.duration.p50 * 1.5
        sources.append(answer.duration.source)
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
