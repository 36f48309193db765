import Files
import FoundationEssentials

/// What is told of a training while it runs.
public protocol RunLog: Sendable {
    /// A run begins, or goes on after so many `updates` of the optimizer.
    func begin(_ configuration: JSONObject, updates: Int) throws
    /// A step is done.
    func add(_ step: StepRecord) throws
    /// An epoch is over.
    func add(_ epoch: EpochRecord) throws
}

/// The moment, in Unix seconds.
public func currentMoment() -> Double {
    Date().timeIntervalSince1970
}
