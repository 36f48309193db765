import Files
import Workflows

/// Weighs several rules by how well they have done lately, and knows how wrong their mean has been.
///
/// For each step h, forecasts were made from every origin as soon as there was enough to learn from, with what was known
/// then. Their errors say how much each member counts (Bates and Granger, "The Combination of Forecasts", 1969): the less a
/// member has lost, with a memory of a day and two times h, the more, and the more so the more horizons have come. The
/// errors of the answers, each over the volatility at its origin, are the quantiles, as of split conformal prediction (Lei,
/// G'Sell, Rinaldo, Tibshirani and Wasserman, "Distribution-Free Predictive Inference for Regression", 2018, section 5.2).
///
/// A series that it has not observed is learned from when it is asked about.
public struct RollingForecaster: CapacityForecaster {
    private let members: [CapacityMember]
    private var learned: [String: State] = [:]

    /// A series so far.
    private struct State: Sendable {
        var series: RollingSeries
        var startedAt: Double
        var intervalSeconds: Double
        /// Values that were taken in, gaps among them.
        var count = 0
        /// Tells apart series of one name: a digest of the values.
        var digest: UInt64 = 0

        func leads(to series: MetricSeries) -> Bool {
            count > 0 && count <= series.values.count && startedAt == series.startedAt
                && intervalSeconds == series.intervalSeconds
                && Self.digest(of: series.values[..<count], from: 0) == digest
        }

        /// The digest of values behind those of the digest `start`.
        private static func digest(of values: ArraySlice<Double>, from start: UInt64) -> UInt64 {
            values.reduce(start) { digest, value in
                let mixed = (digest ^ value.bitPattern) &* 0x9E37_79B9_7F4A_7C15
                return mixed ^ mixed >> 32
            }
        }

        mutating func append(_ values: ArraySlice<Double>) {
            for value in values { series.append(value) }
            count += values.count
            digest = Self.digest(of: values, from: digest)
        }
    }

    /// A forecaster of `members` that has observed nothing.
    public init(members: [CapacityMember]) {
        precondition(!members.isEmpty, "a forecaster without a rule")
        self.members = members
    }

    /// Steps that are learned for a series with `period` values in a day: up to a day, denser near the origin.
    static func steps(period: Int) -> [Int] {
        var steps: [Int] = []
        var step = 1
        while step < period {
            steps.append(step)
            // 1, 2, 3, 4, 6, 8, 12, 16, 24, …
            step = step < 4 ? step + 1 : step.nonzeroBitCount == 1 ? step * 3 / 2 : step * 4 / 3
        }
        return steps + [period]
    }

    /// The state of `series` after all of its values.
    private func state(of series: MetricSeries) -> State {
        var state =
            learned[series.name].flatMap { $0.leads(to: series) ? $0 : nil }
            ?? State(
                series: RollingSeries(
                    period: series.dailyPeriod, members: members, steps: Self.steps(period: series.dailyPeriod)),
                startedAt: series.startedAt, intervalSeconds: series.intervalSeconds)
        state.append(series.values[state.count...])
        return state
    }

    /// Forecasts by the members that have done well.
    public func forecast(_ series: MetricSeries, steps: [Int]) throws -> [CapacityForecast] {
        let state = state(of: series)
        return try zip(steps, state.series.forecasts(steps)).map { step, forecast in
            guard let forecast else {
                // Too short to have learned anything; two days at least show whether they are alike.
                let isSeasonal = series.values.count >= 2 * series.dailyPeriod
                return try NaiveForecaster(isSeasonal: isSeasonal).forecast(series, steps: [step])[0]
            }
            return CapacityForecast(at: series.moment(at: series.values.count - 1 + step), quantiles: forecast)
        }
    }

    /// Takes in what is new.
    public mutating func observe(_ series: MetricSeries, from first: Int) {
        let known = learned[series.name]
        guard known?.leads(to: series) == true else {
            learned[series.name] = state(of: series)
            return
        }
        // Taken out and put back, so that nothing is copied.
        guard var state = learned.removeValue(forKey: series.name) else { return }
        state.append(series.values[state.count...])
        learned[series.name] = state
    }
}

/// Makes a ``RollingForecaster`` that has observed the series it is trained on.
public struct RollingTrainer: ForecasterTrainer {
    /// The kind of model.
    public let kind: String
    /// Its rules.
    public let members: [CapacityMember]

    /// The kind `ridge`: a ridge regression on lags for each step.
    public static let ridge = RollingTrainer(
        kind: "ridge", members: [.ridge])
    /// The kind `ensemble`: ridge regression, boosted trees with and without it, and the seasonal naive forecast, weighed by
    /// how well they have done.
    public static let ensemble = RollingTrainer(kind: "ensemble", members: [.ridge, .trees, .stackedTrees, .seasonal])

    /// A choice of members.
    public init(kind: String, members: [CapacityMember]) {
        self.kind = kind
        self.members = members
    }

    /// A forecaster that has observed `series`.
    public func train(on series: [MetricSeries], seed: UInt64) -> any CapacityForecaster {
        var forecaster = RollingForecaster(members: members)
        for series in series { forecaster.observe(series, from: 0) }
        return forecaster
    }
}
