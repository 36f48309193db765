import Foundation
import Prediction
import Testing
import Workflows

private func prediction(memory: [Double], seconds: Double, samples: Int = 0) -> ResourcePrediction {
    func quantity(_ target: ResourceTarget, _ values: [Double]) -> PredictedQuantity {
        PredictedQuantity(
            target, p05: values[0], p50: values[1], p95: values[2], allocation: values[2], reason: "",
            source: .heuristic)
    }
    return ResourcePrediction(
        cpu: quantity(.cpu, [0.5, 1, 2]), memory: quantity(.memory, memory),
        duration: quantity(.duration, [seconds / 2, seconds, seconds * 2]), retry: [], samples: samples,
        cold: samples == 0)
}

@Test func aColdTaskIsSizedByWhatFailingCosts() {
    let (short, long) = (
        prediction(memory: [1e9, 4e9, 16e9], seconds: 1), prediction(memory: [1e9, 4e9, 16e9], seconds: 1e6)
    )
    var sized = [short, long]
    for place in sized.indices { Sizing.size(&sized[place], evidence: nil) }
    // A second of memory costs less than a failure; eleven days of it do not.
    #expect(sized[0].memory.allocation > sized[1].memory.allocation)
    for answer in sized {
        #expect(answer.memory.sizing?.source == .fallback && answer.memory.sizing?.samples == 0)
        let share = ExpectedWaste(answer.memory, seconds: 1).cost(of: answer.memory.allocation).failures
        #expect(share <= ExpectedWaste.mostFailures)
        #expect(answer.cpu.allocation == 2 && answer.duration.allocation == answer.duration.p95 * 1.5)
    }
}

@Test func expectedWasteIsTheMeanOverTheForecast() {
    // All of the forecast at 2 GB for an hour: half of it wasted below, the rest above.
    let certain = ExpectedWaste(prediction(memory: [2e9, 2e9, 2e9], seconds: 1).memory, seconds: 3600)
    #expect(abs(certain.cost(of: 3e9).gigabyteHours - 1) < 1e-9 && certain.cost(of: 3e9).failures == 0)
    // An attempt with 1.5 GB fails and is repeated with 3 GB; the failure has its price.
    let failed = certain.cost(of: 1.5e9)
    #expect(abs(failed.gigabyteHours - (1.5 + 1 + MemorySizing.failurePrice)) < 1e-6 && failed.failures == 1)
    let wide = ExpectedWaste(prediction(memory: [1e9, 4e9, 16e9], seconds: 1).memory, seconds: 1)
    let levels = ForecastLevels.interpolated(prediction(memory: [1e9, 4e9, 16e9], seconds: 1).memory)
    for (level, value) in zip(ForecastLevels.all, levels) where level < 0.98 {
        #expect(abs(wide.cost(of: value * 1.000_001).failures - (1 - level)) < 0.011)
    }
    #expect(levels == levels.sorted() && abs(levels[6] / 16e9 - 1) < 1e-9 && abs(levels[0] / 1e9 - 1) < 1e-9)
    #expect(abs(log(levels[8] / 4e9) / log(4) - 2.3263 / 1.6449) < 1e-3)
}

@Test func theLargestNodeIsTheLimit() throws {
    var answer = prediction(memory: [1e9, 4e9, 16e9], seconds: 60)
    Sizing.size(&answer, evidence: nil)
    #expect(answer.retry.map(\.onFailure) == ["out-of-memory", "timeout"])
    #expect(answer.retry[0].memoryBytes == 2 * answer.memory.allocation)
    #expect(answer.retry[0].seconds == answer.duration.allocation)
    #expect(answer.retry[1].memoryBytes == answer.memory.allocation)
    #expect(answer.retry[1].seconds == 2 * answer.duration.allocation)
    let free = answer
    SizingLimits(cores: 64, memoryBytes: 1e12).apply(to: &answer)
    #expect(answer == free)
    SizingLimits(cores: 1, memoryBytes: 1.5 * free.memory.allocation).apply(to: &answer)
    #expect(answer.cpu.allocation == 1 && answer.cpu.sizing?.cap == 1 && answer.memory.sizing?.cap == nil)
    #expect(answer.retry[0].memoryBytes == 1.5 * free.memory.allocation)
    // With no more to be had than the first attempt has, memory that ran out runs out again.
    SizingLimits(memoryBytes: 8e9).apply(to: &answer)
    #expect(answer.memory.allocation == 8e9 && answer.memory.sizing?.cap == 8e9)
    #expect(answer.retry.map(\.onFailure) == ["timeout"] && answer.retry[0].memoryBytes == 8e9)
}

/// `answer` with memory and duration `factor` times as large.
private func moved(_ answer: ResourcePrediction, by factor: Double) -> ResourcePrediction {
    var moved = answer
    for target in [ResourceTarget.memory, .duration] {
        let before = answer[target]
        moved[target] = PredictedQuantity(
            target, p05: before.p05 * factor, p50: before.p50 * factor, p95: before.p95 * factor,
            allocation: before.p95 * factor, reason: "moved", source: .ensemble)
    }
    return moved
}

