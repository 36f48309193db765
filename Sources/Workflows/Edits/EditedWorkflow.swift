import Files

/// A workflow with edits carried out.
public struct EditedWorkflow: Sendable {
    /// The changed workflow.
    public let workflow: Workflow
    /// The places, in the workflow as it was, of what each task was made from; nil where tasks are those that they were.
    public let sources: [[Int]]?
    /// How good its result is beside that of the workflow as it was: the product over tasks that are replaced by an
    /// alternative of the quality of that one over the quality of what the task was.
    public let quality: Double
}

extension Workflow {
    /// The workflow with `edits` carried out.
    ///
    /// Every dependency of data stays: what reads a file, or does not say what it reads, still runs behind what wrote it, but
    /// for tasks that are skipped, whose results there are already.
    ///
    /// - Parameter places: the places of the tasks, if they are known already.
    /// - Throws: `InputError` that names the task: one that is not there, edits that contradict each other, a chunk more
    ///   than a task may be divided into, a pool beside the one that it must run in, a dependency of data that would be
    ///   lost, or a cycle.
    /// - Complexity: linear in tasks, dependencies and files; where dependencies of data may be lost, a search for each.
    public func applying(_ edits: [WorkflowEdit], places: [String: Int]? = nil) throws -> EditedWorkflow {
        let plan = try EditPlan(edits, of: self, places: places ?? self.places)
        var restated = self
        let quality = try restated.restate(plan)
        guard plan.isStructural else { return EditedWorkflow(workflow: restated, sources: nil, quality: quality) }
        let rebuilt = try RebuiltWorkflow(restated, by: plan)
        try DataDependencies(self, at: plan).check(in: rebuilt.workflow, images: rebuilt.images)
        return EditedWorkflow(workflow: rebuilt.workflow, sources: rebuilt.sources, quality: quality)
    }

    /// Changes what tasks say, and returns the quality that is left.
    private mutating func restate(_ plan: EditPlan) throws -> Double {
        var quality = 1.0
        for (place, name) in plan.alternatives.sorted(by: { $0.key < $1.key }) {
            quality *= try replace(place, by: name)
        }
        for (place, change) in plan.changes {
            // What was measured of the one way says nothing about the resources that another needs.
            let isReplaced = plan.alternatives[place] != nil
            update(place) { task in
                if !isReplaced {
                    task.wishes.cores = change.cores ?? task.wishes.cores
                    task.wishes.memoryBytes = change.memoryBytes ?? task.wishes.memoryBytes
                }
                task.wishes.priority = change.priority ?? task.wishes.priority
            }
        }
        for (place, pool) in plan.pools.sorted(by: { $0.key < $1.key }) {
            guard tasks[place].wishes.pool ?? pool == pool else {
                throw InputError("the task \"\(tasks[place].id)\" must run in another pool", field: "pool")
            }
            update(place) { $0.wishes.pool = pool }
        }
        for group in plan.together {
            let others = group.dropFirst().map { tasks[$0].id }
            update(group[0]) { task in
                task.wishes.together += others.filter { !task.wishes.together.contains($0) }
            }
        }
        for place in plan.skipped.sorted() {
            guard tasks[place].wishes.isUnchanged else {
                throw InputError("the task \"\(tasks[place].id)\" is not unchanged", field: "skip")
            }
            update(place) { $0.runtimeSeconds = 0 }
        }
        return quality
    }

    /// Takes another way to a task's result; returns the quality that it has beside the present way.
    private mutating func replace(_ place: Int, by name: String) throws -> Double {
        let known = tasks[place].wishes.alternatives
        guard let chosen = known.first(where: { $0.name == name }) else {
            throw InputError(
                "the task \"\(tasks[place].id)\" has no alternative \"\(name)\"", field: "alternative")
        }
        let present = known.first { $0.name == tasks[place].wishes.alternative }?.quality ?? 1
        update(place) { task in
            task.runtimeSeconds = chosen.runtimeSeconds
            task.wishes.alternative = name
            // What was measured and asked for is that of the other way.
            task.cpu = nil
            if let cores = chosen.cores { (task.cores, task.wishes.cores) = (cores, nil) }
            if let memory = chosen.memoryBytes { (task.memoryBytes, task.wishes.memoryBytes) = (memory, nil) }
        }
        return present > 0 ? chosen.quality / present : 1
    }
}
