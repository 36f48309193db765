import Files
import Testing
import Workflows

@testable import Engine

/// A forecaster that writes down what it observes.
private struct Diary: CapacityForecaster {
    var lines: [String] = []

    func forecast(_ series: MetricSeries, steps: [Int]) -> [CapacityForecast] { [] }

    mutating func observe(_ series: MetricSeries, from first: Int) throws {
        if series.values.last == 13 { throw InputError("is unlucky") }
        lines.append("\(series.name) \(first)..<\(series.values.count)")
    }
}

private func series(_ values: [Double], name: String = "s", interval: Double = 60, start: Double = 0) -> MetricSeries {
    MetricSeries(name: name, intervalSeconds: interval, startedAt: start, values: values)
}

private func lines(_ cache: LearnedSeriesCache, _ series: MetricSeries) throws -> [String] {
    try #require(cache.observed(series) as? Diary).lines
}

@Test func ofASeriesThatGoesOnOnlyWhatIsNewIsLearned() throws {
    let cache = LearnedSeriesCache(Diary())
    let values = [1, .nan, -0.0, 4, 5, 6]
    #expect(try lines(cache, series(Array(values[..<3]))) == ["s 0..<3"])
    #expect(try lines(cache, series(Array(values[..<5]))) == ["s 0..<3", "s 3..<5"])
    #expect(try lines(cache, series(values)) == ["s 0..<3", "s 3..<5", "s 5..<6"])
    // Nothing new.
    #expect(try lines(cache, series(values)).last == "s 6..<6")
    #expect(cache.counts == (hits: 3, misses: 1))
    // The longer one has taken the place of those it began with.
    #expect(try lines(cache, series(Array(values[..<5]))) == ["s 0..<5"])
    // And is still there: of two that go before, the longer one goes on.
    #expect(try lines(cache, series(values + [7])).last == "s 6..<7")
    // What differs in one bit, in name, interval or moment is another one.
    var other = values
    other[2] = 0
    for changed in [
        series(other), series(values, name: "t"), series(values, interval: 61), series(values, start: 60),
        series(Array(values.dropFirst()), start: 60),
    ] {
        #expect(try lines(cache, changed).count == 1)
    }
    #expect(cache.counts == (hits: 4, misses: 7))
}

@Test func aSeriesThatIsNotAskedForMakesRoom() throws {
    let cache = LearnedSeriesCache(Diary(), capacity: 3)
    for name in ["a", "b", "c"] { #expect(try lines(cache, series([1], name: name)).count == 1) }
    #expect(try lines(cache, series([1, 2], name: "a")).count == 2)
    #expect(try lines(cache, series([1], name: "d")).count == 1)
    // The second was not asked for longest.
    for (name, count) in [("a", 3), ("c", 2), ("d", 2), ("b", 1)] {
        #expect(try lines(cache, series([1, 2, 3], name: name)).count == count, "\(name)")
    }
}

@Test func whatCouldNotBeLearnedIsNotKept() throws {
    let cache = LearnedSeriesCache(Diary())
    _ = try lines(cache, series([1]))
    #expect(throws: InputError.self) { try cache.observed(series([1, 13])) }
    #expect(try lines(cache, series([1, 2])) == ["s 0..<1", "s 1..<2"])
}
