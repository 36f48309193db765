import Evaluation
import Files
import Models
import Scheduling
import Settings
import Simulation
import Workflows

/// Where the workflows of a simulation come from, with the files that it names, and what rules believe of them.
struct WorkloadSource: Sendable {
    private let form: Form
    /// The workflows of files, by their paths.
    private var workflows: [String: Workflow] = [:]
    /// What rules believe of durations; nil where they know them.
    var forecast: StreamVariant.Forecast?

    private enum Form: Sendable {
        case workload(Workload)
        case list(ArrivalList)
    }

    /// Reads the file at `path` and those that it names; a YAML document says the same as its JSON.
    init(_ path: String) throws {
        let text = String(decoding: try readBytes(of: path), as: UTF8.self)
        form = try YAMLDocument(parsing: text, file: path).read { field in
            field["arrivals"].value?.array != nil
                ? .list(try ArrivalList(field)) : .workload(try Workload(field))
        }
        let names: [String] =
            switch form {
            case .workload(let workload):
                workload.applications.compactMap { application in
                    if case .workflow(let path) = application.source { path } else { nil }
                }
            case .list(let list): list.entries.map(\.workflow)
            }
        for name in names where workflows[name] == nil { workflows[name] = try Workflow.read(name, besides: path) }
    }

    /// A workload that names no files.
    init(_ workload: Workload) { form = .workload(workload) }

    /// What goes wrong with nodes and time limits on `cluster`; how often attempts at a task fail comes with its workflow.
    ///
    /// - Throws: `InputError` that names a node that is not there.
    func trouble(on cluster: Cluster, seed: UInt64 = 0) throws -> SimulationSettings {
        guard case .workload(let workload) = form else { return SimulationSettings(seed: seed) }
        return SimulationSettings(
            seed: seed, failures: FailureModel(workload.trouble),
            disruptions: try workload.trouble.disruptions(on: cluster))
    }

    /// What says all of its streams: the priority where a task of a workflow states one, the deviation where durations are forecast.
    var sight: WindowFeatures.Sight {
        .init(
            hasPriority: workflows.values.contains { $0.tasks.contains { $0.wishes.priority != 0 } },
            hasUncertainty: forecast != nil)
    }

    /// Whether a workflow of its streams, or a task of one, has a deadline.
    var hasDeadlines: Bool {
        if case .workload(let workload) = form, workload.deadlineFactor != nil { return true }
        return workflows.values.contains { $0.tasks.contains { $0.wishes.deadline != nil } }
    }

    /// The stream of `seed` on `cluster`.
    func stream(seed: UInt64, on cluster: Cluster) throws -> ArrivalStream {
        let read = { (path: String) in
            guard let workflow = workflows[path] else { throw InputError("is not read", file: path) }
            return workflow
        }
        return switch form {
        case .workload(let workload): try workload.arrivals(seed: seed, on: cluster, reading: read)
        case .list(let list): try list.arrivals(reading: read)
        }
    }

    /// The whole stream of `seed` on `cluster`, with what rules believe.
    func arrivals(seed: UInt64, on cluster: Cluster) throws -> [Arrival] {
        var stream = try stream(seed: seed, on: cluster)
        var arrivals: [Arrival] = []
        while let (drawn, known) = try stream.nextDrawn(on: cluster) {
            var arrival = known
            if let forecast { arrival.expect(try forecast(drawn)) }
            arrivals.append(arrival)
        }
        return arrivals
    }
}
