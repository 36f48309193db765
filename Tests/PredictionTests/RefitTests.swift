import Foundation
import Kernels
import Testing
import Workflows

@testable import Prediction

/// `count` executions of `process`, from the `first` on, whose duration follows the input and a wave.
private func rows(_ process: String, _ places: Range<Int>) -> [TaskExecution] {
    places.map { place in
        let size = Double(place * 7 % 19 + 1)
        return execution(
            process, bytes: 1000 * size, duration: size * (1 + 0.3 * sin(Double(place) / 9)),
            memory: 1e6 * Double(place % 5 + 1), place: place)
    }
}

/// 120 executions of the type `w:p`, which 30 more make due for a fit, among other types: so many that what holds for all is
/// not drawn up anew within a few dozen executions.
private let trained = StatisticsPredictor(
    rules: StatisticsTrainer.gated.rules,
    executions: (0..<18).flatMap { rows("o\($0)", 0..<20) } + rows("p", 0..<120))

private func forecasts(_ predictor: StatisticsPredictor) -> [ResourcePrediction] {
    predictor.predict((rows("p", 120..<140) + rows("o3", 0..<3)).map(\.task))
}

@Test func anExecutionGrowsFewTreesHoweverManyATypeIsDueFor() throws {
    var predictor = StatisticsPredictor(rules: StatisticsTrainer.gated.rules, executions: rows("p", 0..<160))
    var grown: [Int] = []
    for row in rows("p", 160..<230) {
        let before = predictor.treesGrown
        predictor.observe(row)
        grown.append(predictor.treesGrown - before)
    }
    // A fit of all has a forest over features and one over time, of 40 trees each, for three targets, all rows, and four
    // blocks of later ones.
    #expect(grown[..<39].allSatisfy { $0 == 0 })
    let whole = 2 * 40 * 3 * 5
    #expect(grown.reduce(0, +) == whole)
    #expect((grown.max() ?? 0) <= 400, "\(grown)")
    #expect(predictor.types["w:p"]?.isDue == false)
}

