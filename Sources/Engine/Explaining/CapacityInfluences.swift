import Files
import Prediction
import Workflows

/// What moved a forecast of demand, found by leaving out parts of the series, and what other rules would have forecast.
///
/// All of it is about the moment of the highest quantile 0.95 of the answer. The influence of a part is by what it multiplies the median and
/// that quantile, and how many nodes more are needed for it, over the same with gaps in its place. Rules that learn in a
/// moment forecast, each time anew, so that nothing is left where others are answered.
struct CapacityInfluences {
    /// Parts that are named at the most, the strongest.
    private static let named = 8
    /// Hours and days of the series, back from its end, that are left out one by one.
    private static let (hours, days) = (6, 7)

    /// A part of the series.
    struct Part: Hashable {
        var name: String
        var places: Range<Int>
    }

    /// What is forecast for the moment in question, and the nodes that it takes; nil where none are counted.
    struct Outcome: Hashable {
        var forecast: CapacityForecast
        var needed: Int?
    }

    private let series: MetricSeries
    private let horizonSeconds: Double
    private let planner: CapacityPlanner?
    /// The place of the moment in question among the forecasts.
    private let place: Int
    /// What the answer says of it.
    private let answered: Outcome
    /// What the rules say of it.
    let whole: Outcome
    /// What is left out.
    let parts: [Part]
    /// The rules with what they have learned up to the beginning of a part, by that: only from there on is anything new without it.
    private let learned: [Int: RollingForecaster]

    /// - Parameters:
    ///   - series: what is asked about, as it is known now.
    ///   - question: what was asked.
    ///   - answer: what was answered.
    /// - Throws: `InputError` where the series is not there any more up to the moment of the question.
    init(_ series: MetricSeries, _ question: CapacityQuestion, _ answer: JSONField) throws {
        let forecasts = try answer["forecast"].elements()
        let high = try forecasts.map { try $0["p95"].double() }
        guard let place = high.indices.max(by: { high[$0] < high[$1] }) else {
            throw InputError("has no forecast", field: "forecast")
        }
        let count = ((try forecasts[0]["at"].double() - series.startedAt) / series.intervalSeconds).rounded()
        guard count >= 1, count <= Double(series.values.count) else {
            throw InputError("what was known of the series is not there any more", field: "series")
        }
        let known = series.prefix(Int(count)).suffix(SeriesRules.quickValues)
        let planner = try question.planner(for: series)
        let needs = try answer["nodes"].elements()
        let horizonSeconds = series.intervalSeconds * Double(forecasts.count)
        (self.series, self.horizonSeconds, self.planner, self.place) = (known, horizonSeconds, planner, place)
        var levels = [Double](repeating: try forecasts[place]["p05"].double(), count: ForecastLevels.all.count)
        for level in levels.indices where level >= ForecastLevels.median {
            levels[level] = try forecasts[place][level >= ForecastLevels.high ? "p95" : "p50"].double()
        }
        answered = Outcome(
            forecast: CapacityForecast(at: try forecasts[place]["at"].double(), quantiles: levels),
            needed: needs.indices.contains(place) ? try needs[place]["needed"].int() : nil)
        parts = Self.parts(of: known, place)
        var (rules, learned) = (SeriesRules.quick, [Int: RollingForecaster]())
        for start in Set(parts.map(\.places.lowerBound)).sorted() {
            rules.observe(known.prefix(start), from: 0)
            learned[start] = rules
        }
        self.learned = learned
        whole = try Self.outcome(of: known, horizonSeconds, place, planner, by: rules)
    }

    private static func outcome(
        of series: MetricSeries, _ horizonSeconds: Double, _ place: Int, _ planner: CapacityPlanner?,
        by forecaster: any CapacityForecaster
    ) throws -> Outcome {
        let forecast = try CapacityPlan(series, horizonSeconds: horizonSeconds, by: forecaster).forecasts[place]
        return Outcome(forecast: forecast, needed: try planner?.need(forecast).needed)
    }

    /// What `forecaster` says of the series.
    private func outcome(by forecaster: any CapacityForecaster) throws -> Outcome {
        try Self.outcome(of: series, horizonSeconds, place, planner, by: forecaster)
    }

    /// What the rules say with gaps in the place of `part`.
    func outcome(without part: Part) throws -> Outcome {
        var rest = series
        for place in part.places { rest.values[place] = .nan }
        let rules = learned[part.places.lowerBound] ?? SeriesRules.quick
        return try Self.outcome(of: rest, horizonSeconds, place, planner, by: rules)
    }

