import Files

extension Workflow {
    /// Whether `child` needs data of its parent, or one of them overwrites what the other reads or writes, as far as their
    /// files say; where one of them names none, it may.
    public func carriesData(from parent: Int, to child: Int) -> Bool {
        DataDependencies.carriesData(from: parent, to: child, in: self)
    }

    /// `edits`, and behind them those that let tasks which would lose the data of another by them wait for that one itself: as
    /// few as say the same.
    ///
    /// - Parameter edits: of tasks that stay what they are: none are divided or joined.
    /// - Throws: `InputError` where too many tasks hand files to each other to look at all of them, where more new
    ///   dependencies would be needed than the workflow has tasks and dependencies, and as ``applying(_:places:)`` does.
    public func keepingData(_ edits: [WorkflowEdit]) throws -> [WorkflowEdit] {
        let plan = try EditPlan(edits, of: self, places: places)
        precondition(plan.splits.isEmpty && plan.merges.isEmpty, "tasks are divided or joined")
        let rebuilt = try RebuiltWorkflow(self, by: plan)
        let lost = try DataDependencies(self, at: plan).lost(in: rebuilt.workflow, images: rebuilt.images)
            .filter { !plan.removed.contains(.init(parent: $0.from, child: $0.to)) }
        let added = try withoutImplied(lost, beside: rebuilt.workflow.graph)
        guard added.count <= tasks.count + graph.edgeCount else {
            throw InputError(
                "\(added.count) new dependencies would be needed to keep the data of \(tasks.count) tasks in order",
                field: "workflow.specification.tasks")
        }
        return edits + added.map { .addEdge(parent: tasks[$0.from].id, child: tasks[$0.to].id) }
    }

    /// Those of `pairs` that neither another of them nor `graph` says already; where that would take more than `steps` in all, the
    /// last are kept unseen.
    func withoutImplied(
        _ pairs: [(from: Int, to: Int)], beside graph: WorkflowGraph, steps: Int = DataDependencies.mostSteps
    ) throws -> [(from: Int, to: Int)] {
        guard pairs.count > 1 else { return pairs }
        var edges = pairs.map { (parent: $0.from, child: $0.to) }
        for child in 0..<graph.count { edges += graph.parents(of: child).map { (parent: $0, child: child) } }
        let whole = try WorkflowGraph(names: tasks.map(\.id), edges: edges)
        let levels = whole.levels
        var search = Reachability(whole, levels: levels)
        search.stepsLeft = steps
        // From one level to the next no path leads around.
        return pairs.filter {
            levels[$0.to] <= levels[$0.from] + 1 || search.hasPath(around: (parent: $0.from, child: $0.to)) != true
        }
    }
}
