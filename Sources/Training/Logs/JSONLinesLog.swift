import Files

/// A log of runs as JSON Lines: the configuration first, then a record for each epoch, and for each step if asked.
///
///     {"event":"run","at":1765000000.5,"updates":0,"configuration":{"optimizer":"adam","learningRate":0.001,…}}
///     {"event":"step","at":…,"epoch":1,"step":1,"updates":1,"loss":0.9,"gradientNorm":2.1,"learningRate":0.001}
///     {"event":"epoch","at":…,"epoch":1,"updates":48,"trainingLoss":0.5,"validationLoss":0.6,"learningRate":0.001}
///
/// A run that goes on from a checkpoint begins with a line `run` of its own, whose `updates` say where; what stands before
/// with more updates is then told again. Losses that are not finite are `null`. A line is whole once it is written.
public struct JSONLinesLog: RunLog {
    /// The file; lines are added to one that is there.
    public let path: String
    /// Whether each step has a line.
    public var logsSteps: Bool
    private let now: @Sendable () -> Double

    /// The log at `path`; missing folders on the way are made.
    public init(path: String, logsSteps: Bool = false, now: @escaping @Sendable () -> Double = currentMoment) {
        self.path = path
        self.logsSteps = logsSteps
        self.now = now
    }

    /// Writes the line `run`.
    public func begin(_ configuration: JSONObject, updates: Int) throws {
        try makeFolder(parent(of: path))
        try write("run", [("updates", .integer(updates)), ("configuration", .object(configuration))])
    }

    /// Writes a line `step`, if steps are logged.
    public func add(_ step: StepRecord) throws {
        guard logsSteps else { return }
        try write(
            "step",
            [
                ("epoch", .integer(step.epoch)), ("step", .integer(step.step)), ("updates", .integer(step.updates)),
                ("loss", JSONValue(shortest: step.loss)), ("gradientNorm", JSONValue(shortest: step.gradientNorm)),
                ("learningRate", JSONValue(shortest: step.learningRate)),
            ])
    }

    /// Writes a line `epoch`.
    public func add(_ epoch: EpochRecord) throws {
        try write(
            "epoch",
            [
                ("epoch", .integer(epoch.epoch)), ("updates", .integer(epoch.updates)),
                ("trainingLoss", JSONValue(shortest: epoch.trainingLoss)),
                ("validationLoss", JSONValue(shortest: epoch.validationLoss)),
                ("learningRate", JSONValue(shortest: epoch.learningRate)),
            ])
    }

    private func write(_ event: String, _ members: [(String, JSONValue)]) throws {
        let line = JSONValue.object(JSONObject([("event", .string(event)), ("at", .number(now()))] + members))
        var file = try AppendOnlyFile(path: path)
        try file.append(line.utf8 + [UInt8(ascii: "\n")])
    }
}
