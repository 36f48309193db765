import Files
import Kernels
import Testing
import Workflows

@testable import Simulation

private let cluster = Cluster(nodes: [.init(name: "n", cores: 16, memoryBytes: 64e9)])

private func read(
    _ arrivals: String, extent: String = #""count": 20"#,
    applications: String = #"{"name": "a", "family": "chain", "tasks": 3.0}"#
) throws -> Workload {
    let text = #"{"schemaVersion": 1, "arrivals": \#(arrivals), \#(extent), "applications": [\#(applications)]}"#
    return try Workload(JSONField(JSONValue(parsing: Array(text.utf8)), file: "w.yaml"))
}

private let poisson = #"{"process": "poisson", "meanGapSeconds": 100.0}"#

private func fitted(_ more: String, task: String = "") -> String {
    #"""
    {"name": "f", "structure": "recorded", "tasks": [{"process": "p", "duration": 3.0\#(task)}],
     "stages": [{"process": "p"}], "shapes": [{"counts": [3]}]\#(more)}
    """#
}

@Test(arguments: [
    (#"{"process": "poisson", "meanGapSeconds": 1e308}"#, #""count": 20"#),
    (#"{"process": "poisson", "load": 1e-300}"#, #""count": 20"#),
    (
        #"{"process": "diurnal", "meanGapSeconds": 1e22, "hours": [\#([String](repeating: "1", count: 24).joined(separator: ","))]}"#,
        #""count": 20"#
    ),
    (
        #"{"process": "bursty", "meanGapSeconds": 100.0, "burstFactor": 2.0, "burstShare": 0.1, "burstSeconds": 1e-9}"#,
        #""count": 20"#
    ),
    (
        #"{"process": "bursty", "meanGapSeconds": 1.0, "burstFactor": 1e300, "burstShare": 1e-300, "burstSeconds": 1e9}"#,
        #""count": 20"#
    ),
    (poisson, #""count": 1000000000000000000"#), (poisson, #""durationSeconds": 1e18"#),
])
func arrivalsThatNeverEndOrNeverComeAreRefused(arrivals: String, extent: String) {
    let error = #expect(throws: InputError.self) {
        var stream = try read(arrivals, extent: extent).arrivals(seed: 1, on: cluster) { _ in throw InputError("") }
        while let arrival = stream.next(), arrival.place < 20 {}
        _ = stream
    }
    #expect(error?.field?.isEmpty == false)
}

@Test func quietHoursArePassedAtOnce() throws {
    var hours = [Double](repeating: 0, count: 24)
    hours[23] = 1
    var moments = ArrivalMoments(.diurnal(hours: hours), meanGap: 1e-9, generator: SeededGenerator(seed: 1))
    for _ in 0..<100 {
        let moment = moments.next() ?? 0
        #expect(moment >= 23 * 3600 && moment < 23 * 3600 + 1)
    }
    var rare = ArrivalMoments(.diurnal(hours: hours), meanGap: 1e12, generator: SeededGenerator(seed: 1))
    for _ in 0..<100 { #expect(ArrivalMoments.hour(of: rare.next() ?? 0) == 23) }
}

@Test func whatIsTooLargeToBeDrawnIsRefusedAndTrapsNothing() throws {
    for application in [
        fitted(#", "scale": 1e300"#), #"{"name": "a", "family": "chain", "tasks": 1e9}"#,
        #"{"name": "a", "family": "layered", "tasks": 1e6, "width": 100000, "edgeProbability": 0.0}"#,
    ] {
        let workload = try read(poisson, applications: application)
        #expect(throws: InputError.self) { try workload.arrivals(seed: 1, on: cluster) { _ in throw InputError("") } }
    }
    // A layer of them all is no layer of pairs.
    let wide = #"{"name": "a", "family": "layered", "tasks": 1000, "width": 100000}"#
    _ = try read(poisson, applications: wide).arrivals(seed: 1, on: cluster) { _ in throw InputError("") }
    let heavy = [1, 2].map { #"{"name": "a\#($0)", "weight": 1e308, "family": "chain", "tasks": 3.0}"# }
    let error = #expect(throws: InputError.self) { try read(poisson, applications: heavy.joined(separator: ",")) }
    #expect(error?.field == "applications")
}

@Test func whatAlwaysFailsIsGivenUp() throws {
    let workload = try read(
        poisson, extent: #""count": 2"#, applications: fitted("", task: #", "failures": {"error": 1.0}"#))
    var arrivals = try workload.arrivals(seed: 1, on: cluster) { _ in throw InputError("") }
    let settings = SimulationSettings(failures: FailureModel(workload.trouble))
    var simulation = VirtualCluster(cluster, rule: .list(.arrival), settings: settings) {
        try? arrivals.next(on: cluster)
    }
    let moment = 1e7
    let isLeft = simulation.advance(until: moment)
    #expect(!isLeft)
    #expect(simulation.finish().workflows.map(\.completed) == [nil, nil])
}