@Test func aFitInManyStepsIsTheFitAtOnce() throws {
    let known = rows("p", 0..<60)
    func model(_ units: Int) throws -> TypeModel {
        var fit = TypeFit(known, rules: StatisticsTrainer.gated.rules, scores: MachineScores([]))
        for _ in 0..<100_000 {
            var work = FitWork(units)
            guard var model = fit.advance(&work) else { continue }
            model.choose(from: StatisticsTrainer.gated.rules, among: [:], known)
            return model
        }
        throw CancellationError()
    }
    let (stepped, whole) = (try model(1), try model(.max))
    for target in ResourceTarget.allCases {
        let (one, other) = (try #require(stepped.targets[target]), try #require(whole.targets[target]))
        let isTheSame = one.choice(ofNewest: 60) == other.choice(ofNewest: 60)
        #expect(isTheSame)
        for context in QuestionContext.allCases {
            #expect(one.heldOut[context]?.rows == other.heldOut[context]?.rows)
            #expect(one.heldOut[context]?.residuals == other.heldOut[context]?.residuals)
        }
        #expect((one.heldOut[.ahead]?.count ?? 0) == 36)
    }
}

@Test func aFitThatIsSpreadEndsInTheModelOfOneAtOnce() {
    var (spread, batch) = (trained, trained)
    let news = rows("p", 120..<150)
    batch.observe(news)
    for row in news { spread.observe(row) }
    // It is not done, and what was there before answers.
    #expect(batch.types["w:p"]?.isDue == false && spread.types["w:p"]?.isDue == true)
    let isFitted = spread.choices["w:p"] == batch.choices["w:p"]
    #expect(!isFitted)
    let (before, elsewhere) = (forecasts(spread), spread.changesElsewhere)
    for row in rows("o7", 20..<40) where spread.types["w:p"]?.isDue == true {
        let isAsBefore = forecasts(spread) == before && spread.changesElsewhere == elsewhere
        #expect(isAsBefore)
        spread.observe(row)
    }
    #expect((23...38).contains(spread.types["w:o7"]?.samples ?? 0))
    // Answers about another type than that of the last execution have changed.
    #expect(spread.changesElsewhere == elsewhere + 1)
    let endsAlike = spread.choices["w:p"] == batch.choices["w:p"]
    #expect(endsAlike)
    // All but how far executions lay outside of what was forecast of them.
    func middles(_ predictor: StatisticsPredictor) -> [[Double]] {
        forecasts(predictor).map { [$0.cpu.p50, $0.memory.p50, $0.memory.allocation, $0.duration.p50] }
    }
    #expect(middles(spread) == middles(batch))
    #expect(spread.types["w:p"]?.tails != [:])
}

@Test func whatComesWhileAFitIsUnderWayIsNotLost() throws {
    var predictor = trained
    for row in rows("p", 120..<150) { predictor.observe(row) }
    // One that completed before others that are known, while they are being fitted.
    var early = execution("p", bytes: 5000, duration: 77, place: 30)
    early.task.submittedAt = 291
    predictor.observe(early)
    var place = 150
    while predictor.types["w:p"]?.isDue == true, place < 180 {
        predictor.observe(rows("p", place..<place + 1)[0])
        place += 1
    }
    #expect(place > 151 && place < 180)
    let model = try #require(predictor.types["w:p"])
    #expect(model.samples == place + 1)
    for target in ResourceTarget.allCases {
        #expect(model.targets[target]?.rows.map(\.value) == predictor.observed.types["w:p"]?.compactMap { $0[target] })
    }
    #expect(predictor.predict([early.task])[0].samples == place + 1)
}

@Test func aCopyTakenInTheMiddleOfAFitGoesOnByItself() {
    var kept = trained
    for row in rows("p", 120..<151) { kept.observe(row) }
    var (copy, other) = (kept, kept)
    let before = forecasts(kept)
    for row in rows("p", 151..<170) { copy.observe(row) }
    for row in rows("o1", 20..<40) { other.observe(row) }
    let isAsBefore = forecasts(kept) == before
    #expect(isAsBefore)
    for row in rows("p", 151..<170) { kept.observe(row) }
    #expect(kept.types["w:p"]?.isDue == false)
    let (isTheSame, isAnother) = (forecasts(kept) == forecasts(copy), forecasts(kept) != forecasts(other))
    #expect(isTheSame && isAnother)
}

@Test func aSmallFitGoesBeforeALargeOneAndFewAreUnderWay() throws {
    let sizes = ["a": 200, "b": 120, "c": 60, "d": 20]
    let all = sizes.flatMap { rows($0.key, 0..<$0.value) }
    let observed = ObservedExecutions(all)
    var types: [String: TypeModel] = [:]
    for (process, count) in sizes {
        let type = "w:\(process)"
        var model = TypeModel(Array(rows(process, 0..<count)), rules: [.linear], scores: MachineScores([]))
        for row in rows(process, count..<count * 5 / 4) {
            var work = FitWork(0)
            model.insert(row, rules: [.linear], pool: [:], &work)
        }
        types[type] = model
    }
    var refits = Refits()
    func advance(_ units: Int) {
        var work = FitWork(units)
        refits.fit(&work, types, observed, rules: [.linear], scores: MachineScores([]))
    }
    refits.demand("w:a")
    advance(1)
    #expect(refits.rowsUnderWay == [200])
    // More than half as many rows wait.
    refits.demand("w:b")
    advance(1)
    #expect(refits.rowsUnderWay == [200])
    refits.demand("w:c")
    advance(1)
    refits.demand("w:d")
    advance(1)
    #expect(refits.rowsUnderWay == [200, 60, 20])
    // None is begun twice.
    for type in types.keys { refits.demand(type) }
    advance(.max)
    #expect(refits.rowsUnderWay.isEmpty)
    var done: [String] = []
    var work = FitWork.unlimited
    while let (type, _) = refits.settle(&work, among: [:]) { done.append(type) }
    #expect(done == ["w:d", "w:c", "w:a", "w:b"])
}

/// Executions of small types keep coming, whose fits take all the work there is.
@Test(arguments: [10, 40, Int.max]) func aLargeFitIsPutOffNoLongerThanIsSaid(patience: Int) throws {
    let sizes = ["a": 400, "b": 20, "c": 24, "d": 28]
    let observed = ObservedExecutions(sizes.flatMap { rows($0.key, 0..<$0.value) })
    let types = sizes.map { process, count in
        var model = TypeModel(rows(process, 0..<count), rules: [.linear], scores: MachineScores([]))
        for row in rows(process, count..<count * 5 / 4) {
            var work = FitWork(0)
            model.insert(row, rules: [.linear], pool: [:], &work)
        }
        return ("w:\(process)", model)
    }
    let models = Dictionary(uniqueKeysWithValues: types)
    var refits = Refits()
    refits.patience = patience
    var done: [(type: String, at: Int)] = []
    for tick in 0..<400 {
        refits.insert(rows("z", tick..<tick + 1)[0])
        for type in models.keys { refits.demand(type) }
        // Less than the fit of the smallest takes.
        var work = FitWork(60_000)
        refits.fit(&work, models, observed, rules: [.linear], scores: MachineScores([]))
        // At most one waits for a long time, beside fits each of which has at most half the rows of the one before it.
        #expect(refits.rowsUnderWay.reduce(0, +) <= 2 * 400)
        work = .unlimited
        while let (type, _) = refits.settle(&work, among: [:]) { done.append((type, tick)) }
    }
    let first = done.first { $0.type == "w:a" }?.at
    let small = done.filter { $0.type != "w:a" }
    #expect(small.count > 10)
    if patience == .max {
        // The small ones are enough to keep it from ever being done.
        #expect(first == nil)
    } else {
        let at = try #require(first)
        #expect(at >= patience && at <= patience + 100, "done after \(at)")
        // Those have their turn again.
        #expect(small.contains { $0.at > at })
    }
}

@Test func sortingInStepsIsSorting() {
    var generator = SeededGenerator(seed: 5)
    for count in [0, 1, 7, 1_999, 2_000, 4_001, 13_000] {
        var (sort, values, most) = (SteppedSort(), [Double](), 0)
        while values.count < count {
            let part = (0..<min(count - values.count, Int(generator.next() % 3_000) + 1)).map { _ in
                Double(generator.next() % 5_000)
            }
            values += part
            var work = FitWork(0)
            sort.insert(part, &work)
        }
        var (sorted, steps) = (nil as [Double]?, 0)
        while sorted == nil, steps < 1_000 {
            var work = FitWork(1)
            sorted = sort.advance(&work)
            (most, steps) = (max(most, 1 - work.left), steps + 1)
        }
        #expect(sorted == values.sorted())
        #expect(most <= 20_000)
    }
}

/// What holds for all is drawn up in steps of about a millisecond, however many executions of all types together there are.
@Test func noStepOfWhatHoldsForAllIsLong() {
    let observed = ObservedExecutions((0..<60).flatMap { rows("p\($0)", 0..<400) })
    var (shared, most, steps) = (SharedFit(observed), 0, 0)
    var isDone = false
    while !isDone, steps < 10_000 {
        var work = FitWork(1)
        isDone = shared.advance(&work, rules: [.median], observed: observed) { _ in nil }
        (most, steps) = (max(most, 1 - work.left), steps + 1)
    }
    // 400 executions of three targets: read and sorted for the process, the workflow and all of them.
    #expect(isDone && most <= 400 * 3 * 3 * 100, "\(most)")
    let level = shared.levels.level(of: TaskSpec(process: "q"), .memory)
    #expect(level.median == 3e6 && level.source == "median of 24000 executions of all workflows")
}

/// A type keeps 2,500 rows before it drops old ones, and a version 2,000 executions: what was left of each stays its own.
@Test func whatIsLeftOfExecutionsKeepsItsPlaceInAVersion() throws {
    let rules = [ForecastRule.median, .last]
    var predictor = StatisticsPredictor(rules: rules, executions: rows("p", 0..<2000))
    for row in rows("p", 2000..<2300) { predictor.observe(row) }
    let own = try #require(predictor.types["w:p"]?.targets[.duration])
    #expect(own.rows.count == 2300 && !own.isMoved && predictor.observed.count == 2000)
    let restored = StatisticsPredictor(rules: rules, executions: predictor.observed.all, settled: predictor.settled)
    let read = try #require(restored.types["w:p"]?.targets[.duration])
    #expect(read.rows.map(\.value) == own.rows.suffix(2000).map(\.value))
    for context in [QuestionContext.among, .ahead] {
        let (before, after) = (own.left(context).suffix(2000), read.left(context))
        #expect(before.contains { !$0.isNaN } && after.count == 2000)
        let isTheSame = zip(before, after).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
        #expect(isTheSame, "\(context)")
    }
}

@Test(arguments: [false, true]) func whatHadCompletedIsFoundInOrderAndOutOfIt(isOrdered: Bool) {
    var generator = SeededGenerator(seed: 9)
    var known = (0..<60).map { place in
        TargetRow(
            submitted: place % 11 == 0 ? .nan : Double(generator.next() % 500), moment: Double(generator.next() % 500),
            run: nil, value: Double(generator.next() % 1000 + 1), features: [])
    }
    if isOrdered { known.sort { $0.moment < $1.moment } }
    let earlier = EarlierRows(known)
    let medians = earlier.medians(before: Array(known.indices))
    for place in known.indices {
        let before = known[..<place].filter { !($0.moment > known[place].submitted) }.map(\.value)
        func expected(_ count: Int) -> Double? {
            before.isEmpty ? nil : log(median(ofSorted: before.suffix(count).sorted()))
        }
        #expect(earlier.recent(1, before: place) == expected(1))
        #expect(earlier.recent(5, before: place) == expected(5))
        #expect(medians[place] == expected(.max))
    }
}
