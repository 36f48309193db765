import Files
import Testing
import Workflows

private func points(_ text: String) throws -> MetricSeries {
    try MetricSeries(points: JSONField(JSONValue(parsing: Array(text.utf8)))["series"], name: "s", unit: "cores")
}

@Test func aSeriesGoesOnWithALaterOneOrAnEarlierOne() throws {
    var series = MetricSeries(name: "s", intervalSeconds: 60, startedAt: 600, values: [1, 2])
    try series.join(MetricSeries(name: "s", intervalSeconds: 60, startedAt: 840, values: [5]))
    #expect(series.values[..<2] == [1, 2] && series.values[2].isNaN && series.values[3].isNaN)
    #expect(series.values.count == 5 && series.values[4] == 5)
    try series.join(MetricSeries(name: "s", intervalSeconds: 60, startedAt: 480, values: [7]))
    #expect(series.startedAt == 480 && series.values[0] == 7 && series.values[1].isNaN && series.values[2] == 1)
    #expect(series.moment(at: 2) == 600)
    let before = series
    for (start, interval) in [(600.0, 60.0), (2_000_000_000, 60), (1000, 60), (900, 30), (420, 60), (780, 60)] {
        #expect(throws: InputError.self, "\(start) \(interval)") {
            try series.join(
                MetricSeries(name: "s", intervalSeconds: interval, startedAt: start, values: [1, 1]))
        }
    }
    #expect(series == before)
}

@Test func gapsAreFilledWithTheValueBefore() throws {
    let series = MetricSeries(name: "s", values: [.nan, 3, .nan, .nan, 5])
    #expect(try series.filledValues() == [3, 3, 3, 3, 5])
    #expect(throws: InputError.self) { try MetricSeries(name: "s", values: [.nan, .nan]).filledValues() }
    #expect(MetricSeries(name: "s", intervalSeconds: 3600, values: []).dailyPeriod == 24)
    #expect(MetricSeries(name: "s", intervalSeconds: 1e9, values: []).dailyPeriod == 1)
    #expect(MetricSeries(name: "s", intervalSeconds: 1e-300, values: []).dailyPeriod == 86_400)
}

@Test func pointsFormAGridWithGaps() throws {
    let series = try points(
        #"{"series":[{"at":100,"value":1},{"at":160,"value":null},{"at":221,"value":3},{"at":340,"value":4},{"at":400,"value":5}]}"#
    )
    #expect(series.intervalSeconds == 60 || series.intervalSeconds == 61)
    #expect(series.values.count == 6 && series.values[0] == 1 && series.values[2] == 3 && series.values[5] == 5)
    #expect(series.values[1].isNaN && series.values[3].isNaN)
}

@Test(arguments: [
    (#"{"series":[{"at":1,"value":1}]}"#, "series"), (#"{"series":[]}"#, "series"), (#"{"series":5}"#, "series"),
    (#"{"series":[{"at":1,"value":1},{"at":1,"value":1}]}"#, "series[1].at"),
    (#"{"series":[{"at":2,"value":1},{"at":1,"value":1}]}"#, "series[1].at"),
    (#"{"series":[{"at":1,"value":1},{"at":2}]}"#, "series[1].value"),
    (#"{"series":[{"at":1,"value":1},{"at":2,"value":"x"}]}"#, "series[1].value"),
    (#"{"series":[{"at":1,"value":1},{"at":2,"value":1e300}]}"#, "series[1].value"),
    (#"{"series":[{"at":1,"value":null},{"at":2,"value":null}]}"#, "series"),
    (#"{"series":[{"at":1,"value":1},{"at":1e300,"value":1}]}"#, "series[1].at"),
    (#"{"series":[{"at":1,"value":1},{"at":2,"value":1},{"at":3,"value":1},{"at":1e9,"value":1}]}"#, "series"),
    (#"{"series":[{"at":1,"value":1},{"at":1.0000001,"value":1}]}"#, "series"),
    (#"{"series":[{"at":0,"value":1},{"at":60,"value":1},{"at":120,"value":1},{"at":130,"value":1}]}"#, "series[3].at"),
    (#"{"series":[{"at":1,"value":1,"x":2},{"at":2,"value":1}]}"#, "series[0].x"),
])
func pointsThatAreNoSeriesAreRefusedByName(text: String, field: String) {
    let error = #expect(throws: InputError.self, "\(text)") { try points(text) }
    #expect(error?.field == field, "\(text): \(error?.description ?? "")")
}

@Test func theLastValuesKeepTheirMoments() {
    let series = MetricSeries(name: "s", intervalSeconds: 60, startedAt: 30, values: [1, .nan, 3, 4])
    #expect(series.suffix(3) == MetricSeries(name: "s", intervalSeconds: 60, startedAt: 90, values: [.nan, 3, 4]))
    #expect(series.suffix(4) == series && series.suffix(9) == series)
    #expect(series.suffix(0) == MetricSeries(name: "s", intervalSeconds: 60, startedAt: 270, values: []))
}

@Test func aWindowThatMovesOnBeginsAtOneMomentForADay() {
    func window(_ first: Int, _ count: Int) -> MetricSeries {
        MetricSeries(
            name: "s", intervalSeconds: 3600, startedAt: Double(first * 3600),
            values: (first..<first + count).map { Double($0) })
    }
    // More than eight days of hours: from the first midnight on, however many values went before it.
    for first in [-47, -25, 1, 5, 23] {
        let steady = window(first, 240).steadySuffix(1000)
        let midnight = first < -24 ? -24 : first < 0 ? 0 : 24
        #expect(steady.startedAt == Double(midnight) * 3600 && steady.values.first == Double(midnight))
        #expect(steady.values.last == Double(first + 239) && steady.values.count == 240 - (midnight - first))
    }
    #expect(window(24, 240).steadySuffix(1000) == window(24, 240))
    // Fewer, all of them: all stay.
    #expect(window(5, 192).steadySuffix(192) == window(5, 192))
    // Fewer, and more than are asked for: the first is one of every eighth.
    #expect((100...101).map { window(0, $0).steadySuffix(80).startedAt / 3600 } == [20, 30])
    #expect((102...110).map { window(0, $0).steadySuffix(80).startedAt / 3600 } == [Double](repeating: 30, count: 9))
}
