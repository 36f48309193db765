import Kernels
import Simulation
import Workflows

/// Plants faults of a given size in workflows, beside decoys: things that look like the fault and cost nothing.
///
/// Each fault is a block of tasks that is added behind a task of the workflow, once as it should be and once with the fault;
/// how large it is drawn is found by bisection, so that the fault costs a given part of the makespan, first in, first out.
/// Nothing here knows how faults are found.
struct FaultPlanter {
    let cluster: Cluster
    var generator: SeededGenerator
    private var blocks = 0

    /// How far the cost of a fault may lie from what was asked for, as a part of that.
    static let tolerance = 0.2
    /// Draws until a fault of the right size is found, at the most.
    private static let draws = 12
    /// Halvings of the interval of sizes.
    private static let halvings = 24
    /// Tasks of a block at the most.
    static let mostTasks = 3_000.0

    init(on cluster: Cluster, seed: UInt64) {
        self.cluster = cluster
        generator = SeededGenerator(seed: seed)
    }

    /// Adds a fault of `kind` that costs a further `share` of the makespan; nil where none of that size was found, for a
    /// cluster without what the fault needs, and for a workflow without tasks.
    mutating func plant(_ kind: FaultKind, share: Double, in workflow: PlantedWorkflow) throws -> PlantedWorkflow? {
        guard kind.isPossible(on: cluster), !workflow.clean.tasks.isEmpty else { return nil }
        if !kind.costsTime { return try plantRedundantEdges(in: workflow) }
        for _ in 0..<Self.draws {
            let block = try draw(kind, in: workflow)
            if let planted = try sized(block, share: share, in: workflow) { return planted }
        }
        return nil
    }

    /// The block in the size at which the fault costs `share` more than the workflow's faults so far; nil where there is none.
    private func sized(_ block: FaultBlock, share: Double, in workflow: PlantedWorkflow) throws -> PlantedWorkflow? {
        let wanted = workflow.share + share
        func planted(_ size: Double) throws -> PlantedWorkflow {
            var planted = workflow
            planted.clean = block.added(to: workflow.clean, size: size, isFaulty: false)
            planted.faulty = block.added(to: workflow.faulty, size: size, isFaulty: true)
            let clean = try planted.clean.timetable(on: cluster).makespan
            let faulty = try planted.faulty.timetable(on: cluster).makespan
            planted.share = faulty > 0 ? 1 - clean / faulty : 0
            return planted
        }
        var (low, high) = (block.least, block.least)
        var best = try planted(high)
        while best.share < wanted {
            guard high < block.most else { return nil }
            (low, high) = (high, min(2 * high, block.most))
            best = try planted(high)
        }
        for _ in 0..<Self.halvings where high - low > 1e-3 * high {
            let middle = (low + high) / 2
            let tried = try planted(middle)
            if tried.share < wanted { low = middle } else { (high, best) = (middle, tried) }
        }
        guard abs(best.share - wanted) <= Self.tolerance * share,
            try areOnOneNode(block.decoysOnOneNode, in: best.faulty)
        else { return nil }
        best.faults.append(
            PlantedFault(kind: block.kind, tasks: block.site(high), decoys: block.decoys))
        return best
    }

    /// Whether `tasks` all run on one node, first in, first out: where a fault moves them apart they are one themselves.
    func areOnOneNode(_ tasks: [String], in sketch: WorkflowSketch) throws -> Bool {
        guard !tasks.isEmpty else { return true }
        let nodes = try sketch.timetable(on: cluster).nodes
        return Set(sketch.tasks.indices.filter { tasks.contains(sketch.tasks[$0].id) }.map { nodes[$0] }).count == 1
    }

    /// A number of its own for a block, so that no name stands twice.
    mutating func nextBlock() -> Int {
        blocks += 1
        return blocks
    }

    /// A task that a block is put behind: the one that ends last, or any.
    mutating func anchor(in workflow: PlantedWorkflow) throws -> String {
        let tasks = workflow.clean.tasks
        if Bool.random(using: &generator) {
            let ends = try workflow.clean.timetable(on: cluster).ends
            return tasks[ends.indices.max { ends[$0] < ends[$1] } ?? 0].id
        }
        return tasks[Int.random(in: tasks.indices, using: &generator)].id
    }

    private mutating func plantRedundantEdges(in workflow: PlantedWorkflow) throws -> PlantedWorkflow? {
        let graph = try workflow.clean.workflow().graph
        var pairs: [[String]] = []
        for task in 0..<graph.count {
            for child in graph.children(of: task) {
                for further in graph.children(of: child) where !graph.children(of: task).contains(further) {
                    pairs.append([workflow.clean.tasks[task].id, workflow.clean.tasks[further].id])
                }
            }
        }
        guard !pairs.isEmpty else { return nil }
        let chosen = Set(pairs.shuffled(using: &generator).prefix(Int.random(in: 1...5, using: &generator)))
        var planted = workflow
        for edge in chosen.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            planted.faulty.edges.append((edge[0], edge[1]))
        }
        // A decoy: a dependency beside a longer path that carries a file of its own.
        let number = nextBlock()
        let names = ["a", "b", "c"].map { "d\(number)\($0)" }
        planted.faults.append(
            PlantedFault(
                kind: .redundantEdges, tasks: Set(chosen.joined()), edges: chosen, decoys: Set(names),
                decoyEdges: [[names[0], names[1]], [names[0], names[2]], [names[1], names[2]]]))
        let behind = try anchor(in: workflow)
        for isFaulty in [false, true] {
            var sketch = isFaulty ? planted.faulty : planted.clean
            sketch.addPart(
                "d\(number)a", "decoy\(number)", seconds: 1, behind: [behind], writes: ["d\(number)f", "d\(number)g"])
            sketch.addPart(
                "d\(number)b", "decoy\(number)", seconds: 1, behind: ["d\(number)a"], reads: ["d\(number)f"],
                writes: ["d\(number)h"])
            sketch.addPart(
                "d\(number)c", "decoy\(number)", seconds: 1, behind: ["d\(number)a", "d\(number)b"],
                reads: ["d\(number)g", "d\(number)h"])
            if isFaulty { planted.faulty = sketch } else { planted.clean = sketch }
        }
        return planted
    }
}

extension WorkflowSketch {
    /// Adds a task of a block, which uses all of the one core that it has.
    mutating func addPart(
        _ id: String, _ program: String, seconds: Double, behind parents: [String], reads: [String] = [],
        writes: [String] = [], _ change: (inout Workflow.Task) -> Void = { _ in }
    ) {
        var task = Workflow.Task(id: id, runtimeSeconds: seconds)
        task.program = program
        (task.cores, task.cpu) = (1, 0.95)
        (task.inputFiles, task.outputFiles) = (reads, writes)
        change(&task)
        add(task, behind: parents)
        for file in writes where fileBytes[file] == nil { fileBytes[file] = 1 }
    }
}