@Test func aChangedForecastMovesWhatRestsOnIt() throws {
    // Memory and time follow the input, so that rules over the forecast are proven.
    let rows = (0..<120).map { place in
        let size = Double(place * 7 % 19 + 1)
        return execution("p", bytes: 1000 * size, duration: 10 * size, memory: 1e9 * size, place: place)
    }
    let predictor = StatisticsPredictor(rules: [.linear], executions: rows)
    let evidence = try #require(predictor.evidence(for: rows[0].task))
    let before = predictor.predict([rows[3].task])[0]
    #expect(before.memory.sizing?.source == .forecast && evidence.durationIsProven)
    var after = moved(before, by: 0.5)
    Sizing.resize(&after, evidence: evidence)
    #expect(abs(after.memory.allocation / before.memory.allocation - 0.5) < 1e-9)
    #expect(abs(after.duration.allocation / before.duration.allocation - 0.5) < 1e-9)
    #expect(after.retry[0].memoryBytes == 2 * after.memory.allocation)
    #expect(after.cpu == before.cpu && after.memory.sizing == before.memory.sizing)
    after = moved(before, by: 100)
    Sizing.resize(&after, evidence: evidence)
    #expect(abs(after.memory.allocation / before.memory.allocation - 100) < 1e-6)
}

@Test func aChangedForecastIsNotCutBelowWhatWasSeen() throws {
    var evidence = SizingEvidence([], memory: nil, duration: nil)
    (evidence.samples, evidence.longest) = (20, 29)
    var high = prediction(memory: [1e9, 2e9, 4e9], seconds: 30, samples: 20)
    Sizing.size(&high, evidence: evidence)
    #expect(high.duration.sizing?.floor == nil && high.duration.allocation > 29)
    // A time limit that did not have to be raised is now.
    var low = moved(high, by: 0.1)
    Sizing.resize(&low, evidence: evidence)
    #expect(low.duration.allocation == 29 && low.duration.sizing?.floor == 29)
    // And one that had to be has the margin that it claims where the forecast rises.
    var again = moved(low, by: 20)
    Sizing.resize(&again, evidence: evidence)
    #expect(again.duration.allocation == again.duration.p95 * 1.5)
    #expect(again.duration.sizing?.floor == nil && again.duration.sizing?.margin == 1.5)
}

/// A tool that uses what it is given has the smallest request that was enough, whatever is forecast.
@Test func aChangedForecastLeavesWhatAToolSizesItselfBy() throws {
    let rows = (0..<40).map { place in
        let request = 4e9 * Double(place % 4 + 1)
        var row = execution("p", duration: 10, memory: 0.5 * request, place: place)
        row.task.memoryRequestBytes = request
        return row
    }
    let predictor = StatisticsPredictor(rules: [.linear], executions: rows)
    let evidence = try #require(predictor.evidence(for: rows[0].task))
    let before = predictor.predict([rows[0].task])[0]
    #expect(before.memory.allocation >= 4e9)
    var after = moved(before, by: 0.01)
    Sizing.resize(&after, evidence: evidence)
    #expect(after.memory.allocation >= 4e9, "\(after.memory)")
}

/// What a rule over the type asks for is no less than a median that was moved beyond it.
@Test func aChangedForecastIsCovered() throws {
    let rows = (0..<40).map { execution("p", duration: 10, memory: 1e9 + Double($0 % 7) * 1e6, place: $0) }
    let predictor = StatisticsPredictor(rules: [.median], executions: rows)
    let evidence = try #require(predictor.evidence(for: rows[0].task))
    var after = moved(predictor.predict([rows[0].task])[0], by: 5)
    Sizing.resize(&after, evidence: evidence)
    #expect(after.memory.allocation >= after.memory.p50 && after.retry[0].memoryBytes == 2 * after.memory.allocation)
}

@Test func timeIsNotCutBelowTheLongestBeforeItIsProven() {
    let rows = (0..<45).map { execution("p", duration: $0 == 3 ? 9000 : 10, place: $0) }
    let answer = StatisticsPredictor(rules: [.median], executions: rows).predict([rows[0].task])[0]
    #expect(answer.duration.p95 < 100 && answer.duration.allocation == 9000)
    #expect(answer.duration.sizing?.proven == false && answer.duration.sizing?.floor == 9000)
    let steady = (0..<100).map { execution("p", duration: 10 + Double($0 % 3), place: $0) }
    let proven = StatisticsPredictor(rules: [.median], executions: steady).predict([steady[0].task])[0]
    #expect(proven.duration.sizing?.proven == true && proven.duration.allocation < 20)
}

@Test func anAnswerSaysWhatItsSizesRestOn() throws {
    let rows = (0..<60).map { execution("p", duration: 3600, memory: 1e9 + Double($0 % 7) * 1e6, place: $0) }
    let answer = StatisticsPredictor(rules: [.median], executions: rows).predict([rows[0].task])[0]
    let basis = try #require(answer.memory.sizing)
    let wire = try #require(answer.memory.json["sizing"])
    #expect(wire["source"]?.string == basis.source.rawValue && wire["samples"]?.int == 60)
    #expect(wire["margin"]?.double == basis.margin && wire["proven"]?.bool == basis.proven)
    #expect((wire["percentile"]?.double == nil) == (basis.percentile == nil) && wire["cap"] == nil)
    #expect(answer.memory.allocation >= 1.006e9 && answer.memory.allocation < 1.1e9)
    // As Codable and as JSON by hand the same.
    let encoded = try JSONDecoder().decode(PredictedQuantity.self, from: JSONEncoder().encode(answer.memory))
    #expect(encoded.sizing == basis)
}
