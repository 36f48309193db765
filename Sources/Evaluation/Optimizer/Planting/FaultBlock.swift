import Kernels
import Simulation
import Workflows

/// Tasks behind one of a workflow's that are as they should be, or hold a fault; the larger, the more the fault costs.
struct FaultBlock {
    var kind: FaultKind
    /// The sizes between which the right one is looked for.
    var least: Double
    var most: Double
    /// The tasks that the fault is about, at a size.
    var site: @Sendable (_ size: Double) -> Set<String>
    /// The tasks that look like the fault and are as they should be.
    var decoys: Set<String>
    /// Those of them that are no fault only as long as they run on one node.
    var decoysOnOneNode: [String] = []
    /// Adds the tasks to a sketch.
    var add: @Sendable (_ sketch: inout WorkflowSketch, _ size: Double, _ isFaulty: Bool) -> Void

    func added(to sketch: WorkflowSketch, size: Double, isFaulty: Bool) -> WorkflowSketch {
        var changed = sketch
        add(&changed, size, isFaulty)
        return changed
    }
}

extension FaultPlanter {
    /// Draws a block of a kind that costs time, with its decoys.
    mutating func draw(_ kind: FaultKind, in workflow: PlantedWorkflow) throws -> FaultBlock {
        let (number, behind) = (nextBlock(), try anchor(in: workflow))
        let runtimes = workflow.clean.tasks.compactMap(\.runtimeSeconds).filter { $0 > 0 }
        let usual = max(runtimes.reduce(0, +) / Double(max(runtimes.count, 1)), 1)
        let width = Int.random(in: 3...5, using: &generator)
        return switch kind {
        case .serialChain: chain(number, behind, width, usual)
        case .overRequest: request(number, behind, usual)
        case .straggler: straggler(number, behind, width, usual)
        case .farData: try distance(number, behind, usual, workflow)
        case .tinyTasks: tiny(number, behind)
        case .redundantEdges: preconditionFailure("redundant dependencies have no size")
        }
    }

    /// `width` tasks that read one file; with the fault each waits for the one before. Decoys: the same with little to lose,
    /// and tasks that do read what the one before wrote.
    private func chain(_ number: Int, _ behind: String, _ width: Int, _ usual: Double) -> FaultBlock {
        let id = "s\(number)"
        return FaultBlock(
            kind: .serialChain, least: usual / 100, most: usual * 1e4,
            site: { _ in Set((1...width).map { "\(id)b\($0)" }) },
            decoys: Set((1...width).flatMap { ["\(id)d\($0)", "\(id)e\($0)"] })
        ) { sketch, size, isFaulty in
            sketch.addPart("\(id)a", "\(id)first", seconds: usual / 100, behind: [behind], writes: ["\(id)f"])
            for place in 1...width {
                let parents = isFaulty && place > 1 ? ["\(id)b\(place - 1)"] : ["\(id)a"]
                sketch.addPart(
                    "\(id)b\(place)", "\(id)middle\(place)", seconds: size, behind: parents, reads: ["\(id)f"],
                    writes: ["\(id)f\(place)"])
            }
            sketch.addPart(
                "\(id)c", "\(id)last", seconds: usual / 100,
                behind: isFaulty ? ["\(id)b\(width)"] : (1...width).map { "\(id)b\($0)" },
                reads: (1...width).map { "\(id)f\($0)" })
            for place in 1...width {
                let last = place > 1 ? ["\(id)d\(place - 1)"] : ["\(id)a"]
                sketch.addPart(
                    "\(id)d\(place)", "\(id)idle\(place)", seconds: size / 20, behind: last, reads: ["\(id)f"],
                    writes: ["\(id)g\(place)"])
                let needed = place > 1 ? ["\(id)e\(place - 1)"] : ["\(id)a"]
                sketch.addPart(
                    "\(id)e\(place)", "\(id)needed\(place)", seconds: size / 4, behind: needed,
                    reads: [place > 1 ? "\(id)h\(place - 1)" : "\(id)f"], writes: ["\(id)h\(place)"])
            }
        }
    }

    /// Tasks that use one core; with the fault each holds all those of the largest node. Decoy: one that uses what it holds.
    private func request(_ number: Int, _ behind: String, _ usual: Double) -> FaultBlock {
        let id = "r\(number)"
        let largest = cluster.nodes.map(\.cores).max() ?? 1
        let count = 2 * cluster.nodes.count { $0.cores >= largest } + 1
        return FaultBlock(
            kind: .overRequest, least: usual / 100, most: usual * 1e4,
            site: { _ in Set((1...count).map { "\(id)b\($0)" }) },
            decoys: ["\(id)d"]
        ) { sketch, size, isFaulty in
            for place in 1...count {
                sketch.addPart("\(id)b\(place)", "\(id)held", seconds: size, behind: [behind]) {
                    if isFaulty { $0.wishes.cores = largest }
                }
            }
            sketch.addPart("\(id)d", "\(id)used", seconds: size / 4, behind: [behind]) {
                ($0.cores, $0.cpu) = (largest, 0.97 * largest)
            }
        }
    }

