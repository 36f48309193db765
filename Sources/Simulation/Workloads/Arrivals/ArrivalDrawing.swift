import Files
import Kernels
import Workflows

extension Workload {
    /// The stream of `seed` on `cluster`, whose cores a load is relative to, and whose largest node no drawn task exceeds.
    ///
    /// - Parameter read: gives the workflow of a path in the file.
    /// - Throws: what `read` throws; `InputError` where a workflow would be too large, or a load of workflows that take no time.
    public func arrivals(seed: UInt64, on cluster: Cluster, reading read: (_ path: String) throws -> Workflow) throws
        -> ArrivalStream
    {
        try ArrivalStream(ArrivalDrawing(self, seed: seed, on: cluster, reading: read))
    }
}

/// Draws the arrivals of a workload.
struct ArrivalDrawing: Sendable {
    private let workload: Workload
    private let weights: [Double]
    private let room: (cores: Double, memory: Double)
    /// The workflows of applications that are drawn as they are.
    private let files: [Workflow?]
    private var moments: ArrivalMoments
    private var choices: SeededGenerator
    private var parts: SeededGenerator

    init(_ workload: Workload, seed: UInt64, on cluster: Cluster, reading read: (String) throws -> Workflow) throws {
        self.workload = workload
        weights = workload.applications.map(\.weight)
        let largest = cluster.nodes.max {
            ($0.cores, $0.memoryBytes ?? .infinity) < ($1.cores, $1.memoryBytes ?? .infinity)
        }
        room = (largest?.cores ?? .infinity, largest?.memoryBytes ?? .infinity)
        files = try workload.applications.map { application in
            guard case .workflow(let path) = application.source else {
                try application.checkSize()
                return nil
            }
            return try read(path)
        }
        var generator = SeededGenerator(seed: seed)
        let moments = generator.split()
        choices = generator.split()
        parts = generator.split()
        self.moments = ArrivalMoments(workload.arrivals.rhythm, meanGap: 1, generator: moments)
        let gap = try meanGap(cores: cluster.nodes.reduce(0) { $0 + $1.cores })
        try Self.check(workload, gap: gap)
        self.moments = ArrivalMoments(workload.arrivals.rhythm, meanGap: gap, generator: moments)
    }

    /// A mean gap at the most, in seconds: later moments would be told apart by hours at best.
    private static let longestGap = 1e12
    /// Times that a bursty process may go from one state to the other between two arrivals, on average.
    private static let mostChanges = 1e4

    /// Refuses what would never come to its next arrival, or never to its end.
    private static func check(_ workload: Workload, gap: Double) throws {
        guard gap > 0, gap <= longestGap else {
            throw InputError(
                "the mean gap between workflows is \(gap) s, not above 0 and up to \(longestGap) s", field: "arrivals")
        }
        if case .duration(let seconds) = workload.extent, !(seconds / gap <= Double(Workload.mostArrivals)) {
            throw InputError(
                "would hold about \(seconds / gap) workflows, more than \(Workload.mostArrivals)",
                field: "durationSeconds")
        }
        if case .bursty(let bursts) = workload.arrivals.rhythm {
            let cycle = bursts.seconds / bursts.share
            guard cycle <= longestGap, gap / cycle <= mostChanges else {
                throw InputError(
                    "is such that a burst comes every \(cycle) s, at a mean gap of \(gap) s between workflows",
                    field: "arrivals.burstSeconds")
            }
        }
    }

    /// Runs of an application that its mean of core-seconds is taken over, always the same.
    private static let sampledRuns = 64

    private func meanGap(cores: Double) throws -> Double {
        let load: Double
        switch workload.arrivals.intensity {
        case .meanGap(let seconds): return seconds
        case .load(let share): load = share
        }
        let means = workload.applications.indices.map { application in
            let runs = files[application] == nil ? Self.sampledRuns : 1
            var generator = SeededGenerator(seed: 0)
            return (0..<runs).reduce(0) { sum, _ in
                sum + draw(application, using: &generator).workflow.coreSeconds
            } / Double(runs)
        }
        let mean = zip(means, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        return mean / load / cores
    }

    private func draw(_ application: Int, using generator: inout SeededGenerator) -> DrawnRun {
        let here = workload.applications[application]
        var run: DrawnRun
        switch here.source {
        case .workflow:
            guard let workflow = files[application] else { preconditionFailure("\(here.name) was not read") }
            run = DrawnRun(workflow: workflow, trueSeconds: nil)
        case .fitted(let fitted): run = fitted.draw(name: here.name, using: &generator)
        case .family(let family): run = family.draw(name: here.name, using: &generator)
        }
        workload.requests?.apply(to: &run.workflow, application: here.name, using: &generator)
        if files[application] == nil { run.workflow.cut(toCores: room.cores, memory: room.memory) }
        return run
    }

    mutating func next(_ place: Int) -> WorkflowArrival? {
        if case .count(let count) = workload.extent, place >= count { return nil }
        guard let at = moments.next() else { return nil }
        if case .duration(let seconds) = workload.extent, at > seconds { return nil }
        let application = choices.place(byWeights: weights)
        var generator = parts.split()
        let run = draw(application, using: &generator)
        let deadline = workload.deadlineFactor.flatMap { factor in
            let costs = run.workflow.tasks.map { $0.runtimeSeconds ?? 0 }
            let seconds = factor.draw(using: &generator) * run.workflow.graph.criticalPath(costs: costs).length
            return seconds.isFinite ? seconds : nil
        }
        return WorkflowArrival(
            place: place, at: at, application: workload.applications[application].name, workflow: run.workflow,
            trueSeconds: run.trueSeconds, failures: run.failures, deadline: deadline,
            isShared: files[application] != nil && workload.requests == nil)
    }
}

extension Workflow {
    /// Seconds at speed 1 times cores held, of all tasks.
    var coreSeconds: Double {
        tasks.reduce(0) { sum, task in
            let recorded = task.cores.flatMap { $0 > 0 ? $0 : nil }
            return sum + (task.runtimeSeconds ?? 0) * (task.wishes.cores ?? recorded ?? 1)
        }
    }

    /// Cuts what tasks hold and need to a node of these cores and this memory.
    fileprivate mutating func cut(toCores cores: Double, memory: Double) {
        for place in tasks.indices {
            let task = tasks[place]
            let held = (task.wishes.cores ?? task.cores ?? 0, max(task.wishes.memoryBytes ?? 0, task.memoryBytes ?? 0))
            guard held.0 > cores || held.1 > memory else { continue }
            update(place) { task in
                task.cores = task.cores.map { min($0, cores) }
                task.wishes.cores = task.wishes.cores.map { min($0, cores) }
                task.memoryBytes = task.memoryBytes.map { min($0, memory) }
                task.wishes.memoryBytes = task.wishes.memoryBytes.map { min($0, memory) }
            }
        }
    }
}
