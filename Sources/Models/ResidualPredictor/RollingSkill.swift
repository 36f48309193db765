/// What a correction would have gained in accuracy on the executions that came since the training, the latest counting
/// most: mean and variance for each of ``ResidualGate/shares``.
///
/// With gain g and weight w = max(1 / n, 1 / 50), both are moved by d = g - m: m ← m + w d, v ← (1 - w)(v + w d²)
/// (Finch, "Incremental calculation of weighted mean and variance", 2009).
struct RollingSkill: Codable, Equatable, Sendable {
    /// Executions that were seen.
    private(set) var count = 0
    private(set) var means = [Double](repeating: 0, count: ResidualGate.shares.count)
    private(set) var variances = [Double](repeating: 0, count: ResidualGate.shares.count)
    /// How long the last completion of the type lay behind at the most, in seconds.
    private(set) var longestAge = 0.0

    private static let memory = 50.0
    /// Executions that it takes to trust it.
    private static let enough = 30
    /// How many standard errors above 0 the mean must be.
    private static let errors = 3.0

    /// Takes in what each share gained on one execution, `age` seconds after the last completion of its type.
    mutating func observe(_ gains: [Double], at age: Double) {
        precondition(gains.count == means.count, "\(gains.count) gains for \(means.count) shares")
        guard gains.allSatisfy(\.isFinite) else { return }
        count += 1
        if age.isFinite { longestAge = max(longestAge, age) }
        let weight = max(1 / Double(count), 1 / Self.memory)
        for (place, gain) in gains.enumerated() {
            let distance = gain - means[place]
            means[place] += weight * distance
            variances[place] = (1 - weight) * (variances[place] + weight * distance * distance)
        }
    }

    /// The share that has helped by more than chance; nil where none has.
    var proven: Double? {
        guard count >= Self.enough else { return nil }
        // As many executions of equal weight know the mean as well.
        let effective = min(Double(count), 2 * Self.memory - 1)
        let place = means.indices.max { means[$0] < means[$1] } ?? 0
        let error = (variances[place] / effective).squareRoot()
        return means[place] > Self.errors * error && means[place] > 0 ? ResidualGate.shares[place] : nil
    }

    /// Whether `share`, one of ``ResidualGate/shares``, no longer helps.
    func isHarmful(_ share: Double) -> Bool {
        guard let place = ResidualGate.shares.firstIndex(of: share) else { return true }
        return means[place] <= 0
    }

    var isSound: Bool {
        count >= 0 && means.count == ResidualGate.shares.count && variances.count == means.count
            && (means + variances + [longestAge]).allSatisfy(\.isFinite)
    }
}
