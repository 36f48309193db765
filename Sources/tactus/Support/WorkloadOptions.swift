import ArgumentParser
import Files
import Models
import Registry
import Settings
import Simulation
import Workflows

/// The workflows that arrive in a simulation, where, and what rules know of them.
struct WorkloadOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A workload (as tactus simulate fit writes it) or a list of arrivals: {\"arrivals\": [{\"at\": seconds, \"workflow\": path}]}.",
            valueName: "yaml|json"))
    var workload: String

    @Option(help: ArgumentHelp("The nodes.", valueName: "json"))
    var cluster: String

    @Option(
        help:
            "Durations as they are, or as the champion of the registry predicts them; they take as long as they do."
    )
    var durations = ScheduleCommand.Durations.given

    @Option(
        help: ArgumentHelp(
            "Rules that a portfolio tries at each arrival beside the one in charge, at the most.", valueName: "n"))
    var iterations: Int?

    func validate() throws {
        if let iterations, iterations < 1 { throw ValidationError("--iterations is \(iterations), not positive") }
    }

    /// Where workflows come from, with the files that it names.
    struct Source: Sendable {
        private let form: Form
        /// The workflows of files, by their paths.
        private var workflows: [String: Workflow] = [:]

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

        /// What goes wrong by chance: as often as in the history that a workload was fitted to.
        var failures: FailureModel {
            if case .workload(let workload) = form { FailureModel(of: workload) } else { .none }
        }

        /// The features that say all of its streams: with priority where a task of a workflow states one.
        var featureCount: Int {
            let statesPriority = workflows.values.contains { $0.tasks.contains { $0.wishes.priority != 0 } }
            return statesPriority ? WindowFeatures.candidateCount : WindowFeatures.countWithoutPriority
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

        /// The whole stream of `seed` on `cluster`.
        func arrivals(seed: UInt64, on cluster: Cluster) throws -> [Arrival] {
            var stream = try stream(seed: seed, on: cluster)
            var arrivals: [Arrival] = []
            while let arrival = try stream.next(on: cluster) { arrivals.append(arrival) }
            return arrivals
        }
    }

    /// Reads the file and those that it names.
    func source() throws -> Source { try Source(workload) }

    /// What rules believe of durations; nil where they know them.
    func forecast(_ settings: SettingsOptions) throws -> (@Sendable (WorkflowArrival) throws -> [Double])? {
        guard durations == .predicted else { return nil }
        let settings = try settings.readTellingWarnings()
        let predictor = try LoadedPredictor(in: ModelRegistry(path: settings.modelsPath), of: settings.catalog())
            .predictor
        return { drawn in
            let kind = String(lastComponent(of: drawn.application).prefix { $0 != "-" && $0 != "." })
            let tasks = drawn.workflow.taskSpecs(workflow: kind, run: "arrival \(drawn.place)")
            return try predictor.predict(tasks).map(\.duration.p50)
        }
    }
}
