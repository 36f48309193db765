import Files
import Layers
import Workflows

/// Pieces of series with the forecasts that a version gave when it was made: its self-test.
public enum GoldenForecasts {
    /// Series that are kept.
    static let count = 4
    /// Days of each.
    static let days = 3

    /// Forecasts by `forecaster` of the ends of `series`, up to the last value of each, a few steps to a day ahead.
    public static func archive(of forecaster: any CapacityForecaster, series: [MetricSeries]) throws -> WeightArchive {
        var archive = WeightArchive()
        let kept = series.prefix(count).map { series in
            let known = (series.values.lastIndex { !$0.isNaN } ?? -1) + 1
            return series.prefix(known).suffix(days * series.dailyPeriod)
        }
        let questions = kept.map { series in
            JSONValue.object(
                JSONObject([
                    ("name", .string(series.name)), ("intervalSeconds", .number(series.intervalSeconds)),
                    ("startedAt", .number(series.startedAt)), ("values", .integer(series.values.count)),
                    ("steps", .array(steps(series.dailyPeriod).map(JSONValue.integer))),
                ]))
        }
        archive.set("questions", text: JSONValue.array(questions).text())
        let values = kept.flatMap(\.values)
        archive.set("values", shape: [values.count], .float64(values))
        let answers = try kept.flatMap { series in
            try forecaster.forecast(series, steps: steps(series.dailyPeriod)).flatMap(\.quantiles)
        }
        archive.set("forecasts", shape: [answers.count], .float64(answers))
        GoldenComparison.sign(&archive)
        return archive
    }

    private static func steps(_ period: Int) -> [Int] {
        Set([1, 2, 5, max(period / 24, 1), max(period / 3, 1), max(period * 5 / 6, 1), period, period + 1]).sorted()
    }

    /// A piece of a series, and the steps behind its last value that are asked about.
    public typealias Question = (series: MetricSeries, steps: [Int])

    /// The questions of `archive`.
    public static func questions(of archive: WeightArchive) throws -> [Question] {
        let questions = try JSONField(JSONValue(parsing: Array(archive.text("questions").utf8))).elements()
        var values = try archive.doubles("values")[...]
        let read = try questions.map { question -> Question in
            let count = try question["values"].int()
            guard (0...values.count).contains(count) else { throw question["values"].failure("are \(count)") }
            let (interval, start) = (try question["intervalSeconds"].double(), try question["startedAt"].double())
            guard interval > 0, interval.isFinite, start.isFinite else {
                throw question["intervalSeconds"].failure("is \(interval)")
            }
            let series = MetricSeries(
                name: try question["name"].string(), intervalSeconds: interval, startedAt: start,
                values: Array(values.prefix(count)))
            values = values.dropFirst(count)
            let steps = try question["steps"].elements().map { try $0.int() }
            guard steps.allSatisfy({ (1...1_000_000).contains($0) }) else {
                throw question["steps"].failure("are \(steps)")
            }
            return (series, steps)
        }
        guard values.isEmpty else { throw InputError("holds too many numbers", field: "values") }
        return read
    }

    /// Asks `forecaster` the questions of `archive` again.
    ///
    /// - Throws: `InputError` if an answer is not finite, or differs: on the kind of processor that the version was made on
    ///   in any bit, elsewhere by more than 1e-5 of the largest of its series.
    public static func check(_ forecaster: any CapacityForecaster, against archive: WeightArchive) throws {
        let comparison = GoldenComparison(archive)
        let (questions, all) = (try questions(of: archive), try archive.doubles("forecasts"))
        // Before a question is asked: who made the file decides how many there are.
        let asked = questions.reduce(0) { $0 + $1.steps.count }
        guard asked > 0 else {
            throw InputError("hold no moment that is asked about, so that nothing is tested", field: "questions")
        }
        guard all.count == ForecastLevels.all.count * asked else {
            throw InputError("holds \(all.count) numbers for \(asked) moments", field: "forecasts")
        }
        // On another kind of processor the largest of them is the measure: an infinite one would let anything pass.
        guard all.allSatisfy(\.isFinite) else {
            throw InputError("holds a number that is not finite", field: "forecasts")
        }
        var expected = all[...]
        for (series, steps) in questions {
            let answers = try forecaster.forecast(series, steps: steps).flatMap(\.quantiles)
            guard answers.count == ForecastLevels.all.count * steps.count else {
                throw InputError("the self-test fails: \(steps.count) moments have \(answers.count) numbers")
            }
            let largest = expected.prefix(answers.count).reduce(0) { max($0, abs($1)) }
            for (answer, value) in zip(answers, expected) {
                guard comparison.agrees(answer, value, scale: largest) else {
                    throw InputError(
                        "the self-test fails: \(series.name) is forecast at \(answer), not \(value) "
                            + comparison.words, field: "forecasts")
                }
            }
            expected = expected.dropFirst(answers.count)
        }
    }
}
