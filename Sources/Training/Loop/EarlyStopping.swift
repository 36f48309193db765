/// Ends a training when the validation loss has not fallen for a number of epochs, and remembers the best epoch.
///
/// Prechelt, "Early Stopping - But When?" (1998): the criterion UP with strips of one epoch.
public struct EarlyStopping: Sendable, Equatable {
    /// What one epoch meant.
    public enum Verdict: Sendable {
        /// The lowest loss so far: keep these weights.
        case best
        /// Not better, but there is patience left.
        case worse
        /// Not better for `patience` epochs: stop.
        case stop
    }

    /// Epochs without a better loss before it stops.
    public let patience: Int
    /// How much lower a loss must be to count as better.
    public let minimumImprovement: Float
    /// The lowest loss so far.
    public internal(set) var bestLoss = Float.infinity
    /// The epoch of the lowest loss, from 0.
    public internal(set) var bestEpoch = 0
    /// Epochs since.
    var waited = 0

    /// Stops after `patience` epochs without an improvement by more than `minimumImprovement`.
    public init(patience: Int, minimumImprovement: Float = 0) {
        precondition(patience > 0, "patience must be positive, not \(patience)")
        self.patience = patience
        self.minimumImprovement = minimumImprovement
    }

    /// Judges the validation `loss` of `epoch`.
    public mutating func judge(loss: Float, epoch: Int) -> Verdict {
        if loss < bestLoss - minimumImprovement {
            bestLoss = loss
            bestEpoch = epoch
            waited = 0
            return .best
        }
        waited += 1
        return waited >= patience ? .stop : .worse
    }
}
