import Files
import Layers
import Training

/// A training of an agent as it stands between two episodes.
struct AgentState<Network: ActionValueNetwork>: Sendable {
    static var format: String { "tactus agent checkpoint 2" }

    /// The learner as it is.
    var learner: DQN<Network>
    /// The network with the least cost so far, and that cost.
    var best: Network
    var bestCost = Float.infinity
    /// The epoch under way, from 1.
    var epoch = 1
    /// Episodes of it that are done.
    var episode = 0
    /// Updates of it that are done, and their losses added up.
    var steps = 0
    var lossSum = 0.0
    /// One for each epoch that is over.
    var records: [EpochRecord] = []

    /// Keeps the online network if it costs less than the best one so far.
    mutating func keep(cost: Float) {
        if cost < bestCost { (best, bestCost) = (learner.online, cost) }
    }

    /// What it is now, to go back to: all but the replay memory, which is marked instead of copied.
    mutating func beginning() -> AgentState {
        var beginning = self
        beginning.learner.replay = ReplayBuffer(capacity: 1, sampling: .uniform)
        learner.replay.mark()
        return beginning
    }

    /// Is again what it was when ``beginning()`` was made of it, the last time.
    mutating func goBack(to beginning: AgentState) {
        var replay = learner.replay
        replay.goBack()
        self = beginning
        learner.replay = replay
    }

    /// Everything, as arrays and texts.
    var archive: WeightArchive {
        var archive = WeightArchive()
        learner.write(to: &archive)
        best.write(to: &archive, prefix: "best.")
        archive.set("costs", shape: [2], .float64([Double(bestCost), lossSum]))
        archive.set(
            "counters", shape: [3], .int64([Int64(epoch), Int64(episode), Int64(steps)]))
        EpochRecord.write(records, to: &archive)
        return archive
    }

    /// Takes everything from what ``archive`` made of a state of the same learner.
    ///
    /// - Throws: `InputError` that names the array or the field that is missing or broken.
    mutating func restore(from archive: WeightArchive) throws {
        var read = self
        try read.learner.restore(from: archive)
        try read.best.read(from: archive, prefix: "best.")
        let (costs, counters) = (try archive.doubles("costs"), try archive.integers("counters"))
        guard costs.count == 2, counters.count == 3, counters.allSatisfy({ $0 >= 0 && $0 < .max / 2 }) else {
            throw InputError("holds \(counters)", field: "counters")
        }
        (read.bestCost, read.lossSum) = (Float(costs[0]), costs[1])
        (read.epoch, read.episode, read.steps) = (Int(counters[0]), Int(counters[1]), Int(counters[2]))
        read.records = try EpochRecord.records(in: archive)
        guard read.records.count == read.epoch - 1 else {
            throw InputError("has \(read.records.count) epochs before epoch \(read.epoch)", field: "records.updates")
        }
        self = read
    }
}