    /// The parts that are left out, those that mostly tell most first: the last hour, the hour around the same time a day before, the
    /// last day, the hour around the same time a week before, then earlier hours and days. One is left only where others remain.
    private static func parts(of series: MetricSeries, _ place: Int) -> [Part] {
        let (count, day) = (series.values.count, series.dailyPeriod)
        let hour = max(Int((3600 / series.intervalSeconds).rounded()), 1)
        func block(_ name: String, _ length: Int, back: Int) -> Part {
            Part(name: "series.\(name)", places: count - length * back..<count - length * (back - 1))
        }
        func around(_ name: String, _ period: Int) -> Part {
            let same = count + place - period * (place / period + 1)
            return Part(name: "series.\(name)", places: same - hour / 2..<min(same - hour / 2 + hour, count))
        }
        let hasHours = series.intervalSeconds <= 3600
        var parts = [
            hasHours ? block("lastHour", hour, back: 1) : nil, around("dayBefore", day), block("lastDay", day, back: 1),
            around("weekBefore", 7 * day),
        ].compactMap(\.self)
        if hasHours { parts += (2...hours).map { block("hour\($0)", hour, back: $0) } }
        parts += (2...days).map { block("day\($0)", day, back: $0) }
        let values = series.values
        return parts.filter { part in
            part.places.lowerBound > 0 && part.places.contains { !values[$0].isNaN }
                && values[..<part.places.lowerBound].contains { !$0.isNaN }
        }
    }

    /// What each part did, the strongest first, as far as there is time, and what the influences are those on.
    func factors(isOver: () -> Bool) throws -> [Explanation.Factor] {
        var found: [(strength: Double, factor: Explanation.Factor)] = []
        var tried = 0
        for part in parts where !isOver() {
            tried += 1
            let without = try outcome(without: part)
            let strength = Self.distance(whole, without)
            guard strength > 1e-9 * max(abs(whole.forecast.p95), abs(whole.forecast.p50)) else { continue }
            found.append(
                (
                    strength,
                    .init(name: part.name, detail: words(part, without), effect: .demand(whole, without: without))
                ))
        }
        let ranked = found.enumerated().sorted { ($1.element.strength, $0.offset) < ($0.element.strength, $1.offset) }
        return ranked.prefix(Self.named).map(\.element.factor) + [basis(tried, of: parts.count)]
    }

    /// |difference| of the medians and of the quantiles 0.95.
    static func distance(_ a: Outcome, _ b: Outcome) -> Double {
        abs(a.forecast.p50 - b.forecast.p50) + abs(a.forecast.p95 - b.forecast.p95)
    }

    private func words(_ part: Part, _ without: Outcome) -> String {
        let values = series.values[part.places].filter { !$0.isNaN }
        let mean = values.reduce(0, +) / Double(values.count)
        let (first, last) = (series.moment(at: part.places.lowerBound), series.moment(at: part.places.upperBound - 1))
        let nodes = without.needed.map { ", and \($0) nodes are needed" } ?? ""
        return
            "its mean from \(JSONValue.text(of: first)) to \(JSONValue.text(of: last)) is \(JSONValue.text(of: mean)); "
            + "without it \(Self.words(without.forecast))\(nodes)"
    }

    private static func words(_ forecast: CapacityForecast) -> String {
        "the median is \(JSONValue.text(of: forecast.p50)), and one time in twenty it is above "
            + JSONValue.text(of: forecast.p95)
    }

    private func basis(_ tried: Int, of parts: Int) -> Explanation.Factor {
        var detail =
            "parts of the series were left out one by one of what ridge regression and the same time of day forecast for "
            + "\(JSONValue.text(of: whole.forecast.at)), learned anew from the last \(series.values.count) values"
        let scale = 1e-9 * max(abs(answered.forecast.p95), abs(answered.forecast.p50))
        if Self.distance(whole, answered) > scale {
            detail +=
                ": by these \(Self.words(whole.forecast)); what the parts did to the answer, which others had a say in, "
            detail += "was not measured"
        }
        if tried < parts { detail += "; \(parts - tried) of \(parts) were not tried, as time was over" }
        return .init(name: "series", detail: detail)
    }

    /// What other rules forecast for the same moment, as far as there is time.
    func alternatives(isOver: () -> Bool) throws -> [Explanation.AlternativeDemand] {
        let others: [(name: String, forecaster: any CapacityForecaster)] = [
            ("naive", NaiveForecaster(isSeasonal: false)), ("seasonal-naive", NaiveForecaster(isSeasonal: true)),
            ("ridge", RollingForecaster(members: [.ridge])),
        ]
        var found = [Explanation.AlternativeDemand(name: "ridge and seasonal-naive", outcome: whole)]
        for (name, forecaster) in others where !isOver() {
            found.append(.init(name: name, outcome: try outcome(by: forecaster)))
        }
        return found
    }
}
