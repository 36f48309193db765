import Foundation

extension LSTMPredictor {
    /// Learns scales, gates and quantiles from `samples`; `outputs` are the network's answers for those that judge, over
    /// the type's spread, or nil before there is a network.
    mutating func calibrate(_ samples: [LSTMSample], outputs: [Int: [Double]]?) {
        var byType: [String: [Int]] = [:]
        for (place, sample) in samples.enumerated() { byType[sample.type, default: []].append(place) }
        let overall = TypeScale(samples.map(\.step))
        let scales = byType.mapValues { places in
            places.count >= 5 ? TypeScale(places.map { samples[$0].step }) : overall
        }
        let judges = Judges(samples: samples, scales: scales, outputs: outputs ?? [:])
        let all = Array(samples.indices)
        let gate = (0..<3).map { judges.bestShare(all, target: $0, atLeast: 1, prior: nil) }
        let residuals = (0..<3).map { target in
            ResidualQuantiles(judges.residuals(all, target: target, share: gate[target]), prior: nil)
        }
        pooled = TypeCalibration(scale: overall, gate: gate, residuals: residuals)
        types = Dictionary(
            uniqueKeysWithValues: byType.map { type, places in
                // A type that the network was never judged on is left to the base.
                let isJudged = places.contains { outputs?[$0] != nil }
                let gate = (0..<3).map { target in
                    isJudged ? judges.bestShare(places, target: target, atLeast: 10, prior: gate[target]) : 0
                }
                let residuals = (0..<3).map { target in
                    ResidualQuantiles(
                        judges.residuals(places, target: target, share: gate[target]), prior: residuals[target])
                }
                return (type, TypeCalibration(scale: scales[type] ?? overall, gate: gate, residuals: residuals))
            })
    }
}

/// Held-out executions, by which shares of the correction are compared.
private struct Judges {
    let samples: [LSTMSample]
    let scales: [String: TypeScale]
    let outputs: [Int: [Double]]

    /// Shares that are tried; 0 leaves the base as it is.
    private static let shares = [0, 0.5, 1]
    /// By how much accuracy must rise before the network has a say.
    private static let margin = 0.002

    /// The share with the best held-out accuracy. With fewer than `minimum` judges the answer is `prior`.
    func bestShare(_ places: [Int], target: Int, atLeast minimum: Int, prior: Double?) -> Double {
        let judging = places.filter { outputs[$0] != nil && samples[$0].step.residuals[target].isFinite }
        guard judging.count >= minimum, !judging.isEmpty else { return prior ?? 0 }
        let base = accuracy(judging, target: target, share: 0)
        var best = (share: 0.0, accuracy: base + Self.margin)
        for share in Self.shares.dropFirst() {
            let accuracy = accuracy(judging, target: target, share: share)
            if accuracy > best.accuracy { best = (share, accuracy) }
        }
        return best.share
    }

    /// Mean of 1 - min(|forecast / actual - 1|, 1), averaged over types so that a common one does not decide alone.
    private func accuracy(_ places: [Int], target: Int, share: Double) -> Double {
        var sums: [String: (total: Double, count: Double)] = [:]
        for place in places {
            let residual = residual(place, target: target, share: share)
            let error = Swift.min(Swift.abs(Foundation.exp(-residual) - 1), 1)
            let sum = sums[samples[place].type] ?? (0, 0)
            sums[samples[place].type] = (sum.total + 1 - error, sum.count + 1)
        }
        let means = sums.sorted { $0.key < $1.key }.map { $0.value.total / $0.value.count }
        return means.reduce(0, +) / Double(Swift.max(means.count, 1))
    }

    /// ln(actual / forecast) of the executions that may judge this share: all where the network has no part, because
    /// the base had seen none of them, else those that the network had not seen.
    func residuals(_ places: [Int], target: Int, share: Double) -> [Double] {
        places.filter { share == 0 || outputs[$0] != nil }
            .map { residual($0, target: target, share: share) }.filter(\.isFinite)
    }

    private func residual(_ place: Int, target: Int, share: Double) -> Double {
        let sample = samples[place]
        let spread = scales[sample.type]?.residual[target] ?? 1
        return sample.step.residuals[target] - share * (outputs[place]?[target] ?? 0) * spread
    }
}
