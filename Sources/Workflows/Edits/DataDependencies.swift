import Files

/// The dependencies of data that edits of a workflow could cut.
///
/// Data goes from a task to another that lies behind it and reads a file that it writes. A dependency of which the parent
/// does not say what it writes, or the child what it reads, is taken to carry data too. Of all of these only those are held
/// here that a removed dependency, or one into a skipped task, may have been a part of.
struct DataDependencies {
    private let workflow: Workflow
    private let skipped: Set<Int>
    private let pairs: [(from: Int, to: Int)]

    init(_ workflow: Workflow, at plan: EditPlan) {
        self.workflow = workflow
        skipped = plan.skipped
        guard !plan.removed.isEmpty || !plan.skipped.isEmpty else {
            pairs = []
            return
        }
        var pairs: [(from: Int, to: Int)] = []
        for edge in plan.removed where Self.carriesData(from: edge.parent, to: edge.child, in: workflow) {
            pairs.append((edge.parent, edge.child))
        }
        var writers: [String: [Int]] = [:]
        for task in workflow.tasks.indices {
            for file in workflow.tasks[task].outputFiles { writers[file, default: []].append(task) }
        }
        for task in workflow.tasks.indices {
            let parents = workflow.graph.parents(of: task)
            for file in workflow.tasks[task].inputFiles {
                for writer in writers[file] ?? [] where writer != task && !Self.holds(parents, writer) {
                    pairs.append((writer, task))
                }
            }
        }
        self.pairs = pairs.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    private static func holds(_ sorted: ArraySlice<Int>, _ value: Int) -> Bool {
        var (low, high) = (sorted.startIndex, sorted.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < sorted.endIndex && sorted[low] == value
    }

    /// Whether the dependency of `child` on `parent` is one of data: a file goes from the one to the other, or one of them
    /// does not say what it writes or reads.
    static func carriesData(from parent: Int, to child: Int, in workflow: Workflow) -> Bool {
        let (written, read) = (workflow.tasks[parent].outputFiles, workflow.tasks[child].inputFiles)
        guard !written.isEmpty, !read.isEmpty else { return true }
        // Mostly there are few, and looking through them costs less than a set of them.
        if written.count * read.count <= 64 { return read.contains { written.contains($0) } }
        let files = Set(written)
        return read.contains(where: files.contains)
    }

    /// The dependencies that are not kept in `changed`, in which the tasks of the workflow became `images`.
    func lost(in changed: Workflow, images: [[Int]]) -> [(from: Int, to: Int)] {
        guard !pairs.isEmpty else { return [] }
        var (before, after) = (Reachability(workflow.graph), Reachability(changed.graph))
        return pairs.filter { pair in
            guard !skipped.contains(pair.from), !skipped.contains(pair.to), before.reaches(pair.from, pair.to) ?? true
            else { return false }
            return images[pair.from].contains { source in
                images[pair.to].contains { !(after.reaches(source, $0) ?? false) }
            }
        }
    }

    /// Refuses `changed`, in which the tasks of the workflow became `images`, if one of the dependencies is not kept.
    func check(in changed: Workflow, images: [[Int]]) throws {
        guard let pair = lost(in: changed, images: images).first else { return }
        throw InputError(
            "\"\(workflow.tasks[pair.to].id)\" would no longer wait for the data of "
                + "\"\(workflow.tasks[pair.from].id)\"", field: "removeParent")
    }
}

extension Workflow {
    /// Whether `child` needs data of its parent, as far as their files say; where one of them names none, it may.
    public func carriesData(from parent: Int, to child: Int) -> Bool {
        DataDependencies.carriesData(from: parent, to: child, in: self)
    }

    /// Edits that remove `edges`, and let those that would lose the data of a task by it wait for that task itself.
    public func removing(_ edges: [(parent: Int, child: Int)]) throws -> [WorkflowEdit] {
        let removals = edges.map { WorkflowEdit.removeEdge(parent: tasks[$0.parent].id, child: tasks[$0.child].id) }
        let plan = try EditPlan(removals, of: self, places: places)
        let rebuilt = try RebuiltWorkflow(self, by: plan)
        let removed = Set(edges.map { EditPlan.Edge(parent: $0.parent, child: $0.child) })
        return removals
            + DataDependencies(self, at: plan).lost(in: rebuilt.workflow, images: rebuilt.images).compactMap { pair in
                removed.contains(.init(parent: pair.from, child: pair.to))
                    ? nil : .addEdge(parent: tasks[pair.from].id, child: tasks[pair.to].id)
            }
    }
}
