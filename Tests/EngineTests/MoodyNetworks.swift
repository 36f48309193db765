import Decisions
import Files
import Glibc
import ModelFixtures
import Models
import NIOConcurrencyHelpers
import Registry
import Scheduling
import Simulation
import TestSupport
import WorkflowOptimization
import Workflows

@testable import Engine

/// Networks of an optimizer that do as their test says.
struct MoodyNetworks: PlanProposer, BottleneckScorer, ChangeScorer {
    enum Mood: Sendable, Equatable {
        case sound, stalled, notFinite, silent
        /// All tasks one after the other, or all at once.
        case longer, overlapping
        /// So many milliseconds before it is sound.
        case slow(UInt32)
    }

    let mood = NIOLockedValueBox(Mood.sound)
    /// Calls that began.
    let calls = NIOLockedValueBox(0)
    let name = "gcn"

    private func begin() -> Mood {
        calls.withLockedValue { $0 += 1 }
        while mood.withLockedValue({ $0 }) == .stalled { usleep(1000) }
        if case .slow(let milliseconds) = mood.withLockedValue({ $0 }) { usleep(milliseconds * 1000) }
        return mood.withLockedValue { $0 }
    }

    /// The first two tasks on the first node, one after the other, and all others on the second.
    func propose(_ instance: SchedulingInstance, isOver: () -> Bool) -> Timetable? {
        let mood = begin()
        guard mood != .silent else { return nil }
        var (plan, ends) = (Timetable(count: instance.taskCount), [0.0, 0])
        for task in 0..<instance.taskCount {
            let node = task < 2 || mood == .longer ? 0 : 1
            if mood == .overlapping { ends[node] = 0 }
            (plan.nodes[task], plan.starts[task], plan.placed[task]) = (node, ends[node], ends[node])
            ends[node] += instance.runtimes[task]
            plan.ends[task] = mood == .notFinite ? .nan : ends[node]
        }
        return plan
    }

    func bottlenecks(
        after timetable: Timetable, of instance: SchedulingInstance, spreads: [Double], policy: SchedulingPolicy
    ) -> BottleneckEstimate? {
        let value = begin() == .notFinite ? Double.nan : 0.5
        let values = [Double](repeating: value, count: instance.taskCount)
        return BottleneckEstimate(probabilities: values, delays: values)
    }

    func gains(
        of changes: [ProposedChange], after timetable: Timetable, of instance: SchedulingInstance,
        policy: SchedulingPolicy
    ) -> [Double]? { changes.map { _ in begin() == .notFinite ? Double.nan : 0.1 } }

    /// What a version is asked, published as `version` was.
    func networks(_ version: ModelVersion) throws -> OptimizerNetworks {
        var networks = OptimizerNetworks(try Catalog.readOptimizer(version))
        (networks.proposer, networks.bottlenecks, networks.changes) = (self, self, self)
        return networks
    }
}

/// Two tasks of 3 s and three of 2 s: on two nodes they take 6 s, and 7 s where the longest go first.
func uneven(_ number: Int = 1) throws -> WfFormatDocument {
    let tasks = ["l_1", "l_2", "s_1", "s_2", "s_3"]
    let stated = tasks.map { #"{"id":"\#($0)","name":"\#($0)"}"# }
    let records = tasks.map { #"{"id":"\#($0)","runtimeInSeconds":\#($0.hasPrefix("l") ? 3 : 2)}"# }
    let text =
        #"{"name":"uneven-\#(number)","schemaVersion":"1.5","workflow":{"specification":{"tasks":[\#(stated.joined(separator: ","))]},"#
        + #""execution":{"tasks":[\#(records.joined(separator: ","))]}}}"#
    return try WfFormatDocument(JSONValue(parsing: Array(text.utf8)))
}

/// An engine whose optimizer is `moody`, beside a predictor of statistics.
func optimizing(_ moody: MoodyNetworks, latencyMs: Double, in folder: TemporaryFolder) async throws
    -> IntelligentScheduler
{
    let models = try TestRegistry(in: folder)
    try models.publish(seconds: 10)
    try models.promote(1)
    let version = try await TestOptimizers.publish(in: models.registry)
    _ = try models.registry.promote(
        CheckedName("optimizer"), to: version, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
    var stated = settings(in: folder)
    stated.targetLatencyMs = latencyMs
    let scheduler = try await IntelligentScheduler(
        settings: stated, load: { try Catalog.read($0) }, loadOptimizer: { try moody.networks($0) })
    while scheduler.servedOptimizer == nil {
        await scheduler.followRegistry()
        try await Task.sleep(for: .milliseconds(10))
    }
    return scheduler
}

/// The networks `moody` of a question that has an hour, of which `known` is known.
func asked(
    _ moody: MoodyNetworks, _ watch: OptimizerWatch, knowing known: EncodingCache = EncodingCache(),
    half: Duration = .seconds(3000), end: ContinuousClock.Instant = .now + .seconds(3600),
    judgedFrom least: Duration = .zero
) throws -> WatchedNetworks {
    // No self-test fails it.
    let networks = OptimizerNetworks(proposer: moody, bottlenecks: moody, changes: moody) { _ in }
    return WatchedNetworks(
        networks, of: ModelReference(name: "optimizer", version: 7, digest: "d"), watch, knowing: known, half: half,
        end: end, judgedFrom: least)
}