    /// A stage of tasks that may be divided, one of which takes far longer with the fault. Decoy: a stage that may be divided
    /// too, with time to spare.
    private func straggler(_ number: Int, _ behind: String, _ width: Int, _ usual: Double) -> FaultBlock {
        let id = "g\(number)"
        return FaultBlock(
            kind: .straggler, least: usual / 100, most: usual * 1e5, site: { _ in ["\(id)b1"] },
            decoys: Set((1...width).map { "\(id)d\($0)" })
        ) { sketch, size, isFaulty in
            for place in 1...width {
                let seconds = usual / 4 + (isFaulty && place == 1 ? size : 0)
                // Of a kind of its own, so that forecasts know it: what comes as a surprise no plan can mend.
                let program = place == 1 ? "\(id)largest" : "\(id)stage"
                sketch.addPart("\(id)b\(place)", program, seconds: seconds, behind: [behind]) {
                    $0.wishes.divisible = 1...16
                }
                sketch.addPart("\(id)d\(place)", "\(id)spare", seconds: usual / 8, behind: [behind]) {
                    $0.wishes.divisible = 1...16
                }
            }
            sketch.addPart(
                "\(id)c", "\(id)last", seconds: usual / 100, behind: (1...width).map { "\(id)b\($0)" })
        }
    }

    /// Pairs of tasks; with the fault one pair that runs apart hands over a large file. Decoy: a pair that runs on one node,
    /// with the fault too, and hands over a large file as well.
    private mutating func distance(_ number: Int, _ behind: String, _ usual: Double, _ workflow: PlantedWorkflow) throws
        -> FaultBlock
    {
        let id = "x\(number)"
        let slots = Int(min(cluster.nodes.reduce(0) { $0 + $1.cores }, 48))
        let seconds = (0..<slots + slots / 4).map { _ in usual * (0.25 + generator.uniformDouble()) }
        @Sendable func pair(_ place: Int, isDecoy: Bool) -> [String] {
            isDecoy ? ["\(id)e\(place)", "\(id)d\(place)"] : ["\(id)a\(place)", "\(id)b\(place)"]
        }
        @Sendable func add(_ sketch: inout WorkflowSketch, _ bytes: [Int: Double], decoy: Int? = nil) {
            let pairs = seconds.indices.map { pair($0, isDecoy: $0 == decoy) }
            for (place, time) in seconds.enumerated() {
                sketch.addPart(
                    pairs[place][0], "\(id)make", seconds: time, behind: [behind], writes: ["\(id)f\(place)"])
            }
            for (place, time) in seconds.enumerated() {
                sketch.addPart(
                    pairs[place][1], "\(id)take", seconds: time / 2, behind: [pairs[place][0]],
                    reads: ["\(id)f\(place)"])
                sketch.fileBytes["\(id)f\(place)"] = bytes[place] ?? 1
            }
        }
        var sketch = workflow.faulty
        add(&sketch, [:])
        let nodes = try sketch.timetable(on: cluster).nodes
        let first = workflow.faulty.tasks.count
        let isApart = seconds.indices.map { nodes[first + $0] != nodes[first + seconds.count + $0] }
        let apart = seconds.indices.filter { isApart[$0] }.randomElement(using: &generator) ?? 0
        let near = seconds.indices.filter { !isApart[$0] }.randomElement(using: &generator)
        let decoys = near.map { pair($0, isDecoy: true) } ?? []
        let bandwidth = cluster.bandwidthBytesPerSecond ?? 1
        return FaultBlock(
            kind: .farData, least: usual / 100, most: usual * 1e4,
            site: { _ in Set(pair(apart, isDecoy: false)) }, decoys: Set(decoys), decoysOnOneNode: decoys
        ) { sketch, size, isFaulty in
            var bytes = near.map { [$0: bandwidth * usual / 2] } ?? [:]
            if isFaulty { bytes[apart] = bandwidth * size }
            add(&sketch, bytes, decoy: near)
        }
    }

    /// Work in few tasks; with the fault in many, which run for half of what starting each costs, beside each other or one
    /// behind the other. Decoy: tasks beside each other that take twenty times as long as that.
    private mutating func tiny(_ number: Int, _ behind: String) -> FaultBlock {
        let id = "y\(number)"
        let overhead = cluster.nodes.map(\.taskOverheadSeconds).min() ?? 0
        let slots = Int(min(cluster.nodes.reduce(0) { $0 + $1.cores }, Self.mostTasks))
        let isChain = Bool.random(using: &generator)
        let groups = isChain ? 1 : slots
        return FaultBlock(
            kind: .tinyTasks, least: Double(2 * groups), most: Self.mostTasks,
            site: { size in Set((0..<Int(size)).map { "\(id)b\($0)" }) },
            decoys: Set((0..<4).map { "\(id)d\($0)" })
        ) { sketch, size, isFaulty in
            let count = Int(size)
            let (tasks, seconds) =
                isFaulty ? (count, overhead / 2) : (groups, overhead / 2 * Double(count) / Double(groups))
            for place in 0..<tasks {
                sketch.addPart(
                    "\(id)b\(place)", isChain ? "\(id)step\(place)" : "\(id)tiny", seconds: seconds,
                    behind: isChain && place > 0 ? ["\(id)b\(place - 1)"] : [behind])
            }
            for place in 0..<4 {
                sketch.addPart("\(id)d\(place)", "\(id)long", seconds: 20 * overhead, behind: [behind])
            }
        }
    }
}
