import Files
import Kernels
import Layers
import Prediction
import Testing
import Workflows

/// An execution of `process` with an input of `bytes`, `place`-th in time.
func execution(
    _ process: String, bytes: Double = 1, duration: Double, memory: Double? = 1e6, place: Int = 0,
    workflow: String = "w"
) -> TaskExecution {
    let moment = Double(place) * 10
    return TaskExecution(
        task: TaskSpec(workflow: workflow, process: process, inputBytes: bytes, submittedAt: moment),
        taskID: "\(place)",
        startedAt: moment + 1, completedAt: moment + 5, cpu: 1, memory: memory, duration: duration)
}

private func line(count: Int) -> [TaskExecution] {
    (0..<count).map { execution("p", bytes: 1000 * Double($0 % 17 + 1), duration: 2 * Double($0 % 17 + 1), place: $0) }
}

@Test func theMedianIsTheMedian() {
    let rows = [3.0, 1, 7].enumerated().map { execution("p", duration: $1, place: $0) }
    let answer = StatisticsPredictor(rules: [.median], executions: rows).predict([rows[0].task])[0]
    #expect(abs(answer.duration.p50 - 3) < 1e-9)
    #expect(answer.samples == 3 && !answer.cold && answer.duration.unit == "seconds")
    #expect(answer.duration.reason == "median of 3 executions of w:p")
}

@Test func theLastIsWhatHadCompleted() {
    let rows = [3.0, 1, 7].enumerated().map { execution("p", duration: $1, place: $0) }
    let predictor = StatisticsPredictor(rules: [.last], executions: rows)
    var task = rows[0].task
    task.submittedAt = 16  // the second completed at 15, the third at 25
    #expect(abs(predictor.predict([task])[0].duration.p50 - 1) < 1e-9)
    task.submittedAt = nil
    #expect(abs(predictor.predict([task])[0].duration.p50 - 7) < 1e-9)
}

@Test func theLineFollowsTheInput() {
    let predictor = StatisticsPredictor(rules: [.linear], executions: line(count: 60))
    let small = predictor.predict([TaskSpec(workflow: "w", process: "p", inputBytes: 2000)])[0].duration.p50
    let doubled = predictor.predict([TaskSpec(workflow: "w", process: "p", inputBytes: 4000)])[0].duration.p50
    #expect(abs(small - 4) < 0.1 && abs(doubled - 8) < 0.2)
}

@Test func theBestRuleAnswers() {
    let follows = StatisticsPredictor(rules: [.median, .recent, .last, .linear], executions: line(count: 60))
    #expect(follows.predict([line(count: 1)[0].task])[0].duration.reason.hasPrefix("linear"))
    // Nothing but noise: the median is as good as it gets.
    var generator = SeededGenerator(seed: 1)
    let noise = (0..<60).map {
        execution("p", bytes: Double(generator.next() % 1000), duration: 1 + Double(generator.next() % 100), place: $0)
    }
    let plain = StatisticsPredictor(rules: [.median, .recent, .last, .linear], executions: noise)
    #expect(plain.predict([noise[0].task])[0].duration.reason.hasPrefix("median of 60"))
}

@Test func coldTasksAreAnsweredFromWiderGroups() {
    let rows = line(count: 40)
    let predictor = StatisticsPredictor(rules: [.median], executions: rows)
    let known = predictor.predict([rows[0].task])[0].duration
    for (task, group) in [
        (TaskSpec(workflow: "other", process: "p"), "the process in other workflows"),
        (TaskSpec(workflow: "w", process: "q"), "the workflow"),
        (TaskSpec(workflow: "x", process: "y"), "all workflows"),
    ] {
        let answer = predictor.predict([task])[0]
        #expect(answer.cold && answer.samples == 0)
        #expect(answer.duration.reason.contains(group))
        #expect(answer.duration.p95 / answer.duration.p05 > known.p95 / known.p05)
    }
    // A type whose memory was never measured is no type that never ran.
    let unmeasured = (0..<4).map { execution("m", duration: 3, memory: nil, place: $0, workflow: "v") }
    let answer = StatisticsPredictor(rules: [.median], executions: rows + unmeasured).predict([unmeasured[0].task])[0]
    #expect(answer.memory.reason == "never measured for this type: median of 40 executions of all workflows")
    let nothing = StatisticsPredictor(rules: [.median]).predict([TaskSpec(process: "p")])[0]
    #expect(nothing.cold && abs(nothing.memory.p50 / 1_073_741_824 - 1) < 1e-9)
}

