import Kernels
import Simulation

/// A search over the timetables of one workflow on an empty cluster, which a portfolio runs in slices.
///
/// A member keeps its state from slice to slice. What it does depends on the instance, the incumbents that it was given, the
/// generator and the number of iterations alone, never on the clock: `isOver` may end a slice, and decides nothing else.
/// So a run that was ended by the clock is repeated by counting its iterations.
protocol SearchMember {
    /// What `foundBy` says of its timetables.
    static var name: String { get }

    /// A search for `problem`; nil where it is not made for problems of that shape.
    init?(_ problem: SearchProblem)

    /// Searches on for at most `iterations`, or until `isOver`, or until nothing better is possible: no timetable is
    /// shorter than `bound` seconds.
    ///
    /// - Parameter incumbent: the best timetable that any member has found.
    /// - Returns: a timetable shorter than `incumbent`, if one was found, and how many iterations were completed; none
    ///   where the member has nothing left to try.
    mutating func improve(
        _ incumbent: Timetable, iterations: Int, bound: Double, using generator: inout SeededGenerator,
        isOver: () -> Bool
    ) -> SearchSlice
}

/// What came out of one slice of a search.
struct SearchSlice {
    /// Shorter than the incumbent; nil where none was found.
    var timetable: Timetable? = nil
    /// Schedules that were built and compared; one that the clock cut off does not count.
    var iterations: Int
}
