import Files

/// A set of edits of one workflow, by the places of its tasks: the same whatever the order in which they were given.
struct EditPlan {
    /// A dependency.
    struct Edge: Hashable {
        var parent: Int
        var child: Int
    }

    private(set) var changes: [Int: TaskChange] = [:]
    private(set) var alternatives: [Int: String] = [:]
    private(set) var pools: [Int: String] = [:]
    /// Groups that share a node; each in the order of the file.
    private(set) var together: [[Int]] = []
    private(set) var added: Set<Edge> = []
    private(set) var removed: Set<Edge> = []
    private(set) var skipped: Set<Int> = []
    private(set) var splits: [Int: Int] = [:]
    /// Tasks that become one, each in the order of the file; no task is in two.
    private(set) var merges: [[Int]] = []
    /// Whether tasks or dependencies are others afterwards.
    let isStructural: Bool

    private let workflow: Workflow
    private let places: [String: Int]

    /// - Throws: `InputError` that names the task: one that is not there, or edits of it that contradict each other.
    init(_ edits: [WorkflowEdit], of workflow: Workflow, places: [String: Int]) throws {
        (self.workflow, self.places) = (workflow, places)
        isStructural = edits.contains(where: \.isStructural)
        for edit in edits { try add(edit) }
        try join()
    }

    private func place(_ task: String) throws -> Int {
        guard let place = places[task] else {
            throw InputError("\"\(task)\" is no task of the workflow", field: "task")
        }
        return place
    }

    private func contradiction(_ place: Int, _ what: String) -> InputError {
        InputError("the task \"\(workflow.tasks[place].id)\" cannot \(what) at once", field: "task")
    }

    private mutating func add(_ edit: WorkflowEdit) throws {
        let tasks = try edit.tasks.map(place)
        guard let task = tasks.first else { throw InputError("names no task", field: "task") }
        switch edit {
        case .change(let change): changes[task] = changes[task].map { $0.joined(with: change) } ?? change
        case .addEdge:
            guard tasks[1] != task else { throw contradiction(task, "run and wait for itself") }
            added.insert(Edge(parent: task, child: tasks[1]))
        case .removeEdge:
            guard workflow.graph.hasEdge(from: task, to: tasks[1]) else {
                throw InputError("\"\(edit.tasks[1])\" does not wait for \"\(edit.tasks[0])\"", field: "removeParent")
            }
            removed.insert(Edge(parent: task, child: tasks[1]))
        case .split(_, let chunks): splits[task] = max(splits[task] ?? 0, chunks)
        case .merge: merges.append(tasks)
        case .replace(_, let name):
            guard alternatives.updateValue(name, forKey: task) ?? name == name else {
                throw contradiction(task, "be replaced by two alternatives")
            }
        case .pin(_, let pool):
            guard pools.updateValue(pool, forKey: task) ?? pool == pool else {
                throw contradiction(task, "run in two pools")
            }
        case .together: together.append(tasks)
        case .skip: skipped.insert(task)
        }
    }

    /// Joins groups that share a task, and looks for what does not go together.
    private mutating func join() throws {
        merges = DisjointGroups(merges).groups
        together = DisjointGroups(together).groups
        if let edge = added.first(where: removed.contains) {
            throw contradiction(edge.child, "wait for \"\(workflow.tasks[edge.parent].id)\" and not wait for it")
        }
        let merged = Set(merges.joined())
        if let task = splits.keys.sorted().first(where: { merged.contains($0) }) {
            throw contradiction(task, "be divided and joined with others")
        }
        if let task = skipped.sorted().first(where: {
            merged.contains($0) || splits[$0] != nil || alternatives[$0] != nil
        }) {
            throw contradiction(task, "be skipped and run in another way")
        }
    }
}
