import Files

/// The dependencies of data that edits of a workflow could cut.
///
/// Data goes from a task to another behind it where the one writes a file that the other reads; where one of them writes a
/// file that the other reads or writes, their order matters as much. A task that does not say what it reads may read what any
/// task before it wrote, and waits for all of them. A task that does not say what it writes is taken to hand data to those
/// that wait for it directly, and to no other: what reads files from farther off names them, and so could its writer have.
/// Of all of these only those are held here that a removed dependency, or one into a skipped task, may have been a part of.
struct DataDependencies {
    private typealias Pair = (from: Int, to: Int)

    /// Pairs of tasks that are looked at, and steps on the way to them, at the most.
    static let most = 4_000_000
    /// Steps on the ways that such pairs had before and have afterwards, at the most.
    static let mostSteps = 4 * most

    private let workflow: Workflow
    private let skipped: Set<Int>
    private let pairs: [(from: Int, to: Int)]

    /// - Throws: `InputError` where more than ``most`` pairs would have to be looked at, or as many steps made to find them.
    init(_ workflow: Workflow, at plan: EditPlan) throws {
        self.workflow = workflow
        skipped = plan.skipped
        let cut = Self.cut(workflow.graph, plan)
        guard !cut.isEmpty else {
            pairs = []
            return
        }
        var pairs: [Pair] = []
        for edge in plan.removed where Self.carriesData(from: edge.parent, to: edge.child, in: workflow) {
            pairs.append((edge.parent, edge.child))
        }
        pairs += try Self.byFiles(workflow, cut, skipped)
        pairs += try Self.byTasksThatNameNone(workflow, cut, skipped)
        pairs.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        var unique: [Pair] = []
        for pair in pairs where unique.last.map({ $0 != pair }) ?? true { unique.append(pair) }
        self.pairs = unique
    }

    /// The dependencies that are there no longer, in the order of the file.
    private static func cut(_ graph: WorkflowGraph, _ plan: EditPlan) -> [EditPlan.Edge] {
        var cut = plan.removed
        for task in plan.skipped {
            for parent in graph.parents(of: task) { cut.insert(.init(parent: parent, child: task)) }
        }
        return cut.sorted { ($0.child, $0.parent) < ($1.child, $1.parent) }
    }

    /// Pairs of which the one lies before a cut and writes or reads a file, the other lies behind one and does so too, and
    /// one of them writes it; without those that depend on each other directly.
    private static func byFiles(_ workflow: Workflow, _ cut: [EditPlan.Edge], _ skipped: Set<Int>) throws -> [Pair] {
        let (isBefore, isBehind) = sides(workflow.graph, cut)
        var uses: [String: FileUse] = [:]
        for (place, task) in workflow.tasks.enumerated() where !skipped.contains(place) {
            guard isBefore[place] || isBehind[place] else { continue }
            let written = Set(task.outputFiles)
            for file in written { uses[file, default: .init()].writers.append(place) }
            for file in Set(task.inputFiles).subtracting(written) { uses[file, default: .init()].readers.append(place) }
        }
        var pairs: [Pair] = []
        var looked = 0
        for use in uses.values where !use.writers.isEmpty {
            let (early, late) = (use.filtered(by: isBefore), use.filtered(by: isBehind))
            let users = late.writers + late.readers
            looked += early.writers.count * users.count + early.readers.count * late.writers.count
            try check(
                looked, "too many tasks hand files to each other: more than \(most) pairs would have to be compared")
            func add(_ from: Int, _ to: Int) {
                if from != to, !workflow.graph.hasEdge(from: from, to: to) { pairs.append((from, to)) }
            }
            for from in early.writers { for to in users { add(from, to) } }
            for from in early.readers { for to in late.writers { add(from, to) } }
        }
        return pairs
    }

    /// Which tasks lie before a cut, and which behind one; its own tasks do.
    private static func sides(_ graph: WorkflowGraph, _ cut: [EditPlan.Edge]) -> (before: [Bool], behind: [Bool]) {
        var before = [Bool](repeating: false, count: graph.count)
        var behind = before
        for edge in cut { (before[edge.parent], behind[edge.child]) = (true, true) }
        for task in graph.topologicalOrder where !behind[task] {
            behind[task] = graph.parents(of: task).contains { behind[$0] }
        }
        for task in graph.topologicalOrder.reversed() where !before[task] {
            before[task] = graph.children(of: task).contains { before[$0] }
        }
        return (before, behind)
    }