/// The process in other workflows, the tool, the workflow, all: the narrowest that knows something.
@Test func aToolStandsBetweenTheProcessAndTheWorkflow() {
    func rows(_ workflow: String, _ process: String, _ tool: String?, seconds: Double) -> [TaskExecution] {
        (0..<30).map { place in
            var row = execution(
                process, duration: seconds * (1 + 0.01 * Double(place)), place: place, workflow: workflow)
            row.task.tool = tool
            return row
        }
    }
    let known =
        rows("v", "index", "samtools", seconds: 10) + rows("v", "sort", "samtools", seconds: 100)
        + rows("w", "align", "star", seconds: 1000) + rows("w", "report", nil, seconds: 1)
    var predictor = StatisticsPredictor(rules: [.median], executions: known)
    func answer(_ workflow: String?, _ process: String, _ tool: String?) -> PredictedQuantity {
        predictor.predict([TaskSpec(workflow: workflow, process: process, tool: tool)])[0].duration
    }
    let cold = "no completed execution of this type: median of "
    #expect(answer("w", "sort", "star").reason == cold + "30 executions of the process in other workflows")
    let view = answer("w", "view", "samtools")
    #expect(view.reason == cold + "60 executions of the tool samtools")
    #expect(view.p50 > 12 && view.p50 < 101 && view.p05 < 10 && view.p95 > 129)
    #expect(answer("w", "view", "bwa").reason == cold + "60 executions of the workflow")
    #expect(answer("w", "view", nil).reason == cold + "60 executions of the workflow")
    #expect(answer("x", "view", "bwa").reason == cold + "120 executions of all workflows")
    #expect(answer(nil, "view", "star").reason == cold + "30 executions of the tool star")
    // A type that is known goes by its own executions, whatever its tool.
    #expect(answer("v", "index", "star").reason == "median of 30 executions of v:index")
    // A process that is given another tool counts for both.
    predictor.observe(rows("w", "report", "multiqc", seconds: 2))
    #expect(answer("x", "draw", "multiqc").reason == cold + "30 executions of the tool multiqc")
}

@Test(arguments: 1...10)
func quantilesAreOrderedAndFiniteWhateverWasSeen(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let extremes = [1e-300, 1e-9, 1, 1e9, 1e300, 0, -5, .infinity, .nan]
    func extreme() -> Double { extremes[Int(generator.next() % UInt64(extremes.count))] }
    let rows = (0..<Int(generator.next() % 40)).map {
        execution("p\($0 % 3)", bytes: extreme(), duration: extreme(), memory: extreme(), place: $0)
    }
    for rules in [[ForecastRule.median], [.linear], ForecastRule.allCases] {
        let predictor = StatisticsPredictor(rules: rules, executions: rows)
        for process in ["p0", "p1", "new"] {
            let task = TaskSpec(workflow: "w", process: process, inputBytes: extreme(), submittedAt: extreme())
            for target in ResourceTarget.allCases {
                let q = predictor.predict([task])[0][target]
                #expect(0 < q.p05 && q.p05 <= q.p50 && q.p50 <= q.p95 && q.p95 < .infinity)
                #expect(q.isSound && q.sizing != nil)
            }
        }
    }
}

@Test func observingEqualsLearningAtOnce() {
    let rows = line(count: 30)
    var observing = StatisticsPredictor(rules: [.median])
    for row in rows { observing.observe(row) }
    let whole = StatisticsPredictor(rules: [.median], executions: rows)
    #expect(observing.predict([rows[3].task])[0].duration.p50 == whole.predict([rows[3].task])[0].duration.p50)
    #expect(observing.observed.types == whole.observed.types)
}

/// Ten of each of four types, in turns; some come out of order.
private func mixed(_ count: Int) -> [TaskExecution] {
    (0..<count).map {
        execution(
            "p\($0 % 4)", bytes: 1000 * Double($0 * 7 % 19 + 1), duration: Double($0 * 31 % 23 + 1) + Double($0 % 4),
            place: $0 % 10 == 9 ? $0 - 8 : $0)
    }
}

@Test(arguments: [[ForecastRule.median], ForecastRule.allCases]) func learningABatchEqualsLearningItFresh(
    rules: [ForecastRule]
) {
    let rows = mixed(600)
    let tasks = rows.prefix(40).map(\.task) + [TaskSpec(workflow: "w", process: "new")]
    var batch = StatisticsPredictor(rules: rules, executions: Array(rows.prefix(200)))
    batch.observe(Array(rows.dropFirst(200)))
    let whole = StatisticsPredictor(rules: rules, executions: rows)
    #expect(batch.observed.types == whole.observed.types)
    #expect(batch.choices == whole.choices)
    // All but how far the executions since lay outside of what was forecast of them.
    func middles(_ predictor: StatisticsPredictor) -> [[Double]] {
        predictor.predict(tasks).map { [$0.cpu.p50, $0.memory.p50, $0.memory.allocation, $0.duration.p50] }
    }
    #expect(middles(batch) == middles(whole))
}

