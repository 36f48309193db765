import NIOConcurrencyHelpers
import Workflows

/// What a forecaster has learned from the series that were asked about lately, so that a series that comes again with a few
/// values more is not learned from its beginning.
///
/// What was learned holds for each series that begins with all the values that it was learned from, bit for bit, at the same
/// moments; it goes on in a copy, so that questions that come at once do not wait for one another. The longer series takes the
/// place of those that it begins with; when there are too many, the one that was not asked for longest makes room.
final class LearnedSeriesCache: Sendable {
    private struct Entry {
        var series: MetricSeries
        var forecaster: any CapacityForecaster
        /// The number of the question that it was last of use to.
        var usedAt: Int

        var count: Int { series.values.count }
    }

    private struct State {
        var entries: [Entry] = []
        var (hits, misses) = (0, 0)
        var questions: Int { hits + misses }
    }

    private let forecaster: any CapacityForecaster
    private let capacity: Int
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - forecaster: what learns; it has observed none of the series, or only a part from their beginning.
    ///   - capacity: series that are kept at the most. Of a month of five-minute values rules take about 4 MB
    ///     (`Benchmarks/serving/capacity.py`).
    init(_ forecaster: any CapacityForecaster, capacity: Int = 16) {
        precondition(capacity > 0, "a cache of \(capacity) series")
        (self.forecaster, self.capacity) = (forecaster, capacity)
    }

    /// Questions whose series began with one that was known, and those whose did not.
    var counts: (hits: Int, misses: Int) { state.withLockedValue { ($0.hits, $0.misses) } }

    /// Whether a series that `series` begins with is known.
    func knows(_ series: MetricSeries) -> Bool {
        state.withLockedValue { $0.entries.contains { series.begins(with: $0.series) } }
    }

    /// The forecaster once it has observed all of `series`.
    ///
    /// - Throws: what it throws; then nothing is kept.
    func observed(_ series: MetricSeries) throws -> any CapacityForecaster {
        let known = state.withLockedValue { state -> Entry? in
            let leading = state.entries.indices.filter { series.begins(with: state.entries[$0].series) }
            guard let place = leading.max(by: { state.entries[$0].count < state.entries[$1].count }) else {
                state.misses += 1
                return nil
            }
            state.hits += 1
            state.entries[place].usedAt = state.questions
            return state.entries[place]
        }
        var forecaster = known?.forecaster ?? self.forecaster
        try forecaster.observe(series, from: known?.count ?? 0)
        state.withLockedValue { state in
            state.entries.removeAll { series.begins(with: $0.series) }
            if state.entries.count >= capacity {
                let oldest = state.entries.indices.min { state.entries[$0].usedAt < state.entries[$1].usedAt }
                oldest.map { _ = state.entries.remove(at: $0) }
            }
            state.entries.append(Entry(series: series, forecaster: forecaster, usedAt: state.questions))
        }
        return forecaster
    }
}

extension MetricSeries {
    /// Whether all of `other` stands at its beginning, gaps among it.
    fileprivate func begins(with other: MetricSeries) -> Bool {
        name == other.name && startedAt == other.startedAt && intervalSeconds == other.intervalSeconds
            && values.count >= other.values.count
            && zip(values, other.values).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}
