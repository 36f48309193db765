import Files
import Foundation
import Kernels
import Testing
import Workflows

@testable import Simulation

private func moments(_ rhythm: ArrivalProcess.Rhythm, gap: Double, _ count: Int, seed: UInt64) -> [Double] {
    var moments = ArrivalMoments(rhythm, meanGap: gap, generator: SeededGenerator(seed: seed))
    return (0..<count).compactMap { _ in moments.next() }
}

/// Variance over mean of the numbers in windows of `length`.
private func dispersion(_ moments: [Double], window length: Double) -> Double {
    var counts = [Double](repeating: 0, count: Int((moments.last ?? 0) / length))
    for moment in moments where Int(moment / length) < counts.count { counts[Int(moment / length)] += 1 }
    let mean = counts.reduce(0, +) / Double(counts.count)
    return counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(counts.count) / mean
}

private let evening: [Double] = (0..<24).map { $0 < 6 ? 0 : $0 < 18 ? 1 : 3 }
private let bursts = ArrivalProcess.Bursts(factor: 6, share: 0.1, seconds: 300)

@Test(arguments: [ArrivalProcess.Rhythm.poisson, .diurnal(hours: evening), .bursty(bursts)])
func theRateIsWhatIsAskedFor(rhythm: ArrivalProcess.Rhythm) {
    for (gap, seed) in [(7.0, 1), (300.0, 2)] as [(Double, UInt64)] {
        let found = moments(rhythm, gap: gap, 40_000, seed: seed)
        #expect(found.elementsEqual(found.sorted()) && found[0] > 0)
        let mean = (found.last ?? 0) / 40_000
        // Four standard errors; those of a bursty process are √IDC as wide.
        #expect(abs(mean / gap - 1) < 0.02 * bursts.indexOfDispersion(meanGap: gap).squareRoot())
    }
}

@Test func poissonArrivalsAreEvenlySpread() {
    let found = moments(.poisson, gap: 10, 40_000, seed: 3)
    #expect(abs(dispersion(found, window: 1000) - 1) < 0.2)
    let gaps = zip(found, found.dropFirst()).map { $1 - $0 }.sorted()
    #expect(KolmogorovSmirnov.distance(of: gaps, to: .exponential(mean: 10)) * 40_000.0.squareRoot() < 1.95)
}

@Test func arrivalsFollowTheHoursOfTheDay() {
    // Whole days, so that each hour is there as often.
    let found = moments(.diurnal(hours: evening), gap: 20, 60_000, seed: 4).filter { $0 < 13 * 86400 }
    #expect(found.count > 50_000)
    var counts = [Double](repeating: 0, count: 24)
    for moment in found { counts[Int(moment.truncatingRemainder(dividingBy: 86400) / 3600)] += 1 }
    #expect(counts[..<6].allSatisfy { $0 == 0 })
    let expected = evening.map { $0 / evening.reduce(0, +) * Double(found.count) }
    let chiSquared = zip(counts, expected).reduce(0) { $1.1 > 0 ? $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 : $0 }
    // 17 degrees of freedom at 0.1 %.
    #expect(chiSquared < 40.8)
}

@Test(arguments: [
    bursts, ArrivalProcess.Bursts(factor: 4, share: 0.25, seconds: 1000),
    ArrivalProcess.Bursts(factor: 1.5, share: 0.5, seconds: 100),
])
func burstsSpreadTheNumbersAsFarAsTheyShould(bursts: ArrivalProcess.Bursts) {
    let gap = 5.0
    let expected = bursts.indexOfDispersion(meanGap: gap)
    let found = moments(.bursty(bursts), gap: gap, 300_000, seed: 6)
    // Windows much longer than a cycle of burst and calm, where the limit holds.
    let cycle = bursts.seconds / bursts.share
    #expect(abs(dispersion(found, window: 20 * cycle) / expected - 1) < 0.35, "expected \(expected)")
    #expect(expected > 3)
}

@Test func fittedArrivalsAreTheSource() throws {
    let poisson = try #require(ArrivalProcess.fit(moments(.poisson, gap: 60, 400, seed: 1).map { $0 + 1.7e9 }))
    guard case .meanGap(let gap) = poisson.intensity else {
        Issue.record("\(poisson.intensity)")
        return
    }
    #expect(poisson.rhythm == .poisson && abs(gap - 60) < 10)
    let daily = try #require(ArrivalProcess.fit(moments(.diurnal(hours: evening), gap: 300, 3000, seed: 2)))
    guard case .diurnal(let hours) = daily.rhythm else {
        Issue.record("\(daily.rhythm)")
        return
    }
    let mean = evening.reduce(0, +) / 24
    for (found, asked) in zip(hours, evening) { #expect(abs(found - asked / mean) < 0.3) }
    let source = ArrivalProcess.Bursts(factor: 10, share: 0.1, seconds: 600)
    let bursty = try #require(ArrivalProcess.fit(moments(.bursty(source), gap: 60, 4000, seed: 3)))
    guard case .bursty(let found) = bursty.rhythm else {
        Issue.record("\(bursty.rhythm)")
        return
    }
    #expect(abs(log(found.indexOfDispersion(meanGap: 60) / source.indexOfDispersion(meanGap: 60))) < log(1.5))
    #expect(ArrivalProcess.fit([1, 2, 3]) == nil && ArrivalProcess.fit([5, 5, 5, 5, 5, 5]) == nil)
}

@Test(arguments: [
    (#"{"process":"poisson"}"#, "arrivals"), (#"{"process":"poisson","load":0.7,"meanGapSeconds":1}"#, "arrivals.load"),
    (#"{"process":"poisson","load":0}"#, "arrivals.load"), (#"{"process":"hawkes","load":1}"#, "arrivals.process"),
    (#"{"process":"poisson","load":1,"hours":[]}"#, "arrivals.hours"),
    (#"{"process":"diurnal","load":1,"hours":[1,2]}"#, "arrivals.hours"),
    (#"{"process":"bursty","load":1,"burstShare":0.5,"burstFactor":3,"burstSeconds":1}"#, "arrivals.burstFactor"),
    (#"{"process":"bursty","load":1,"burstShare":1,"burstFactor":3,"burstSeconds":1}"#, "arrivals.burstShare"),
])
func wrongArrivalsNameTheField(text: String, field: String) throws {
    let value = JSONValue.object(JSONObject([("arrivals", try JSONValue(parsing: Array(text.utf8)))]))
    let error = #expect(throws: InputError.self) { try ArrivalProcess(JSONField(value)["arrivals"]) }
    #expect(error?.field == field)
}

@Test func arrivalsReadBackAsTheyWereWritten() throws {
    let gap = ArrivalProcess.Intensity.meanGap(seconds: 12.5)
    for process in [
        ArrivalProcess(.poisson, .load(0.9)), ArrivalProcess(.diurnal(hours: evening), gap),
        ArrivalProcess(.bursty(bursts), gap),
    ] {
        #expect(try ArrivalProcess(JSONField(JSONValue(parsing: process.json.utf8))) == process)
    }
}
