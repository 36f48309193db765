import Files
import Foundation
import Kernels
import Prediction
import Synchronization
import Testing
import Workflows

@testable import Evaluation

/// Knows the whole series, and answers what will come plus an error; notes what it was shown.
private struct Oracle: CapacityForecaster, ForecasterTrainer {
    let kind = "oracle"
    var truth: [Double]
    var error: Double
    var seen = 0

    func train(on series: [MetricSeries], seed: UInt64) -> any CapacityForecaster {
        var trained = self
        trained.seen = series[0].values.count
        return trained
    }

    func forecast(_ series: MetricSeries, steps: [Int]) throws -> [CapacityForecast] {
        // Whatever is known is observed, and nothing behind it is shown.
        guard seen == series.values.count else { throw InputError("\(seen) of \(series.values.count) observed") }
        return steps.map { step in
            let place = series.values.count - 1 + step
            let center = truth[place] + error
            return CapacityForecast(
                at: series.moment(at: place), quantiles: ForecastLevels.all.map { center + ($0 - 0.5) * 4 })
        }
    }

    mutating func observe(_ series: MetricSeries, from first: Int) throws {
        guard first == seen else { throw InputError("observed from \(first) after \(seen)") }
        seen = series.values.count
    }
}

private func hours(_ count: Int) -> MetricSeries {
    var generator = SeededGenerator(seed: 6)
    return MetricSeries(
        name: "h", intervalSeconds: 3600,
        values: (0..<count).map { 10 + 5 * sin(Double($0) / 24 * 2 * .pi) + Double(generator.normal()) })
}

@Test func aBacktestShowsNothingOfWhatComes() async throws {
    let series = hours(240)
    for error in [0.0, 1.5, -3] {
        var evaluator = ForecasterEvaluator([series], of: Oracle(truth: series.values, error: error), seed: 1)
        evaluator.horizons = [3600, 43_200, 86_400]
        let evaluation = try await evaluator.run()
        let cells = evaluation.report.cells
        // 180 are learned from; each later value whose origin is at least the 180th is forecast.
        #expect(cells.map(\.ours.rows) == [60, 49, 37])
        var total = 0.0
        for place in 24..<180 { total += abs(series.values[place] - series.values[place - 24]) }
        let scale = total / 156
        for cell in cells {
            #expect(abs(cell.scale - scale) < 1e-9 && abs(cell.ours.mase - abs(error) / scale) < 1e-9)
            // The interval is ±1.8 around the truth plus the error.
            #expect(
                cell.ours.coverage90 == (abs(error) < 1.8 ? 1 : 0) && cell.ours.coverage95 == (error > -1.8 ? 1 : 0))
            #expect(cell.references.map(\.name) == ["naive", "seasonal-naive", "ridge", "ensemble"])
            let seasonal = try #require(cell.references.first { $0.name == "seasonal-naive" }).metrics
            #expect((0.7...1.3).contains(seasonal.mase))
        }
        #expect(cells[0].verdict == (error == 0 ? .better : .worse))
        #expect(cells[0].skill == 1 - cells[0].ours.mase / (cells[0].references.map(\.metrics.mase).min() ?? 0))
        let lines = evaluation.predictionsCSV.split(separator: "\n")
        #expect(lines.count == 1 + 60 + 49 + 37 && lines[1].hasPrefix("h,1,179,180,\(180 * 3600),"))
        let windows = evaluation.windowsCSV.split(separator: "\n")
        #expect(windows.count == 241 && windows[180].contains(",train,24") && windows[181].contains(",test,24"))
    }
}

@Test func theScoreOfQuantilesIsTheIntegralOfTheirLoss() {
    // Of a uniform distribution on 0 to 1 the score is 2 ∫ ρ = y² - y + 1/3 (Jordan, Krüger and Lerch, 2019); nine levels
    // come near it.
    for actual in [-0.5, 0.1, 0.5, 0.9, 1.5] {
        let row = ForecastRow(origin: 0, actual: actual, quantiles: ForecastLevels.all)
        let inside = actual * actual - actual + 1.0 / 3
        let exact = actual < 0 ? 1.0 / 3 - actual : actual > 1 ? actual - 2.0 / 3 : inside
        #expect(abs(row.rankedProbabilityScore - exact) < 0.02, "\(actual)")
    }
    let certain = ForecastRow(origin: 0, actual: 3, quantiles: [Double](repeating: 5, count: 9))
    #expect(abs(certain.rankedProbabilityScore - 2) < 0.05 && certain.absoluteError == 2)
}

@Test func blocksWidenTheIntervalOfValuesThatHangTogether() {
    var generator = SeededGenerator(seed: 2)
    var state = 0.0
    let values = (0..<600).map { _ in
        state = 0.95 * state + Double(generator.normal())
        return 1 + state
    }
    let (single, blocks) = (
        BlockBootstrap.estimate(values, blockLength: 1, seed: 1),
        BlockBootstrap.estimate(values, blockLength: 50, seed: 1)
    )
    #expect(single.value == blocks.value && abs(single.value - values.reduce(0, +) / 600) < 1e-12)
    #expect(blocks.high - blocks.low > 2 * (single.high - single.low))
    let constant = BlockBootstrap.estimate([2, 2, 2], blockLength: 9, seed: 1)
    #expect(constant.low == 2 && constant.high == 2)
}

