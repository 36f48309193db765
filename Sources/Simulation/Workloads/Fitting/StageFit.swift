/// Finds the stages of an application in its runs, and how they hang together.
struct StageFit {
    /// What runs have shown of the dependency of one stage on another.
    private struct LinkSample {
        /// For each task that waits, for how many.
        var fanIns: [Double] = []
        /// Whether each of them waited for all there were.
        var isAll = true
        /// Whether nothing was waited for by two of them.
        var isDivided = true
        /// Tasks that were waited for, and those there were.
        var waitedFor = 0
        var there = 0
        /// Bytes that came over the dependencies, and those read by the tasks for which that is known.
        var bytes = 0.0
        var inputBytes = 0.0
    }

    /// Stages beyond which they are told apart by process and level alone: graphs without a pattern would give nearly
    /// every task its own.
    static let mostStages = 256
    /// Shapes that are kept, at the most.
    static let mostShapes = 64

    private let processes: [String: Int]
    private var keys: [[Int]: Int] = [:]
    private var tasks: [Int] = []
    private var levels: [Int] = []
    private var samples: [[Int: LinkSample]] = []
    private var members: [Int] = []
    private var shapes: [[Int]: Double] = [:]
    private var shapeOrder: [[Int]] = []
    private let isByLevel: Bool

    /// The stages and shapes of `runs`, whose processes have these places.
    static func fit(_ runs: [RunOutline], processes: [String: Int]) -> (
        stages: [FittedApplication.Stage], shapes: [FittedApplication.Shape]
    ) {
        var fit = StageFit(processes, isByLevel: false)
        for run in runs where fit.tasks.count <= mostStages { fit.add(run) }
        if fit.tasks.count > mostStages {
            fit = StageFit(processes, isByLevel: true)
            for run in runs { fit.add(run) }
        }
        return fit.result()
    }

    private init(_ processes: [String: Int], isByLevel: Bool) {
        self.processes = processes
        self.isByLevel = isByLevel
    }

    private mutating func add(_ run: RunOutline) {
        var stageOf = [Int](repeating: 0, count: run.tasks.count)
        var levelOf = stageOf
        for (place, task) in run.tasks.enumerated() {
            let process = processes[task.process] ?? 0
            levelOf[place] = 1 + (task.parents.map { levelOf[$0.task] }.max() ?? -1)
            let above = isByLevel ? [levelOf[place]] : Set(task.parents.map { stageOf[$0.task] }).sorted()
            stageOf[place] = stage([process] + above, process: process, level: levelOf[place])
        }
        var counts = [Int](repeating: 0, count: tasks.count)
        for stage in stageOf { counts[stage] += 1 }
        for stage in counts.indices { members[stage] += counts[stage] }
        addLinks(run, stageOf, counts)
        if shapes[counts] == nil { shapeOrder.append(counts) }
        shapes[counts, default: 0] += 1
    }

    private mutating func stage(_ key: [Int], process: Int, level: Int) -> Int {
        if let known = keys[key] { return known }
        keys[key] = tasks.count
        tasks.append(process)
        levels.append(level)
        samples.append([:])
        members.append(0)
        return tasks.count - 1
    }

    private mutating func addLinks(_ run: RunOutline, _ stageOf: [Int], _ counts: [Int]) {
        // The tasks that a stage waits for, and how often it does.
        var waitedFor: [Int: [Int: Set<Int>]] = [:]
        var times: [Int: [Int: Int]] = [:]
        for (place, task) in run.tasks.enumerated() {
            let stage = stageOf[place]
            var here: [Int: (count: Int, bytes: Double)] = [:]
            for parent in task.parents {
                let above = stageOf[parent.task]
                here[above, default: (0, 0)].count += 1
                here[above, default: (0, 0)].bytes += parent.bytes
                waitedFor[stage, default: [:]][above, default: []].insert(parent.task)
                times[stage, default: [:]][above, default: 0] += 1
            }
            for (above, sum) in here {
                var sample = samples[stage][above] ?? LinkSample()
                sample.fanIns.append(Double(sum.count))
                sample.isAll = sample.isAll && sum.count == counts[above]
                if let input = task.inputBytes, input > 0 {
                    sample.bytes += sum.bytes
                    sample.inputBytes += input
                }
                samples[stage][above] = sample
            }
        }
        for (stage, aboves) in waitedFor {
            for (above, waited) in aboves {
                samples[stage][above]?.waitedFor += waited.count
                samples[stage][above]?.there += counts[above]
                if times[stage]?[above] != waited.count { samples[stage][above]?.isDivided = false }
            }
        }
    }

    private func result() -> (stages: [FittedApplication.Stage], shapes: [FittedApplication.Shape]) {
        // By level a stage may have been found before one that it waits for.
        let order = isByLevel ? tasks.indices.sorted { (levels[$0], $0) < (levels[$1], $1) } : Array(tasks.indices)
        var moved = [Int](repeating: 0, count: order.count)
        for (place, stage) in order.enumerated() { moved[stage] = place }
        let stages = order.map { stage in
            let links = samples[stage].map { above, sample in link(to: moved[above], sample, of: members[stage]) }
            return FittedApplication.Stage(task: tasks[stage], links: Self.shared(links.sorted { $0.stage < $1.stage }))
        }
        // Runs that were seen before a stage was found had none of it.
        let all = shapeOrder.map { counts in
            FittedApplication.Shape(
                counts: order.map { $0 < counts.count ? counts[$0] : 0 }, weight: shapes[counts] ?? 0)
        }
        return (stages, Self.thinned(all))
    }

    private func link(to above: Int, _ sample: LinkSample, of members: Int) -> FittedApplication.Link {
        let pattern: FittedApplication.Pattern
        let most = sample.fanIns.max() ?? 1
        if most > 1, sample.isAll {
            pattern = .all
        } else if most > 1, sample.isDivided, Double(sample.waitedFor) >= 0.95 * Double(sample.there) {
            pattern = .gather
        } else {
            pattern = .some(Distribution.fit(sample.fanIns).distribution)
        }
        return FittedApplication.Link(
            stage: above, pattern: pattern,
            inputShare: sample.inputBytes > 0 ? min(sample.bytes / sample.inputBytes, 1) : 0,
            coverage: Double(sample.fanIns.count) / Double(max(members, 1)))
    }

    /// Links whose shares of the input are no more than all of it: a file that several write counts for each.
    private static func shared(_ links: [FittedApplication.Link]) -> [FittedApplication.Link] {
        let sum = links.reduce(0) { $0 + $1.inputShare }
        guard sum > 1 else { return links }
        return links.map { link in
            var link = link
            link.inputShare /= sum
            return link
        }
    }

    /// At most ``mostShapes`` of them, evenly over their sizes.
    private static func thinned(_ shapes: [FittedApplication.Shape]) -> [FittedApplication.Shape] {
        guard shapes.count > mostShapes else { return shapes }
        let sorted = shapes.enumerated().sorted { ($0.element.total, $0.offset) < ($1.element.total, $1.offset) }
            .map(\.element)
        return (0..<mostShapes).map { sorted[($0 * 2 + 1) * sorted.count / (2 * mostShapes)] }
    }
}
