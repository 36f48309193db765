import Foundation
import Workflows

/// Why ours and the best baseline are in a tie, as far as the data tells.
public struct TieEvidence: Codable, Sendable {
    /// Task types that were compared.
    public var types: Int
    /// Those in which ours is more accurate by over 0.001.
    public var betterTypes: Int
    /// Those in which it is less accurate by over 0.001.
    public var worseTypes: Int
    /// Width of the interval of the difference.
    public var width: Double
    /// Types of which a difference of this size would need to be seen, at this spread between types: types (w / 2d)², where
    /// w is the width of the interval and d the difference; absent where the difference is under 0.001.
    public var typesNeeded: Int?
    /// The share of rows in which both forecasts differ by under 1 %.
    public var equalShare: Double
    /// Whether both are above 0.95, so that there is little left to gain.
    public var isNearCeiling: Bool

    /// Differences in accuracy below this count as none.
    private static let resolution = 0.001

    init(_ ours: [PredictionRow], _ theirs: [PredictionRow], difference: Estimate) {
        let scores = zip(TypeScores(ours).workflows.joined(), TypeScores(theirs).workflows.joined())
        let gains = scores.map { $0.accuracy - $1.accuracy }
        types = gains.count
        betterTypes = gains.count { $0 > Self.resolution }
        worseTypes = gains.count { $0 < -Self.resolution }
        width = difference.high - difference.low
        let needed = Double(types) * pow(width / (2 * difference.value), 2)
        typesNeeded = abs(difference.value) < Self.resolution ? nil : Int(exactly: needed.rounded(.up))
        let equal = zip(ours, theirs).count { abs(log($0.p50 / $1.p50)) < 0.01 }
        equalShare = Double(equal) / Double(max(ours.count, 1))
        isNearCeiling = min(TypeScores(ours).mean(\.accuracy), TypeScores(theirs).mean(\.accuracy)) > 0.95
    }
}
