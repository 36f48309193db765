import Files
import Workflows

extension Workload {
    /// Workflows that a fitted stream has: as many as in the streams that schedulers are compared on.
    static let fittedCount = 200
    /// The load of a fitted stream whose arrivals the history does not tell.
    static let fittedLoad = 0.7

    /// The workload that a history shows: an application for each of its workflows, drawn as often as it had runs.
    ///
    /// Where the history has no graphs or no times, what was taken instead stands in the notes.
    ///
    /// - Throws: `InputError` where no execution ended well with a known duration, or a recorded graph is none.
    public static func fit(executions: [TaskExecution], graphs: [RecordedGraph]) throws -> Workload {
        var names: [String] = []
        var byName: [String: [TaskExecution]] = [:]
        for execution in executions {
            let name = execution.task.workflow ?? "workflow"
            if byName[name] == nil { names.append(name) }
            byName[name, default: []].append(execution)
        }
        let graphsByName = Dictionary(grouping: graphs, by: \.workflow)
        var applications: [Application] = []
        var notes: [String] = []
        var starts: [Double] = []
        for name in names {
            let (runs, structure) = try RunOutline.runs(of: byName[name] ?? [], graphs: graphsByName[name] ?? [])
            guard let fitted = FittedApplication.fit(runs, structure, executions: byName[name] ?? []) else {
                notes.append("\(name): left out, because no execution of it ended well with a known duration")
                continue
            }
            if let note = structure.note { notes.append("\(name): \(note)") }
            applications.append(
                Application(name: name, weight: fitted.shapes.reduce(0) { $0 + $1.weight }, source: .fitted(fitted)))
            starts += runs.compactMap(\.submittedAt)
        }
        guard !applications.isEmpty else { throw InputError("no execution ended well with a known duration") }
        let arrivals = ArrivalProcess.fit(starts)
        if arrivals == nil {
            notes.append(
                "moments of submission are known of \(starts.count) runs, too few: arrivals are a Poisson process at a load "
                    + "of \(fittedLoad)")
        }
        return Workload(
            arrivals: arrivals ?? ArrivalProcess(.poisson, .load(fittedLoad)), extent: .count(fittedCount),
            applications: applications, notes: notes)
    }
}

extension FittedApplication.Structure {
    /// What a reader of a workload should know of it.
    fileprivate var note: String? {
        switch self {
        case .recorded: nil
        case .chains: "no graphs are recorded; tasks of one sample wait for each other in the order of their times"
        case .independent: "no graphs are recorded, and times tell no order; its tasks wait for nothing"
        }
    }
}

extension FittedApplication {
    /// The application that `runs` show; nil where no execution of it can be learned from.
    static func fit(_ runs: [RunOutline], _ structure: Structure, executions: [TaskExecution]) -> FittedApplication? {
        var samples: [String: ProcessSample] = [:]
        for execution in executions {
            samples[execution.task.process, default: ProcessSample()].executions.append(execution)
        }
        for task in runs.flatMap(\.tasks) {
            guard var sample = samples[task.process] else { continue }
            if structure == .recorded {
                sample.tasks += 1
                sample.ran += task.completions > 0 ? 1 : 0
                sample.completions += task.completions
            }
            if let bytes = task.inputBytes, !task.parents.isEmpty {
                sample.inputs.append((bytes, Set(task.parents.map(\.task)).count))
            }
            samples[task.process] = sample
        }
        let models = samples.keys.sorted().compactMap { process in
            TaskModel.fit(process: process, samples[process] ?? ProcessSample())
        }
        let places = Dictionary(uniqueKeysWithValues: models.enumerated().map { ($1.process, $0) })
        let known = runs.compactMap { $0.keeping { places[$0.process] != nil } }
        guard !known.isEmpty else { return nil }
        let (stages, shapes) = StageFit.fit(known, processes: places)
        return FittedApplication(structure: structure, tasks: models, stages: stages, shapes: shapes)
    }
}
