import Foundation
import Prediction
import Workflows

/// Whether, how far and for how long a correction is applied to one target of one type.
struct ResidualGate: Codable, Equatable, Sendable {
    /// Share of the correction; 0 leaves the base as it is.
    var share: Double
    /// A correction counts only while the last completion of the type is no older than this, in seconds: it was judged on
    /// no older one. Nil where there are no moments.
    var reach: Double?
    /// What it gained in accuracy on executions that it had not seen, the later ones counting more.
    var skill: Double
    /// What executions since say of a gate that training left closed; nil before the first of them.
    private(set) var rolling: RollingSkill?
    /// The share that they have proven to help; nil where none has.
    private(set) var earned: Double?

    static let closed = ResidualGate(share: 0, reach: nil, skill: 0)
    /// The shares that there are.
    static let shares = [0.5, 1]

    init(share: Double, reach: Double?, skill: Double) {
        self.share = share
        self.reach = reach
        self.skill = skill
    }

    /// What is applied of the correction to a task whose type completed last `age` seconds ago.
    func share(at age: Double) -> Double {
        if let earned { return age <= (rolling?.longestAge ?? 0) ? earned : 0 }
        return isOpen(at: age) ? share : 0
    }

    /// Whether it is applied to a task whose type completed last `age` seconds ago, as training has settled.
    func isOpen(at age: Double) -> Bool { skill > 0 && isWithinReach(age) }

    /// Whether training has opened it for such a task, whatever has become of its skill since.
    func isWithinReach(_ age: Double) -> Bool {
        guard share > 0 else { return false }
        guard let reach else { return true }
        return age <= reach
    }

    /// Whether training or executions since have opened it for some tasks.
    var mayOpen: Bool { share > 0 || earned != nil }

    /// Whether executions since the training have closed it.
    var isClosedSince: Bool { share > 0 && skill <= 0 }

    /// Whether its numbers can be reckoned with.
    var isSound: Bool {
        skill.isFinite && (0...1).contains(share) && (rolling?.isSound ?? true)
            && (earned.map(Self.shares.contains) ?? true)
    }

    /// How fast what was learned of the skill gives way to what is seen: as if it stood on 50 executions.
    private static let memory = 50.0

    /// Takes in what the correction gained on one execution: a gate whose correction has come to do harm closes, and
    /// opens again when it is of use.
    mutating func observe(gain: Double) {
        guard gain.isFinite else { return }
        skill += (gain - skill) / Self.memory
    }

    /// Takes in what was said of one execution since the training. A gate that training left closed opens once the
    /// correction has helped by more than chance, and closes when it does no longer.
    mutating func observe(_ judged: JudgedForecast, _ target: Int) {
        guard share == 0 else { return observe(gain: judged.gain(target, share: share)) }
        var rolling = rolling ?? RollingSkill()
        rolling.observe(Self.shares.map { judged.gain(target, share: $0) }, at: judged.age)
        guard let share = earned else {
            earned = rolling.proven
            return self.rolling = rolling
        }
        if rolling.isHarmful(share) { earned = nil }
        self.rolling = rolling
    }
}

/// What base and network said of a held-out execution, and what it was.
struct JudgedForecast: Sendable {
    /// The sample's place.
    var place: Int
    /// The kind of question that was asked.
    var context: QuestionContext
    var base: BaseForecast
    /// ln of the network's quantiles [3 Q].
    var learned: [Double]
    var actual: Targets
    /// Seconds since the last completion of the type.
    var age: Double

    /// ln of the forecast at one level, with `share` of the correction.
    func blended(_ target: Int, _ level: Int, share: Double) -> Double {
        let base = base.at(target, level)
        return base + share * (learned[target * BaseForecast.levels + level] - base)
    }

    /// (ln actual - ln forecast) / spread at each level [Q]; nil where the target was not measured.
    func scores(_ target: Int, share: Double, spread: Double) -> [Double]? {
        guard knows(target) else { return nil }
        return (0..<BaseForecast.levels).map { (actual[target] - blended(target, $0, share: share)) / spread }
    }

    /// Whether one target was measured and forecast.
    func knows(_ target: Int) -> Bool {
        actual[target].isFinite && base.at(target, ForecastLevels.median).isFinite
    }

    /// What `share` of the correction adds to the accuracy 1 - min(|forecast / actual - 1|, 1).
    func gain(_ target: Int, share: Double) -> Double {
        func error(_ share: Double) -> Double {
            let ratio = exp(blended(target, ForecastLevels.median, share: share) - actual[target])
            return min(abs(ratio - 1), 1)
        }
        return error(0) - error(share)
    }

    /// By how much `share` of the correction lowers the pinball loss, over all levels.
    func sharpening(_ target: Int, share: Double) -> Double {
        func loss(_ share: Double) -> Double {
            ForecastLevels.all.enumerated().reduce(0) { sum, level in
                let error = actual[target] - blended(target, level.offset, share: share)
                return sum + max(level.element * error, (level.element - 1) * error)
            }
        }
        return loss(0) - loss(share)
    }
}

extension ResidualGate {
    /// Held-out executions that it takes to judge one type by itself.
    static let enough = 10

    /// The gate that two ways of holding out agree on.
    ///
    /// It opens where the mean gain in accuracy is above 0 by more than twice its standard error, both on `near` and on
    /// `beyond`, and no pinball loss got worse. Where `beyond` has too few executions, three standard errors are asked
    /// of `near`.
    init(_ target: Int, near: [JudgedForecast], beyond: [JudgedForecast]) {
        self = .closed
        let near = near.filter { $0.knows(target) }
        let beyond = beyond.filter { $0.knows(target) }
        guard near.count >= Self.enough else { return }
        let means = Self.shares.map { share in near.reduce(0) { $0 + $1.gain(target, share: share) } }
        let share = means[1] > means[0] ? Self.shares[1] : Self.shares[0]
        let isAhead =
            beyond.count >= Self.enough
            ? Self.isAhead(near, target, share: share, errors: 2)
                && Self.isAhead(beyond, target, share: share, errors: 2)
            : Self.isAhead(near, target, share: share, errors: 3)
        guard isAhead else { return }
        self.share = share
        let judged = near + beyond
        skill = judged.reduce(0) { $0 + $1.gain(target, share: share) } / Double(judged.count)
        reach = judged.map(\.age).filter(\.isFinite).max()
    }

    private static func isAhead(
        _ judged: [JudgedForecast], _ target: Int, share: Double, errors: Double
    ) -> Bool {
        let gains = judged.map { $0.gain(target, share: share) }
        let count = Double(gains.count)
        let mean = gains.reduce(0, +) / count
        let variance = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let sharpening = judged.reduce(0) { $0 + $1.sharpening(target, share: share) }
        return mean > errors * (variance / count).squareRoot() && sharpening > 0
    }
}