/// 4 of 50 are too few for a fit: the values count, as they do one by one.
@Test func aBatchThatIsTooSmallForAFitEqualsOneByOne() {
    let rows = mixed(216)
    var batch = StatisticsPredictor(rules: ForecastRule.allCases, executions: Array(rows.prefix(200)))
    var single = batch
    batch.observe(Array(rows.dropFirst(200)))
    for row in rows.dropFirst(200) { single.observe(row) }
    #expect(batch.predict(rows.map(\.task)) == single.predict(rows.map(\.task)))
    #expect(batch.observed.types == single.observed.types)
}

@Test func aBatchKeepsNoMoreThanThereIsRoomFor() {
    let rows = line(count: ObservedExecutions.capacity + 300)
    var batch = StatisticsPredictor(rules: [.last], executions: Array(rows.prefix(100)))
    batch.observe(Array(rows.dropFirst(100)))
    #expect(batch.observed.types["w:p"] == Array(rows.suffix(ObservedExecutions.capacity)))
    #expect(batch.observed.count == ObservedExecutions.capacity)
}

@Test func ridgeFindsThePlaneAndRefusesNothing() throws {
    // ln y = 1 + 2 a - b
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<50).map { _ in [generator.uniformDouble(), generator.uniformDouble(), 5] }
    let targets = rows.map { exponentialOf(1 + 2 * $0[0] - $0[1]) }
    let model = try #require(LinearModel(rows, targets: targets))
    for row in rows { #expect(abs(model.logarithm(row) - (1 + 2 * row[0] - row[1])) < 0.01) }
    #expect(LinearModel(Array(rows.prefix(4)), targets: Array(targets.prefix(4))) == nil)
    #expect(LinearModel(rows.map { _ in [1] }, targets: targets) == nil)
    // The same column twice is no obstacle, and a missing value stands at the mean.
    let doubled = try #require(LinearModel(rows.map { [$0[0], $0[0], $0[1]] }, targets: targets))
    #expect(abs(doubled.logarithm([0.5, 0.5, 0.5]) - 1.5) < 0.01)
    #expect(model.logarithm([.nan, .nan, .nan]).isFinite)
}

private func exponentialOf(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for n in 1...40 {
        term *= x / Double(n)
        sum += term
    }
    return sum
}

@Test func wordsBecomeColumnsAndSizesLogarithms() {
    let tasks = ["red", "blue", "red"].enumerated().map { place, word in
        TaskSpec(
            process: "p", inputBytes: 1000 * Double(place),
            features: [
                "colour": .word(word), "id": .word("\(place)"), "same": .number(4), "small": .number(Double(place)),
            ])
    }
    let columns = FeatureColumns(tasks)
    #expect(columns.names == ["inputBytes", "small", "colour=blue", "colour=red", "id=0", "id=1", "id=2"])
    #expect(columns.plainValues(of: tasks[1]) == [1000, 1, 1, 0, 0, 1, 0])
    #expect(abs(columns.values(of: tasks[1])[0] - 6.908754779) < 1e-6)
    #expect(columns.values(of: TaskSpec(process: "p")).allSatisfy { $0.isNaN })
}

@Test func executionsComeBackFromAnArchive() throws {
    var rows = line(count: 5)
    rows[1].task.features = ["n": .number(3), "both": .word("x")]
    rows[2].task.features = ["both": .number(1)]
    rows[3].memory = nil
    rows[3].task.node = "größe"
    var archive = WeightArchive()
    ExecutionArchive.write(rows, to: &archive, prefix: "e.")
    // Where no tool is known the archive is that of before tools were kept, which is read.
    #expect(!archive.entries.contains { $0.name == "e.tool" })
    #expect(try ExecutionArchive.read(from: Safetensors.decode(Safetensors.encode(archive)), prefix: "e.") == rows)
    rows[4].task.tool = "samtools"
    archive = WeightArchive()
    ExecutionArchive.write(rows, to: &archive, prefix: "e.")
    #expect(try ExecutionArchive.read(from: Safetensors.decode(Safetensors.encode(archive)), prefix: "e.") == rows)
    archive.set("e.node", shape: [5], .int64([0, 1, 2, 3, 99]))
    let error = #expect(throws: InputError.self) { try ExecutionArchive.read(from: archive, prefix: "e.") }
    #expect(error?.field == "e.node")
}
