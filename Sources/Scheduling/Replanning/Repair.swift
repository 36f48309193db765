import Simulation

/// How a plan was repaired after a disruption, and what the alternatives came to.
public struct Repair: Sendable {
    /// Which way was taken.
    public enum Way: Sendable, Hashable {
        /// Everything that has a place keeps its node and its order.
        case rightShift
        /// Only tasks within this many steps of the disruption were moved.
        case local(radius: Int)
        /// All that had not started was planned anew.
        case full
    }

    /// The plan from now on.
    public let plan: RunningPlan
    /// The way that was taken.
    public let way: Way
    /// Tasks that were given another node or another place in the order of their node, tasks that joined included.
    public let edited: [Int]
    /// When the last task would end if only times changed, in seconds.
    public let rightShiftMakespan: Double
    /// When it would end after the best local repair.
    public let localMakespan: Double
    /// When it would end if all that has not started was planned anew; nil if there was no time to find out.
    public let fullMakespan: Double?
    /// Why this way was taken, in one sentence.
    public let reason: String
}