@Test func whatALearnedForecasterDisplacesIsAReference() async throws {
    for trainer in CapacityHeuristics.trainers {
        var evaluator = ForecasterEvaluator([hours(120)], of: trainer, seed: 1)
        evaluator.horizons = [3600]
        let told = Mutex<[String]>([])
        let report = try await evaluator.run { kind in told.withLock { $0.append(kind) } }.report
        let others = ["naive", "seasonal-naive", "ridge", "ensemble"].filter { $0 != trainer.kind }
        #expect(report.cells[0].references.map(\.name) == others)
        #expect(evaluator.kinds.map(\.kind) == [trainer.kind] + others)
        #expect(told.withLock { $0.sorted() } == evaluator.kinds.map(\.kind).sorted())
    }
}

@Test func overAReferenceWithoutErrorThereIsNoSkill() async throws {
    var series = hours(180)
    series.values += [Double](repeating: series.values[179], count: 60)
    for (error, skill) in [(0.0, 0.0), (1.5, -1)] {
        var evaluator = ForecasterEvaluator([series], of: Oracle(truth: series.values, error: error), seed: 1)
        evaluator.horizons = [3600]
        let report = try await evaluator.run().report
        let cell = report.cells[0]
        #expect(cell.bestReference == "naive" && cell.references[0].metrics.mase == 0)
        #expect(cell.skill == skill && cell.verdict == (error == 0 ? .tie : .worse))
        let (ours, references) = cell.skills
        #expect(ours == Estimate(value: skill, low: error == 0 ? 0 : -1, high: error == 0 ? 0 : -1))
        #expect(references["naive"] == 0 && references["seasonal-naive"] == -1)
        // What is not finite is no JSON.
        #expect(try !JSONEncoder().encode(report).isEmpty)
    }
    var evaluator = ForecasterEvaluator([hours(240)], of: NaiveTrainer.last, seed: 1)
    evaluator.horizons = [3600]
    let cell = try await evaluator.run().report.cells[0]
    let best = cell.references.map(\.metrics.mase).min() ?? 0
    #expect(cell.skills.ours.value == cell.skill && cell.skills.references[cell.bestReference] == 0)
    #expect(cell.skills.ours.low == cell.difference.low / best && cell.skills.ours.high == cell.difference.high / best)
}

@Test func seriesThatCannotBeScoredAreNamed() async throws {
    let gapped = hours(180).values + [Double](repeating: .nan, count: 60)
    for (series, horizons) in [
        (hours(30), [3600.0]), (hours(240), [5400]), (hours(240), [0]),
        (MetricSeries(name: "h", intervalSeconds: 3600, values: [Double](repeating: 1, count: 240)), [3600]),
        (MetricSeries(name: "h", intervalSeconds: 3600, values: gapped), [3600]),
    ] {
        var evaluator = ForecasterEvaluator([series], of: NaiveTrainer.last, seed: 1)
        evaluator.horizons = horizons
        let error = await #expect(throws: InputError.self) { try await evaluator.run() }
        #expect(error?.field == "h")
        // Before anything is trained.
        let early = #expect(throws: InputError.self) { try evaluator.trainingParts() }
        #expect(early == error)
    }
}

@Test func anotherForecasterIsComparedOnTheWindowsAfterWhatItKnows() async throws {
    let series = hours(480)
    var evaluator = ForecasterEvaluator([series], of: Oracle(truth: series.values, error: 1.5), seed: 1)
    evaluator.horizons = [3600, 86_400]
    let evaluation = try await evaluator.run()
    // 360 are learned from; whoever knew more is asked from there on.
    for (knows, first) in [(0, 359), (359, 359), (372, 372)] {
        for error in [0.0, 1.5, -3] {
            let scores = evaluation.compare(
                with: Oracle(truth: series.values, error: error), notBefore: series.moment(at: knows))
            // A day ahead, windows of less than four days say nothing.
            #expect(scores.map(\.cell) == (first == 359 ? [0, 1] : [0]))
            for score in scores {
                let cell = evaluation.report.cells[score.cell]
                let step = [1, 24][score.cell]
                let origins = Array(first..<480 - step)
                #expect(score.rows == origins.count)
                let place = try #require(evaluation.references.firstIndex(of: cell.bestReference))
                let rows = evaluation.rows[1 + place][0][score.cell].filter { $0.origin >= first }
                #expect(rows.map(\.origin) == origins)
                let reference = rows.map(\.absoluteError).reduce(0, +) / Double(rows.count)
                #expect(abs(score.skill - (1 - abs(error) / reference)) < 1e-9)
                #expect(abs(score.difference.value - (abs(error) - 1.5) / reference) < 1e-9)
                #expect(abs(score.difference.high - score.difference.low) < 1e-9)
            }
        }
    }
    // Nothing came after what it knows, or too little.
    for knows in [400, 479, 1000] {
        let other = Oracle(truth: series.values, error: 0)
        #expect(evaluation.compare(with: other, notBefore: series.moment(at: knows)).isEmpty)
    }
    // One that cannot answer is not compared.
    #expect(evaluation.compare(with: Oracle(truth: series.values, error: .nan), notBefore: 0).isEmpty)
}