    /// For each cut its parent with the nearest tasks behind it that do not say what they read. From these on, whatever is
    /// cut is looked at for itself, so that all that was before such a task still is.
    private static func byTasksThatNameNone(
        _ workflow: Workflow, _ cut: [EditPlan.Edge], _ skipped: Set<Int>
    ) throws -> [Pair] {
        let graph = workflow.graph
        let namesNone = workflow.tasks.indices.map { workflow.tasks[$0].inputFiles.isEmpty && !skipped.contains($0) }
        var leadsToSuch = namesNone
        for task in graph.topologicalOrder.reversed() where !leadsToSuch[task] {
            leadsToSuch[task] = graph.children(of: task).contains { leadsToSuch[$0] }
        }
        var seen = [Int](repeating: -1, count: graph.count)
        var (stack, found, pairs): ([Int], [Int], [Pair]) = ([], [], [])
        var (looked, last) = (0, -1)
        for edge in cut where leadsToSuch[edge.child] {
            if edge.child != last {
                (last, found, stack) = (edge.child, [], [edge.child])
                while let task = stack.popLast() {
                    if namesNone[task] {
                        found.append(task)
                        continue
                    }
                    looked += graph.children(of: task).count
                    try check(looked, tooFar)
                    for child in graph.children(of: task) where leadsToSuch[child] && seen[child] != edge.child {
                        seen[child] = edge.child
                        stack.append(child)
                    }
                }
            }
            guard !skipped.contains(edge.parent) else { continue }
            looked += found.count
            try check(looked, tooFar)
            pairs += found.map { (edge.parent, $0) }
        }
        return pairs
    }

    private static let tooFar =
        "too many tasks lie before those that do not say what they read: more than \(most) steps would have to be made "
        + "to find them"

    private static func check(_ looked: Int, _ problem: String) throws {
        guard looked > most else { return }
        throw InputError(problem, field: "workflow.specification.tasks")
    }

    /// Whether the dependency of `child` on `parent` is one of data: one of them writes a file that the other reads or writes
    /// too, or one of them does not say what it writes or reads.
    static func carriesData(from parent: Int, to child: Int, in workflow: Workflow) -> Bool {
        let (first, second) = (workflow.tasks[parent], workflow.tasks[child])
        guard !first.outputFiles.isEmpty, !second.inputFiles.isEmpty else { return true }
        return share(first.outputFiles, second.inputFiles) || share(first.outputFiles, second.outputFiles)
            || share(first.inputFiles, second.outputFiles)
    }

    private static func share(_ some: [String], _ others: [String]) -> Bool {
        // Mostly there are few, and looking through them costs less than a set of them.
        if some.count * others.count <= 64 { return others.contains { some.contains($0) } }
        let files = Set(some)
        return others.contains(where: files.contains)
    }

    /// The dependencies that are not kept in `changed`, in which the tasks of the workflow became `images`.
    ///
    /// - Throws: `InputError` where more than `steps` steps would have to be made before or after.
    func lost(in changed: Workflow, images: [[Int]], steps: Int = mostSteps) throws -> [(from: Int, to: Int)] {
        guard !pairs.isEmpty else { return [] }
        var ways = Ways(from: workflow.graph, to: changed.graph, images, steps: steps)
        return try pairs.filter { try isOpen($0) && ways.lost($0) }
    }

    /// Refuses `changed`, in which the tasks of the workflow became `images`, if one of the dependencies is not kept.
    ///
    /// - Throws: `InputError` that names the first of them, or where more than `steps` steps would have to be made.
    func check(in changed: Workflow, images: [[Int]], steps: Int = mostSteps) throws {
        guard !pairs.isEmpty else { return }
        var ways = Ways(from: workflow.graph, to: changed.graph, images, steps: steps)
        guard let pair = try pairs.first(where: { try isOpen($0) && ways.lost($0) }) else { return }
        throw InputError(
            "\"\(workflow.tasks[pair.to].id)\" would no longer wait for the data of "
                + "\"\(workflow.tasks[pair.from].id)\"", field: "removeParent")
    }

    private func isOpen(_ pair: Pair) -> Bool { !skipped.contains(pair.from) && !skipped.contains(pair.to) }

    /// The ways between tasks before and after a change, looked for in a limited number of steps.
    private struct Ways {
        private var before: Reachability
        private var after: Reachability
        private let images: [[Int]]
        private let steps: Int

        init(from old: WorkflowGraph, to new: WorkflowGraph, _ images: [[Int]], steps: Int) {
            (before, after, self.images, self.steps) = (Reachability(old), Reachability(new), images, steps)
            (before.stepsLeft, after.stepsLeft) = (steps, steps)
        }

        /// Whether the one task of `pair` lay behind the other, and of what became of them something no longer does.
        mutating func lost(_ pair: Pair) throws -> Bool {
            guard try found(before.reaches(pair.from, pair.to)) else { return false }
            for source in images[pair.from] {
                for target in images[pair.to] where try !found(after.reaches(source, target)) { return true }
            }
            return false
        }

        private func found(_ answer: Bool?) throws -> Bool {
            if let answer { return answer }
            throw InputError(
                "the ways between tasks that hand files to each other are too many: more than \(steps) steps would "
                    + "have to be made to look through them", field: "workflow.specification.tasks")
        }
    }
}

/// The tasks that write a file, and those that only read it.
private struct FileUse {
    var writers: [Int] = []
    var readers: [Int] = []

    func filtered(by isMeant: [Bool]) -> FileUse {
        FileUse(writers: writers.filter { isMeant[$0] }, readers: readers.filter { isMeant[$0] })
    }
}
